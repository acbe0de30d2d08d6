// `neatlogs export` of the records of a real program: every format passes its published rules; what is not whole is counted and left out.
import { appendFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { encodeLine } from '../../../src/destinations/line.ts'
import type { FormatName } from '../../../src/export/exporter.ts'
import { makeRecord, REQUEST } from '../../unit/destinations/records.ts'
import { problemsOf } from '../../unit/export/published-rules.ts'
import { makeTemp, readRecords } from '../run.ts'
import { CALL_COUNT, recordCalls } from './asking.ts'
import { CLI, cleanEnv, runCommand, startProgram } from './command.ts'

interface Summary {
  readonly exported: number
  readonly left_out: { readonly [reason: string]: number }
  readonly damaged_lines: number
}

let dir = ''
let redacted = ''

const exportAs = async (format: FormatName, words = '', folder = dir) => {
  const args = ['export', '--as', format, '--json', ...words.split(' ').filter(Boolean)]
  const { stdout, stderr, code } = await runCommand({ args, env: { NEATLOGS_DIR: folder } })
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^\{.*\}\n$/)])
  return { stdout, lines: stdout.split('\n').slice(0, -1), summary: JSON.parse(stderr) as Summary }
}

beforeAll(async () => {
  ;[dir, redacted] = await Promise.all([
    recordCalls(),
    recordCalls({ NEATLOGS_REDACT: 'request.body.messages[*].content' }),
  ])
})

describe('the files of OpenAI', () => {
  test('fine-tuning: chats with their tools, of both APIs', async () => {
    const { lines, summary } = await exportAs('fine-tuning')
    expect(problemsOf('fine-tuning', lines)).toEqual([])
    expect(summary.exported).toBe(lines.length)
    expect(lines.length).toBe(7)
    const examples = lines.map((line) => JSON.parse(line) as { messages: { role: string }[]; tools?: unknown[] })
    expect(examples.filter(({ tools }) => tools !== undefined)).toHaveLength(3)
    expect(examples.map(({ messages }) => messages.map(({ role }) => role).join())).toContain(
      'system,user,assistant,tool,assistant',
    )
    expect(Object.values(summary.left_out).reduce((sum, count) => sum + count, 0)).toBe(CALL_COUNT - lines.length)
    expect(summary.left_out).toMatchObject({ 'no conversation: embeddings': 1, 'a part of the kind input_audio': 1 })
  })

  test('batch: requests of one model and endpoint', async () => {
    const { lines } = await exportAs('batch', '--model gpt-4o-mini --operation chat')
    expect(problemsOf('batch', lines)).toEqual([])
    expect(lines.length).toBe(2)
    const all = await exportAs('batch')
    expect(problemsOf('batch', all.lines)).toEqual([])
    expect(Object.keys(all.summary.left_out).join()).toContain('another model or endpoint')
  })

  test.each(['embeddings', 'responses', 'moderation'])(
    'batch of %s; a stream is asked for whole',
    async (operation) => {
      const { lines } = await exportAs('batch', `--operation ${operation}`)
      expect(problemsOf('batch', lines)).toEqual([])
      expect(lines.length).toBeGreaterThan(0)
      expect(problemsOf('batch', (await exportAs('batch', '--model gpt-4o')).lines)).toEqual([])
    },
  )

  test('evals', async () => {
    const { lines } = await exportAs('evals')
    expect(problemsOf('evals', lines)).toEqual([])
    const { item } = JSON.parse(lines[0] ?? '') as { item: object }
    expect(item).toMatchObject({ model: 'gpt-4o-mini', tags: ['search'], output: expect.stringContaining('Hello!') })
  })
})

test('jsonl: the very lines of the files', async () => {
  const { stdout, summary } = await exportAs('jsonl')
  expect(summary).toEqual({ exported: CALL_COUNT, left_out: {}, damaged_lines: 0 })
  const { records } = readRecords(dir)
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(records)
})

