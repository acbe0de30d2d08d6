// `neatlogs tail`: each record once, in order of time, as a line or as NDJSON; filters; live.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { startOpenAI } from '../../../fixtures/servers/openai.mjs'
import { encodeLine } from '../../../src/destinations/line.ts'
import type { CallRecord } from '../../../src/record.ts'
import { makeRecord } from '../../unit/destinations/records.ts'
import { makeTemp, readRecords, runNode } from '../run.ts'
import { CLI, cleanEnv, eventually, PACKAGE, runCommand, startCommand, startProgram } from './command.ts'

const BEGIN_MS = Date.parse('2026-11-22T10:00:00Z')

/** A record that ends `minute` minutes after ten. */
function recordAt(minute: number, over: Partial<CallRecord> = {}): CallRecord {
  const ended = BEGIN_MS + minute * 60_000
  const id = `019ab1c2-0000-7000-8000-${String(minute).padStart(12, '0')}`
  return makeRecord({ id, started_at: `${ended - 663}000000`, ended_at: `${ended}000000`, ...over })
}

const hostile = '\u001b[31mred\u0007 \u202egnp.exe\u2028 </script>'
const RECORDS: readonly CallRecord[] = [
  recordAt(0),
  recordAt(1, { tags: ['nightly', 'eval'], trace_id: 'trace-b' }),
  recordAt(2, { status: 'incomplete', operation: 'embeddings', method: 'embeddings.create' }),
  recordAt(3, {
    status: 'error',
    error: { type: 'RateLimitError', code: 'rate', message: '429 slow down', param: null, status: 429, stack: null },
  }),
  recordAt(4, { request: { model: 'gpt-5-mini', body: { model: 'gpt-5-mini', input: hostile } } }),
]
const ids = (records: readonly CallRecord[]): string[] => records.map(({ id }) => id)

let dir = ''
const tail = (words: string, env = {}) =>
  runCommand({ args: ['tail', ...words.split(' ').filter(Boolean)], env: { NEATLOGS_DIR: dir, ...env } })

beforeAll(() => {
  dir = join(makeTemp('tail'), 'neatlogs')
  mkdirSync(join(dir, 'records'), { recursive: true, mode: 0o700 })
  const [first, second, third, fourth, fifth] = RECORDS.map(encodeLine) as [string, string, string, string, string]
  // Two processes, whose files overlap in time; one record delivered twice; lines that are no records.
  writeFileSync(join(dir, 'records', 'a.ndjson'), `${second}not json\n${fourth}{"level":30,"msg":"pino"}\n`)
  writeFileSync(join(dir, 'records', 'b.ndjson'), `${first}${third}${second}${fifth}{"id":"cut`)
  writeFileSync(join(dir, 'records', 'notes.txt'), first)
})

