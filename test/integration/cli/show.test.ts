// `neatlogs show` over the records of a real program: by id, its beginning, `last` and trace; folded and full; on a terminal through $PAGER.
import { appendFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { encodeLine } from '../../../src/destinations/line.ts'
import type { CallRecord } from '../../../src/record.ts'
import { makeRecord } from '../../unit/destinations/records.ts'
import { makeTemp, readRecords } from '../run.ts'
import { CALL_COUNT, recordCalls } from './asking.ts'
import { CLI, cleanEnv, runCommand, startProgram } from './command.ts'

let dir = ''
let records: readonly CallRecord[] = []
const show = (...args: readonly string[]) => runCommand({ args: ['show', ...args], env: { NEATLOGS_DIR: dir } })
const call = (passes: (record: CallRecord) => boolean): CallRecord => records.find(passes) as CallRecord

beforeAll(async () => {
  dir = await recordCalls()
  records = readRecords(dir).records
  const [file = ''] = readdirSync(join(dir, 'records'))
  appendFileSync(join(dir, 'records', file), '{"id":"cut by a full disk\n')
})

describe('one call', () => {
  test('by id: roles, texts, usage, cost', async () => {
    const { id } = records[0] as CallRecord
    const { stdout, stderr, code } = await show(id)
    expect([stderr, code]).toEqual(['', 0])
    expect(stdout).toMatch(new RegExp(`^ok {2}chat.completions.create {2}gpt-4o-mini {2}${id}\n`))
    expect(stdout).toMatch(/ ms · \d+ → \d+ tokens · \$0\.0000\d\d · .* · tags search · trace trace-of-the-test\n/)
    expect(stdout).toContain('\nsystem\n  Be brief.\n\nuser\n  Hi\n\nassistant\n  Hello! ')
  })

  test('by the beginning of its id; one of several says which', async () => {
    const { id } = records[0] as CallRecord
    expect((await show(id.slice(0, -3))).stdout).toContain(id)
    const ended = await show(id.slice(0, 4))
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain(`is the beginning of ${CALL_COUNT} ids`)
  })

  test('last, with a filter', async () => {
    const last = records
      .toSorted((a, b) => Number(BigInt(a.ended_at ?? 0) - BigInt(b.ended_at ?? 0)))
      .at(-1) as CallRecord
    expect((await show()).stdout).toContain(last.id)
    expect((await show('last', '--operation', 'embeddings')).stdout).toContain('[one, two]'.slice(1, 4))
    expect((await show('last', '--model', 'no-such')).code).toBe(1)
  })

  test('tool calls with their results', async () => {
    const { id } = call(({ request }) => JSON.stringify(request.body).includes('sunny'))
    expect((await show(id)).stdout).toMatch(/assistant\n {2}⚙ get_weather\(\{.*Zürich.*\}\)\n {4}→ sunny\n/)
  })

  test('attempts and errors', async () => {
    const flaky = call(({ attempts }) => attempts.length === 2)
    expect((await show(flaky.id)).stdout).toMatch(/2 attempts\n {2}1 {2}500 {2}.* ms {2}req_\w+.*\n {2}2 {2}200 {2}/)
    const failed = call(({ status }) => status === 'error')
    const { stdout } = await show(failed.id)
    expect(stdout).toMatch(/^error {2}/)
    expect(stdout).toMatch(/\n✖ 400 .+: .+/)
  })

  test('what the record only describes is said, not invented', async () => {
    const { id } = call(({ request }) => request.model === 'gpt-4o-audio-preview')
    expect((await show(id)).stdout).toMatch(/\[audio: audio\/wav · wav · 9 bytes · sha256 \w{8}…\]|\[audio: .*9 bytes/)
  })

  test('long texts are folded; --full shows them', async () => {
    const { id } = call(({ stream }) => stream)
    const folded = await show(id)
    const full = await show(id, '--full')
    expect(folded.stdout).toMatch(/… [\d,]+ more characters: --full/)
    expect(full.stdout).toContain('A story. '.repeat(400).trim())
    expect(full.stdout).not.toContain('--full')
  })

  test('--json is the line of the file', async () => {
    const { id } = records[0] as CallRecord
    const { stdout } = await show(id, '--json')
    expect(JSON.parse(stdout)).toEqual(records[0])
  })
})

test('a trace: its calls in order, each with what is new in it', async () => {
  const { stdout, code } = await show('trace-of-the-test')
  expect(code).toBe(0)
  const ids = [...stdout.matchAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g)].map(([id]) => id)
  expect(ids).toEqual(records.map(({ id }) => id).toSorted())
  expect(stdout).toContain('earlier turns)')
  expect((await show('trace-of-the-test', '--full')).stdout).not.toContain('earlier turns)')
  expect((await show('trace-of-the-test', '--json')).stdout.trimEnd().split('\n')).toHaveLength(CALL_COUNT)
})

test('no such call: exit code 1, and where calls are listed', async () => {
  const ended = await show('nothing-of-the-kind')
  expect(ended).toMatchObject({ code: 1, stdout: '' })
  expect(ended.stderr).toContain('`npx neatlogs tail` lists the calls')
  const empty = await runCommand({ args: ['show'], env: { NEATLOGS_DIR: makeTemp('none') } })
  expect(empty).toMatchObject({ code: 1, stdout: '' })
})

describe('on a terminal', () => {
  const onTerminal = (columns: number, words: string, env: NodeJS.ProcessEnv = {}) => {
    const command = `stty cols ${columns}; "${process.execPath}" "${CLI}" show ${words}`
    const options = { env: cleanEnv({ NEATLOGS_DIR: dir, TERM: 'xterm', ...env }), cwd: makeTemp('cwd') }
    return startProgram('script', ['-qec', command, '/dev/null'], options, '').ended
  }
  const model = '--model gpt-4o --full'

  test('through $PAGER', async () => {
    const { stdout } = await onTerminal(80, `last ${model}`, { PAGER: 'grep -c story' })
    expect(stdout).toMatch(/^\d+\r?\n$/)
  })

  test('a pager that is not there, or is not wanted', async () => {
    expect((await onTerminal(80, `last ${model}`, { PAGER: 'no-such-pager' })).stdout).toContain('A story.')
    expect((await onTerminal(80, `last ${model} --no-pager`, { PAGER: 'false' })).stdout).toContain('A story.')
  })

  test('narrow: long texts are wrapped at words', async () => {
    const { stdout } = await onTerminal(40, `last ${model}`, { PAGER: 'cat' })
    const said = stdout.split(/\r?\n/).filter((line) => line.includes('story.'))
    expect(said.length).toBeGreaterThan(10)
    for (const line of said) expect(line.length).toBeLessThanOrEqual(40)
  })

  test('nothing of a record drives it', async () => {
    const hostile = '\u001b]0;owned\u0007\u001b[31mred \u202egnp.exe\r\nrm -rf'
    const body = { messages: [{ role: `user${hostile}`, content: hostile }] }
    const record = makeRecord({ id: 'ffff-hostile', tags: [hostile], request: { model: hostile, body } })
    appendFileSync(join(dir, 'records', 'hostile.ndjson'), encodeLine(record))
    const { stdout } = await onTerminal(80, 'ffff-hostile', { PAGER: 'cat' })
    expect(stdout).toContain('gnp.exe')
    expect(stdout).not.toMatch(/[^\P{Cc}\r\n]|\u202e/u)
  })
})