test('csv: a head, and a row for each call', async () => {
  const { stdout } = await exportAs('csv', '--operation chat')
  expect(stdout).toMatch(/^id,started_at,/)
  expect(stdout.split('\r\n').length - 2).toBe(7)
})

describe('what is not whole', () => {
  test('redacted prompts are counted and left out of everything', async () => {
    for (const format of ['jsonl', 'csv', 'fine-tuning', 'batch', 'evals'] as const) {
      const { stdout, summary } = await exportAs(format, '--operation chat', redacted)
      expect(stdout).not.toContain('[Redacted]')
      expect(summary).toMatchObject({ exported: 0, left_out: { redacted: 7 } })
    }
  })

  test('--include-partial takes them, redacted as they are', async () => {
    const { lines } = await exportAs('fine-tuning', '--include-partial --operation chat', redacted)
    expect(problemsOf('fine-tuning', lines)).toEqual([])
    expect(lines.length).toBeGreaterThan(3)
    for (const line of lines) expect(line).toContain('[Redacted]')
  })
})

test('--dedupe; people read what was left out, a file what was exported', async () => {
  const folder = join(makeTemp('twice'), 'neatlogs')
  mkdirSync(join(folder, 'records'), { recursive: true, mode: 0o700 })
  const lines = ['a', 'b', 'c'].map((id) => encodeLine(makeRecord({ id })))
  writeFileSync(join(folder, 'records', 'a.ndjson'), `${lines.join('')}half a line\n${lines[0]}`)
  const args = ['export', '--as', 'batch', '--dedupe']
  const ended = await runCommand({ args, env: { NEATLOGS_DIR: folder } })
  expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1)
  expect(ended.stderr).toBe(
    `neatlogs: 1 line is damaged and left out, in ${join(folder, 'records')}\n` +
      'neatlogs: 1 call exported, 2 left out\n  2: the same as one before\n',
  )
})

test('no records: nothing on stdout', async () => {
  const ended = await runCommand({ args: ['export', '--as', 'jsonl'], env: { NEATLOGS_DIR: makeTemp('none') } })
  expect(ended).toMatchObject({ code: 0, stdout: '' })
  expect(ended.stderr).toContain('no records in')
})

describe('many calls', () => {
  let big = ''
  beforeAll(() => {
    big = join(makeTemp('big'), 'neatlogs')
    mkdirSync(join(big, 'records'), { recursive: true, mode: 0o700 })
    const body = { ...REQUEST, messages: [{ role: 'user', content: `@@ ${'words '.repeat(200)}` }] }
    const record = encodeLine(makeRecord({ id: '@@', request: { model: 'gpt-4o-mini', body } }))
    for (let file = 0; file < 4; file++) {
      const lines = Array.from({ length: 5000 }, (_, at) => record.replaceAll('@@', String(file * 5000 + at)))
      appendFileSync(join(big, 'records', `${file}.ndjson`), lines.join(''))
    }
    expect(readdirSync(join(big, 'records'))).toHaveLength(4)
  })
  const run = (script: string) =>
    startProgram('sh', ['-c', script], { env: cleanEnv({ NEATLOGS_DIR: big }), cwd: makeTemp('cwd') }, '').ended

  test('in flat memory, to a slow reader', async () => {
    // 50 MB of records through a heap of 24 MB.
    const node = `"${process.execPath}" --max-old-space-size=24 --max-semi-space-size=2 "${CLI}"`
    const ended = await run(`${node} export --as fine-tuning --dedupe | (sleep 1; wc -l)`)
    expect(ended.stderr).toBe('neatlogs: 20,000 calls exported\n')
    expect(Number(ended.stdout)).toBe(20_000)
  })

  test('a reader that leaves ends it quietly', async () => {
    const ended = await run(`"${process.execPath}" "${CLI}" export --as jsonl | head -n 1`)
    expect(ended.stderr).toBe('')
    expect(JSON.parse(ended.stdout)).toMatchObject({ id: '0' })
  })
})
