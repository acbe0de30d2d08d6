// `neatlogs doctor`: finds what keeps records from arriving, in real processes, against a real endpoint; says what to do; prints no secret.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { nodeBinary } from '../../../fixtures/node.mjs'
import { startGrpc } from '../../../fixtures/servers/grpc.mjs'
import { type Fault, startNeatlogs } from '../../../fixtures/servers/neatlogs.mjs'
import type { Finding } from '../../../src/cli/doctor/finding.ts'
import type { Report } from '../../../src/cli/doctor/print.ts'
import { makeTemp, ROOT } from '../run.ts'
import { type Command, PACKAGE, runCommand } from './command.ts'
import { DOWN, killProgram, placeProgram } from './killed.ts'

const KEY = 'nl-secret-doctor-key'

interface Examined {
  readonly code: number | null
  readonly report: Report
  readonly findings: readonly Finding[]
  /** Codes of all that is not well. */
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

const apps = new Map<string, string>()
function appWith(openai: string): string {
  const app = apps.get(openai) ?? placeProgram(undefined, openai)
  apps.set(openai, app)
  return app
}

async function doctor({
  args,
  ...command
}: Partial<Command> & { readonly env?: { readonly [name: string]: string | undefined } } = {}): Promise<Examined> {
  const env = { NEATLOGS_DIR: join(makeTemp('doctor'), 'neatlogs'), ...command.env }
  const ended = await runCommand({ ...command, args: ['doctor', '--json', ...(args ?? [appWith('6.49.0')])], env })
  expect(ended.stderr).toBe('')
  const report = JSON.parse(ended.stdout) as Report
  const findings = report.sections.flatMap((section) => section.findings)
  for (const { text, remedy, level } of findings) {
    expect(`${text}${remedy}`).not.toMatch(/\{\w+\}/)
    if (level === 'problem') expect(remedy).not.toBeNull()
  }
  const of = (level: string): string[] => findings.filter((one) => one.level === level).map(({ code }) => code)
  expect(ended.code).toBe(of('problem').length === 0 ? 0 : 1)
  expect(report.ok).toBe(ended.code === 0)
  return { code: ended.code, report, findings, problems: of('problem'), warnings: of('warn') }
}

const textOf = ({ findings }: Examined, code: string): string => findings.find((one) => one.code === code)?.text ?? ''

describe('openai', () => {
  test.each(['3.3.0', '4.104.0', '5.23.2', '6.49.0', '7.59.0'])('%s is really loaded and patched', async (version) => {
    const node = await nodeBinary('24')
    const ended = await doctor({ args: [appWith(version)], node })
    const found = ended.findings.filter(({ text }) => text.startsWith(`openai ${version} `))
    expect(found.map(({ code }) => code)).toEqual(
      version === '3.3.0' ? ['OPENAI_PATCHED'] : ['OPENAI_PATCHED', 'OPENAI_PATCHED'],
    )
    expect(ended).toMatchObject({ code: 0, problems: [], warnings: [] })
    expect(textOf(ended, 'NODE_IN_THREAD')).toContain('Node 24')
  })

  /** A folder with a package that calls itself openai. */
  function strangeOpenai(esm: string, cjs: string): string {
    const folder = makeTemp('strange')
    const openai = join(folder, 'node_modules', 'openai')
    mkdirSync(openai, { recursive: true })
    const entry = { require: './client.js', import: './client.mjs' }
    const manifest = { name: 'openai', version: '99.0.0', main: 'client.js', exports: { '.': entry } }
    writeFileSync(join(openai, 'package.json'), JSON.stringify(manifest))
    writeFileSync(join(openai, 'client.mjs'), esm)
    writeFileSync(join(openai, 'client.js'), cjs)
    return folder
  }

  test('a copy without the methods is a problem that names them', async () => {
    const esm = 'export class OpenAI { makeRequest() {} fetchWithTimeout() {} }\n'
    const ended = await doctor({ args: [strangeOpenai(esm, 'throw new Error("this copy is broken")\n')] })
    expect(ended.problems).toEqual(['OPENAI_PARTLY'])
    expect(textOf(ended, 'OPENAI_PARTLY')).toMatch(/^openai 99\.0\.0 \(ES module\): prepareRequest is missing/)
    expect(textOf(ended, 'OPENAI_NOT_LOADED')).toContain('this copy is broken')
  })

  test('a copy that cannot be patched', async () => {
    const text =
      'class OpenAI { makeRequest() {} prepareRequest() {} fetchWithTimeout() {} }\nObject.freeze(OpenAI.prototype)\n'
    const ended = await doctor({
      args: [strangeOpenai(`${text}export { OpenAI }\n`, `${text}exports.OpenAI = OpenAI\n`)],
    })
    expect(ended.problems).toEqual(['OPENAI_NOT_PATCHED', 'OPENAI_NOT_PATCHED'])
  })

  test('none: a problem of a named program, a warning of a folder', async () => {
    const file = join(makeTemp('no-openai'), 'app.js')
    writeFileSync(file, '')
    expect(await doctor({ args: [file] })).toMatchObject({ code: 1, problems: ['OPENAI_NONE'] })
    expect(await doctor({ args: [], cwd: dirname(file) })).toMatchObject({ code: 0, warnings: ['OPENAI_NONE_HERE'] })
  })

  test('inside a bundle: seen on the wire, or said that it is not', async () => {
    const file = join(makeTemp('bundle'), 'server.js')
    const openai = join(ROOT, 'node_modules/openai')
    const parts = ['internal/detect-platform.js', 'resources/chat/completions/completions.js']
    writeFileSync(file, parts.map((part) => readFileSync(join(openai, part), 'utf8')).join('\n'))
    const seen = await doctor({ args: [file] })
    expect(seen).toMatchObject({ code: 0, problems: [] })
    expect(textOf(seen, 'OPENAI_INLINED')).toContain(`openai is inside ${file}`)
    const stand = join(import.meta.dirname, 'fetch-unseen.cjs')
    const unseen = await doctor({ args: [file], env: { NODE_OPTIONS: `--require ${stand}` } })
    expect(unseen).toMatchObject({ code: 1, problems: ['OPENAI_INLINED_UNSEEN'] })
  })

  test('a preload in NODE_OPTIONS: ours is seen, one that ends every other program is named', async () => {
    const ours = await doctor({ env: { NODE_OPTIONS: `--import file://${join(PACKAGE, 'register.mjs')}` } })
    expect(ours.code).toBe(0)
    expect(ours.findings.map(({ code }) => code)).toContain('PRELOAD_SET')
    const bad = join(makeTemp('bad'), 'bad.cjs')
    writeFileSync(bad, "if (!process.argv[1]?.endsWith('cli.js')) throw new TypeError('bad preload')\n")
    const ended = await doctor({ env: { NODE_OPTIONS: `--require ${bad}` } })
    expect(ended.problems).toEqual(['PRELOAD_FAILS'])
    expect(textOf(ended, 'PRELOAD_FAILS')).toContain('TypeError: bad preload')
    expect(ended.findings.filter(({ code }) => code === 'OPENAI_PATCHED')).toHaveLength(2)
  })
})

describe('Node and switches', () => {
  test('each mode of the hooks', async () => {
    const modes = { 20: 'NODE_LOADER_THREAD', 22: 'NODE_IN_THREAD', 26: 'NODE_IN_THREAD' } as const
    for (const [major, code] of Object.entries(modes)) {
      const ended = await doctor({ node: await nodeBinary(major) })
      expect(ended).toMatchObject({ code: 0, problems: [] })
      expect(ended.findings[0]?.code).toBe(code)
    }
  })

  test('switched off, or to nowhere', async () => {
    expect(await doctor({ env: { NEATLOGS_DISABLED: '1' } })).toMatchObject({ code: 1, problems: ['DISABLED'] })
    const none = await doctor({ env: { NEATLOGS_EXPORTER: 'none' } })
    expect(none).toMatchObject({ code: 1, problems: ['NOWHERE'] })
    expect(textOf(none, 'NOWHERE')).toContain('NEATLOGS_EXPORTER=none')
    const off = await doctor({ env: { NEATLOGS_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'true' } })
    expect(textOf(off, 'NOWHERE')).toContain('OTEL_SDK_DISABLED')
  })
})

describe('the endpoint', () => {
  const FAULTS: readonly (readonly [string, Fault | null, string, RegExp])[] = [
    ['takes the record', null, 'KEY_ACCEPTED', /the key is accepted/],
    ['is overloaded', { status: 503 }, 'BUSY', /HTTP 503/],
    ['redirects', { status: 308 }, 'REDIRECTED', /HTTP 308/],
    ['has another path', { status: 404 }, 'WRONG_ADDRESS', /HTTP 404/],
    ['refuses the record', { status: 422 }, 'REFUSED', /HTTP 422/],
    ['closes the connection', { close: true }, 'UNREACHABLE', /gives no answer: /],
    ['takes a part', { partialSuccess: { rejectedSpans: 1, errorMessage: 'odd span' } }, 'TAKEN_PARTLY', /odd span/],
  ]
  test.each(FAULTS)('%s', async (_, fault, code, text) => {
    const server = await startNeatlogs({ key: KEY, faults: fault })
    const ended = await doctor({ env: { NEATLOGS_API_KEY: KEY, NEATLOGS_ENDPOINT: server.url } })
    await server.close()
    expect(textOf(ended, code)).toMatch(text)
    expect(textOf(ended, 'CHOSEN')).toBe(`neatlogs: ${server.url}/v1/traces, because NEATLOGS_API_KEY is set`)
    expect(server.requests.length).toBeGreaterThan(0)
    expect(JSON.stringify(ended)).not.toContain(KEY)
    if (fault === null)
      expect(server.spans().map(({ resource }) => resource?.['service.name'])).toContain('neatlogs doctor')
  })

  test('refuses the key', async () => {
    const server = await startNeatlogs({ key: 'another' })
    const ended = await doctor({ env: { NEATLOGS_API_KEY: KEY, NEATLOGS_ENDPOINT: server.url } })
    await server.close()
    expect(ended.problems).toEqual(['KEY_REFUSED'])
    expect(JSON.stringify(ended)).not.toContain(KEY)
  })

  test('the variables of the destination at hand are named, not those of another', async () => {
    const server = await startNeatlogs({ key: 'another' })
    const otlp = { OTEL_EXPORTER_OTLP_ENDPOINT: server.url, OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-api-key=mine' }
    const refused = await doctor({ env: otlp })
    server.setFault({ status: 308 })
    const moved = await doctor({ env: otlp })
    const exact = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${DOWN}/v1/traces` }
    const down = await doctor({ env: exact })
    await server.close()
    const remedy = (run: typeof refused, code: string) => run.findings.find((one) => one.code === code)?.remedy
    expect(remedy(refused, 'KEY_REFUSED')).toContain('Correct OTEL_EXPORTER_OTLP_TRACES_HEADERS;')
    expect(remedy(moved, 'REDIRECTED')).toContain('Set OTEL_EXPORTER_OTLP_ENDPOINT to')
    expect(remedy(down, 'UNREACHABLE')).toContain('Check OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,')
    expect(JSON.stringify([refused, moved, down].map(({ findings }) => findings))).not.toContain('NEATLOGS_')
  })

  test('a key that no header can hold', async () => {
    const ended = await doctor({ env: { NEATLOGS_API_KEY: 'nl_\u2603', NEATLOGS_ENDPOINT: DOWN } })
    expect(ended.problems).toEqual(['NOT_SENT'])
  })

  test('is down, or not configured', async () => {
    const down = await doctor({ env: { NEATLOGS_API_KEY: KEY, NEATLOGS_ENDPOINT: DOWN } })
    expect(down.problems).toEqual(['UNREACHABLE'])
    expect(textOf(down, 'UNREACHABLE')).toContain('ECONNREFUSED')
    const keyless = await doctor({ env: { NEATLOGS_EXPORTER: 'neatlogs' } })
    expect(keyless).toMatchObject({ problems: ['KEY_MISSING'], warnings: [] })
  })

  test('OpenTelemetry: a collector takes it; headers stay secret', async () => {
    const server = await startNeatlogs({ requireKey: false })
    const env = {
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${server.url.replace('//', '//user:otel-secret@')}/v1/traces?key=otel-secret`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=otel-secret',
    }
    const ended = await doctor({ env })
    await server.close()
    expect(ended.problems).toEqual([])
    expect(textOf(ended, 'CHOSEN')).toMatch(/\/v1\/traces, because OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is set$/)
    expect(textOf(ended, 'TAKEN')).toMatch(/^otlp: a test record was taken after \d+ ms$/)
    expect(JSON.stringify(ended)).not.toContain('otel-secret')
    expect(ended.report.settings).toContainEqual({
      name: 'OTEL_EXPORTER_OTLP_HEADERS',
      value: '(set)',
      source: 'environment',
    })
  })

  test('OpenTelemetry: a measurement is sent, too, and a wrong address of metrics is told', async () => {
    const server = await startNeatlogs({ requireKey: false })
    const of = (env: { readonly [name: string]: string }) =>
      doctor({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: server.url, ...env } })
    const taken = await of({})
    expect(server.metricRequests).toHaveLength(1)
    const stopped = await of({ OTEL_METRICS_EXPORTER: 'none' })
    expect(server.metricRequests).toHaveLength(1)
    server.setMetricsFault({ status: 404 })
    const implied = await of({})
    const named = await of({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${server.url}/v1/metrics` })
    const down = await of({ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${DOWN}/v1/metrics` })
    await server.close()
    expect([taken, stopped, implied, named, down].map(({ problems }) => problems)).toEqual([[], [], [], [], []])
    expect(textOf(taken, 'METRICS_TAKEN')).toBe(`otlp: a test measurement was taken at ${server.url}/v1/metrics`)
    expect(stopped.findings.filter(({ code }) => code.startsWith('METRICS'))).toEqual([])
    expect(textOf(implied, 'METRICS_NONE')).toContain('records alone go there')
    expect(textOf(named, 'METRICS_NOT_TAKEN')).toContain('HTTP 404')
    expect(textOf(down, 'METRICS_NOT_TAKEN')).toContain('ECONNREFUSED')
    expect(down.findings.find(({ code }) => code === 'METRICS_NOT_TAKEN')?.remedy).toContain(
      'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
    )
  })

  test('OpenTelemetry by gRPC: taken, or the server speaks something else', async () => {
    const collector = await startGrpc()
    const of = (url: string) =>
      doctor({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' } })
    const taken = await of(collector.url)
    collector.close()
    expect(taken.problems).toEqual([])
    expect(textOf(taken, 'CHOSEN')).toContain(`otlp: ${collector.url} by gRPC, because`)
    const server = await startNeatlogs({ requireKey: false })
    const web = await of(server.url)
    await server.close()
    expect(web.problems).toEqual(['UNREACHABLE'])
    expect(textOf(web, 'UNREACHABLE')).toContain('set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf')
  })
})

describe('the folder', () => {
  test('is left as it was found: one that is missing is not made', async () => {
    const dir = join(makeTemp('missing'), 'a', 'b', 'neatlogs')
    const ended = await doctor({ env: { NEATLOGS_DIR: dir } })
    expect(ended.problems).toEqual([])
    expect(textOf(ended, 'FOLDER_OK')).toMatch(/ yours alone, [\d.]+ [KMGT]iB free$/)
    expect(existsSync(join(dir, '..', '..'))).toBe(false)
    const there = makeTemp('there')
    await doctor({ env: { NEATLOGS_DIR: there } })
    expect(readdirSync(there)).toEqual([])
  })

  test('of ours that others can write is mended; one that is a link is refused; one that others can read is warned of', async () => {
    const open = makeTemp('open')
    chmodSync(open, 0o777)
    expect((await doctor({ env: { NEATLOGS_DIR: open } })).problems).toEqual([])
    expect(statSync(open).mode & 0o777).toBe(0o700)
    chmodSync(open, 0o755)
    expect((await doctor({ env: { NEATLOGS_DIR: open } })).warnings).toEqual(['FOLDER_READABLE'])
    const link = join(makeTemp('links'), 'link')
    symlinkSync(makeTemp('target'), link)
    expect((await doctor({ env: { NEATLOGS_DIR: link } })).problems).toEqual(['FOLDER_REFUSED'])
  })

  test.runIf(existsSync('/dev/shm'))('in memory: says that a restart empties it', async () => {
    const dir = join('/dev/shm', `neatlogs-doctor-${process.pid}`)
    const ended = await doctor({ env: { NEATLOGS_DIR: dir } })
    expect(textOf(ended, 'FOLDER_VOLATILE')).toBe(`${dir} lies in memory (tmpfs)`)
    expect(existsSync(dir)).toBe(false)
  })

  test('that cannot be: lost records for files, memory only for a server', async () => {
    const file = join(makeTemp('file'), 'file')
    writeFileSync(file, '')
    const dir = join(file, 'neatlogs')
    expect((await doctor({ env: { NEATLOGS_DIR: dir } })).problems).toEqual(['FOLDER_UNWRITABLE'])
    const server = await startNeatlogs()
    const ended = await doctor({ env: { NEATLOGS_DIR: dir, NEATLOGS_API_KEY: KEY, NEATLOGS_ENDPOINT: server.url } })
    await server.close()
    expect(ended).toMatchObject({ problems: [], warnings: ['FOLDER_MEMORY_ONLY'] })
  })
})

describe('the backlog', () => {
  test('of ended programs, of another key, and what was refused', async () => {
    const dir = join(makeTemp('backlog'), 'neatlogs')
    const env = { NEATLOGS_API_KEY: KEY, NEATLOGS_ENDPOINT: DOWN }
    await killProgram({ dir, env, calls: 3 })
    await killProgram({ dir, env: { ...env, NEATLOGS_API_KEY: 'another' }, calls: 2 })
    writeFileSync(
      join(dir, 'rejected.ndjson'),
      '{"status":400,"answer":"no such field"}\n{"status":422,"answer":"too old"}\n',
    )
    const ended = await doctor({ env: { NEATLOGS_DIR: dir, ...env } })
    expect(ended.warnings).toEqual(['BACKLOG_ENDED', 'BACKLOG_OTHER', 'REJECTED'])
    expect(textOf(ended, 'BACKLOG_RUNNING')).toBe('')
    expect(textOf(ended, 'BACKLOG_ENDED')).toMatch(/^3 calls of 1 ended programs wait \([\d.]+ KiB, oldest \d+ \w+\)$/)
    expect(textOf(ended, 'BACKLOG_OTHER')).toMatch(
      /^2 calls .* wait for neatlogs:http:\/\/127.0.0.1:9\/v1\/traces with another key/,
    )
    expect(textOf(ended, 'REJECTED')).toBe('2 records were refused for good, last with HTTP 422: too old')
  })

  test('of a program that runs', async () => {
    const dir = join(makeTemp('running'), 'neatlogs')
    const env = { NEATLOGS_API_KEY: KEY, NEATLOGS_ENDPOINT: DOWN }
    let ended: Examined | undefined
    const between = async (): Promise<void> => {
      ended = await doctor({ env: { NEATLOGS_DIR: dir, ...env } })
    }
    await killProgram({ dir, env, calls: 2, between })
    expect(ended).toMatchObject({ problems: ['UNREACHABLE'], warnings: [] })
    expect(textOf(ended as Examined, 'BACKLOG_RUNNING')).toMatch(/^2 calls of 1 running programs wait/)
  })

  test('none', async () => {
    expect(textOf(await doctor(), 'BACKLOG_NONE')).toBe('nothing waits to be delivered')
  })
})

test('bad values and slips in names; what is in force instead', async () => {
  const env = {
    NEATLOGS_SAMPLE_RATE: '2',
    NEATLOGS_APIKEY: 'slip',
    NEATLOGS_TAGS: 'a,b',
    NEATLOGS_ENDPOINT: 'https://u:pw@h.test/x',
  }
  const ended = await doctor({ env })
  expect(ended.warnings).toEqual(['OPTION_BAD', 'OPTION_UNKNOWN'])
  expect(textOf(ended, 'OPTION_BAD')).toBe('NEATLOGS_SAMPLE_RATE: "2" is not a number from 0 to 1; using 1')
  expect(textOf(ended, 'OPTION_UNKNOWN')).toContain('NEATLOGS_APIKEY')
  const setting = (name: string) => ended.report.settings.find((one) => one.name === name)
  expect(setting('NEATLOGS_SAMPLE_RATE')).toMatchObject({ value: '1', source: 'bad' })
  expect(setting('NEATLOGS_TAGS')).toMatchObject({ value: 'a,b', source: 'environment' })
  expect(setting('NEATLOGS_ENDPOINT')?.value).toBe('https://…@h.test/x')
  expect(setting('NEATLOGS_API_KEY')).toMatchObject({ value: '', source: 'default' })
})

test('for people: a mark and a remedy for each problem, and the verdict', async () => {
  const env = { NEATLOGS_DIR: makeTemp('people'), NEATLOGS_API_KEY: KEY, NEATLOGS_ENDPOINT: DOWN }
  const ended = await runCommand({ args: ['doctor', ROOT], env })
  expect(ended).toMatchObject({ code: 1, stderr: '' })
  expect(ended.stdout).toMatch(
    /✖ neatlogs: http:\/\/127\.0\.0\.1:9\/v1\/traces gives no answer: .* \[UNREACHABLE\]\n {4}→ Check NEATLOGS_ENDPOINT, /,
  )
  expect(ended.stdout).toMatch(/\n {2}NEATLOGS_API_KEY +\(set\)\n/)
  expect(ended.stdout.endsWith('Records would not arrive: 1 problem.\n')).toBe(true)
  expect(ended.stdout).not.toContain(KEY)
})
