// `neatlogs replay` against a real server: the recorded request again with the user's own key, recorded and tagged; what it refuses; what it asks.
import { appendFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OpenAIServer, startOpenAI } from '../../../fixtures/servers/openai.mjs'
import { NOT_CAPTURED } from '../../../src/content/withhold.ts'
import { encodeLine } from '../../../src/destinations/line.ts'
import type { CallRecord } from '../../../src/record.ts'
import { makeRecord, REQUEST } from '../../unit/destinations/records.ts'
import { makeTemp, ROOT, readRecords } from '../run.ts'
import { recordCalls } from './asking.ts'
import { CLI, cleanEnv, runCommand, startProgram } from './command.ts'

let dir = ''
let project = ''
let server: OpenAIServer
let records: readonly CallRecord[] = []

const env = (over: { readonly [name: string]: string | undefined } = {}) => ({
  NEATLOGS_DIR: dir,
  OPENAI_API_KEY: 'sk-test-replay',
  OPENAI_BASE_URL: `${server.url}/v1`,
  ...over,
})
const replay = (args: readonly string[], over = {}, cwd = project) =>
  runCommand({ args: ['replay', ...args], env: env(over), cwd })
const call = (passes: (record: CallRecord) => boolean): CallRecord => records.find(passes) as CallRecord
const add = (record: CallRecord): string => {
  appendFileSync(join(dir, 'records', 'more.ndjson'), encodeLine(record))
  return record.id
}
/** A folder with a program's openai in it. */
function placeProject(openai: string): string {
  const folder = makeTemp('project')
  symlinkSync(join(ROOT, 'fixtures', `openai-${openai}`, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

beforeAll(async () => {
  server = await startOpenAI()
  dir = await recordCalls()
  project = placeProject('6.49.0')
  records = readRecords(dir).records
})
afterAll(() => server.close())

describe('sends again', () => {
  test('the very request, but for what is to be different', async () => {
    const { id } = records[0] as CallRecord
    const before = server.served.length
    const ended = await replay([
      id,
      '--yes',
      '--json',
      '--times',
      '2',
      '--model',
      'gpt-4o',
      '--set',
      'temperature=0.5',
      '--set',
      'user=tester',
    ])
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    const served = server.served.slice(before)
    expect(served.map(({ path }) => path)).toEqual(['/v1/chat/completions', '/v1/chat/completions'])
    const sent = JSON.parse(String(served[0]?.requestBody)) as object
    expect(sent).toEqual({ ...(records[0]?.request.body as object), model: 'gpt-4o', temperature: 0.5, user: 'tester' })
    expect(served[0]?.headers.authorization).toBe('Bearer sk-test-replay')
    const report = JSON.parse(ended.stdout) as { trace_id: string; replays: { model: string; cost_usd: number }[] }
    expect(report).toMatchObject({ recorded: { id }, replays: [{ status: 'ok', model: 'gpt-4o' }, { status: 'ok' }] })
    expect(report.replays[0]?.cost_usd).toBeGreaterThan(0)
    const fresh = readRecords(dir).records.filter(({ trace_id }) => trace_id === report.trace_id)
    expect(fresh).toMatchObject([
      { tags: ['replay'], metadata: { replay_of: id }, service: 'neatlogs replay' },
      { tags: ['replay'], metadata: { replay_of: id } },
    ])
  })

  const KINDS: readonly (readonly [string, (record: CallRecord) => boolean, string])[] = [
    ['a stream', ({ stream }) => stream, '/v1/chat/completions'],
    ['tools, which are not run', ({ request }) => request.model === 'scenario-tools', '/v1/chat/completions'],
    ['responses', ({ operation }) => operation === 'responses', '/v1/responses'],
    ['embeddings', ({ operation }) => operation === 'embeddings', '/v1/embeddings'],
    ['moderations', ({ operation }) => operation === 'moderation', '/v1/moderations'],
  ]
  test.each(KINDS)('%s', async (_, passes, path) => {
    const { id, request } = call(passes)
    const before = server.served.length
    const ended = await replay([id, '--yes', '--json'])
    expect([ended.code, ended.stderr]).toEqual([0, ''])
    const served = server.served.slice(before)
    expect(served.map((one) => [one.path, JSON.parse(String(one.requestBody))])).toEqual([[path, request.body]])
    const { replays } = JSON.parse(ended.stdout) as { replays: { status: string }[] }
    expect(replays).toMatchObject([{ status: 'ok' }])
  })

  test.each(['4.104.0', '5.23.2', '7.59.0'])('by openai %s', async (version) => {
    const ended = await replay([records[0]?.id ?? '', '--yes', '--json'], {}, placeProject(version))
    expect([ended.code, ended.stderr]).toEqual([0, ''])
  })

  test('one that fails is shown as it failed: exit code 1', async () => {
    const { id } = records[0] as CallRecord
    const ended = await replay([id, '--yes', '--model', 'scenario-status-400'])
    expect(ended.code).toBe(1)
    expect(ended.stdout).toMatch(/status +ok +error\n/)
    expect(ended.stdout).toContain('✖ ')
  })
})

test('old and new side by side, in a pipe without colour', async () => {
  const { id } = records[0] as CallRecord
  const message = { role: 'user', content: 'Hi you' }
  const ended = await replay([id, '--yes', '--set', `messages=${JSON.stringify([message])}`])
  expect(ended.stdout).toMatch(
    /^ +recorded +replay\nmodel +gpt-4o-mini\S* +gpt-4o-mini\S*\nstatus +ok +ok\nlatency +\S+ ms/,
  )
  expect(ended.stdout).toMatch(/\ncost +\$0\.0000\d\d +\$0\.0000\d\d/)
  expect(ended.stdout).toMatch(/\nanswer: recorded → replay\nHello! .*Hi \{\+you \+\}—/)
  expect(ended.stdout).toMatch(/recorded with the tag replay: npx neatlogs show replay-/)
})

describe('asks before it spends', () => {
  const { OPENAI_BASE_URL: _, ...rest } = { OPENAI_BASE_URL: '' }
  const onTerminal = (answer: string) => {
    const command = `stty cols 50; "${process.execPath}" "${CLI}" replay ${records[0]?.id}`
    const options = { env: cleanEnv({ ...rest, ...env(), TERM: 'xterm' }), cwd: project }
    return startProgram('script', ['-qec', command, '/dev/null'], options, answer).ended
  }

  test('no terminal and no --yes: refused, nothing is sent', async () => {
    const before = server.served.length
    const ended = await replay([records[0]?.id ?? ''])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain('replay spends money, and there is no terminal to ask at: say --yes')
    expect(server.served.length).toBe(before)
  })

  test('no: nothing is sent', async () => {
    const before = server.served.length
    const { stdout } = await onTerminal('n\n')
    expect(stdout).toMatch(
      /Send 1 request of gpt-4o-mini to http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions\? \(it cost \$0\.0000\d\d when/,
    )
    expect(stdout).toContain('nothing was sent')
    expect(server.served.length).toBe(before)
  })

  test('yes, on a narrow terminal', async () => {
    const { stdout } = await onTerminal('y\n')
    expect(stdout).toMatch(/recorded +replay/)
    expect(stdout).toContain('the same')
  })
})

describe('refuses', () => {
  const body = (content: string): CallRecord['request'] => ({
    model: 'gpt-4o-mini',
    body: { ...REQUEST, messages: [{ role: 'user', content }] },
  })
  const REFUSED: readonly (readonly [string, () => string])[] = [
    ['its request is not whole: redacted', () => add(makeRecord({ id: 'x-redacted', request: body('[Redacted]') }))],
    ['its content was not captured', () => add(makeRecord({ id: 'x-withheld', request: body(NOT_CAPTURED) }))],
    ['cut to the size limit', () => add(makeRecord({ id: 'x-cut', truncated: ['/request/body/messages'] }))],
    ['no request in the record', () => add(makeRecord({ id: 'x-none', request: { model: 'm', body: null } }))],
    ['it went over a socket', () => add(makeRecord({ id: 'x-socket', session_id: 'sess_1' }))],
    ['it only reads an answer', () => add(makeRecord({ id: 'x-read', operation: 'fetch_response' }))],
    ['its path is not known', () => add(makeRecord({ id: 'x-path', url_path: '/elsewhere' }))],
    ['media that is described, not held', () => call(({ request }) => request.model === 'gpt-4o-audio-preview').id],
    ['is a trace of', () => 'trace-of-the-test'],
  ]
  test.each(REFUSED)('%s', async (reason, idOf) => {
    const before = server.served.length
    const ended = await replay([idOf(), '--yes'])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain(reason)
    expect(server.served.length).toBe(before)
  })

  test('without a key, without openai, with one of version 3', async () => {
    const { id } = records[0] as CallRecord
    expect((await replay([id, '--yes'], { OPENAI_API_KEY: undefined })).stderr).toContain('OPENAI_API_KEY is not set')
    for (const folder of [makeTemp('bare'), placeProject('3.3.0')])
      expect((await replay([id, '--yes'], {}, folder)).stderr).toContain(
        "your program's own openai package (4 or later)",
      )
  })

  test('no such call: exit code 1', async () => {
    expect(await replay(['nothing', '--yes'])).toMatchObject({ code: 1, stdout: '' })
  })

  test.each([
    [['--set', 'temperature'], 'temperature=0'],
    [['--set', '__proto__.x=1'], 'a field of the request'],
    [['--times', '0'], 'from 1 to 100'],
    [[], "missing required argument 'call'"],
  ])('%j', async (words, message) => {
    const ended = await replay(words.length === 0 ? [] : ['last', ...words])
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.stderr).toContain(message)
  })
})