describe('what is there', () => {
  test('in a pipe: NDJSON, the very lines of the files, each once, by time', async () => {
    expect(await tail('')).toMatchObject({ code: 0, stderr: '', stdout: RECORDS.map(encodeLine).join('') })
  })

  test('--text: one readable line each', async () => {
    const ended = await tail('--text')
    const lines = ended.stdout.split('\n')
    expect(lines).toHaveLength(RECORDS.length + 1)
    expect(lines[0]).toBe(
      '10:00:00 ok         chat.completions.create gpt-4o-mini 664 ms 13→2 tokens $0.000003 "Hi" → "Hello!"',
    )
    expect(lines[3]).toMatch(/^10:03:00 error .* → rate 429 slow down$/)
  })

  test('nothing that a model writes drives the terminal', async () => {
    const { stdout } = await tail('--text -n 1', { FORCE_COLOR: '0' })
    expect(stdout).toContain('gpt-5-mini')
    expect(stdout).toContain('red')
    expect(stdout.slice(0, -1)).not.toMatch(/[\p{Cc}\u202e\u2028]/u)
  })

  const FILTERS: readonly (readonly [string, readonly number[]])[] = [
    ['--status error,incomplete', [2, 3]],
    ['--status error --status incomplete', [2, 3]],
    ['--operation embeddings', [2]],
    ['--model gpt-5-mini', [4]],
    ['--model gpt-5*', [4]],
    ['--model *MINI', [0, 1, 2, 3, 4]],
    ['--model gpt-4o', []],
    ['--tag eval', [1]],
    ['--trace trace-b', [1]],
    ['--since 2026-11-22T10:03:00Z', [3, 4]],
    ['--status ok --model gpt-4o-mini', [0, 1]],
    ['--lines 2', [3, 4]],
    ['--lines 0', []],
    ['--status ok -n 1', [4]],
  ]
  test.each(FILTERS)('%s', async (words, expected) => {
    const ended = await tail(words)
    expect(ended.code).toBe(0)
    const lines = ended.stdout.split('\n').slice(0, -1)
    expect(lines.map((line) => (JSON.parse(line) as CallRecord).id)).toEqual(
      ids(expected.map((at) => RECORDS[at] as CallRecord)),
    )
  })

  test('--since 1h: none of these, and says so', async () => {
    const ended = await tail('--since 1h')
    expect(ended).toMatchObject({ code: 0, stdout: '' })
    expect(ended.stderr).toContain(`no record passes the filter in ${dir}`)
  })

  test('a folder without records says where it looked', async () => {
    const ended = await runCommand({ args: ['tail'], env: { NEATLOGS_DIR: makeTemp('empty') } })
    expect(ended).toMatchObject({ code: 0, stdout: '' })
    expect(ended.stderr).toContain('no records in')
  })

  test('a reader that leaves ends it quietly', async () => {
    const big = join(makeTemp('big'), 'neatlogs')
    mkdirSync(join(big, 'records'), { recursive: true, mode: 0o700 })
    const lines = Array.from({ length: 3000 }, (_, at) => encodeLine(recordAt(at)))
    writeFileSync(join(big, 'records', 'a.ndjson'), lines.join(''))
    const running = startProgram('sh', ['-c', `"${process.execPath}" "${CLI}" tail --json | head -n 1`], {
      env: cleanEnv({ NEATLOGS_DIR: big }),
      cwd: makeTemp('cwd'),
    })
    expect(await running.ended).toMatchObject({ stdout: lines[0], stderr: '' })
  })
})

test('colour and readable lines on a terminal, cut at its edge', async () => {
  const line = `stty cols 60; exec ${process.execPath} ${CLI} tail -n 1`
  const { NO_COLOR: _, ...env } = cleanEnv({ NEATLOGS_DIR: dir, TERM: 'xterm' })
  const { ended } = startProgram('script', ['-qec', line, '/dev/null'], { env, cwd: makeTemp('terminal') }, '')
  const { stdout } = await ended
  expect(stdout).toContain('\u001b[32mok')
  const plain = stripVTControlCharacters(stdout).trimEnd()
  expect(plain).toMatch(/^10:04:00 ok .*…$/)
  expect(plain).toHaveLength(60)
})

describe('--follow', () => {
  test('prints the calls of a program as they are made', async () => {
    const server = await startOpenAI()
    const live = join(makeTemp('follow'), 'neatlogs')
    const running = startCommand({ args: ['tail', '--follow'], env: { NEATLOGS_DIR: live } })
    const printed = (): number => running.stdout().split('\n').length - 1
    for (const count of [1, 2]) {
      await runNode({ app: 'chat.mjs', dir: live, server, hookRoot: PACKAGE })
      await eventually(printed).toBe(count)
    }
    running.child.kill('SIGINT')
    const ended = await running.ended
    await server.close()
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' })
    const inFiles = readRecords(live).records.map(({ id }) => id)
    expect(
      ended.stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as CallRecord).id),
    ).toEqual(inFiles)
  })

  test('a line written in two pieces, a record that comes twice, a file that is replaced', async () => {
    const live = makeTemp('pieces')
    mkdirSync(join(live, 'records'))
    const file = join(live, 'records', 'a.ndjson')
    const [first, second, third, fourth] = RECORDS.map(encodeLine) as [string, string, string, string]
    writeFileSync(file, first)
    const running = startCommand({ args: ['tail', '-f'], env: { NEATLOGS_DIR: live } })
    await eventually(running.stdout).toBe(first)
    appendFileSync(file, second.slice(0, 100))
    // When a later file is printed, the half line has been looked at.
    writeFileSync(join(live, 'records', 'b.ndjson'), fourth)
    await eventually(running.stdout).toBe(first + fourth)
    appendFileSync(file, second.slice(100) + second)
    await eventually(running.stdout).toContain('trace-b')
    writeFileSync(file, third)
    await eventually(running.stdout).toContain('embeddings.create')
    running.child.kill('SIGTERM')
    const ended = await running.ended
    expect(ended.stdout).toBe(first + fourth + second + third)
  })
})
