// The programmatic API where it is hard: errors of every kind, classes given, other copies, other tracers, new options, threads.
import { cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeTemp, type RecordLine, ROOT, type RunResult, runNode } from '../run.ts'

const linesOf = (run: RunResult): string[] => run.stdout.trim().split('\n')
const byModel = (run: RunResult, model: string): RecordLine | undefined =>
  run.records.find((record) => record.request.model === model)

test.each(['4.104.0', '6.49.0', '7.57.0'])('handleError logs once and never throws, openai %s', async (openai) => {
  const run = await runNode({
    app: 'api-handle-error.mjs',
    how: 'none',
    openai,
    node: openai.startsWith('7') ? '24' : '20',
  })
  expect(run.stderr.replace(/^neatlogs: recording.*\n/, '').replace(/^(Could not parse|From chunk).*\n/gm, '')).toBe('')
  expect(run.code).toBe(0)
  expect(linesOf(run)).toEqual([
    'scenario-status-500 error',
    'scenario-bad-json error',
    'scenario-cut-head error',
    expect.stringMatching(/error$/),
    expect.stringMatching(/error$/),
    expect.stringMatching(/error$/),
    'true',
    '[["last","TypeError","after the end"]]',
  ])
  expect(run.records.filter((record) => record.request.model === 'last')).toHaveLength(1)
  expect(run.records.filter((record) => record.http_status !== null || record.attempts.length > 0)).toHaveLength(6)
})

test.each(['4.104.0', '5.0.1', '6.49.0'])('override given a class, module or client, openai %s', async (openai) => {
  const run = await runNode({ app: 'api-given.mjs', how: 'none', openai })
  expect(linesOf(run)).toEqual([
    ...Array.from({ length: 5 }, () => '1 true'),
    'ERR_NEATLOGS_ARGUMENT openai must not be frozen: Cannot define prop true',
    'ERR_NEATLOGS_ARGUMENT openai must be the OpenAI class, its module o true',
    'ERR_NEATLOGS_ARGUMENT openai must be the OpenAI class, its module o true',
  ])
  expect(run.records).toHaveLength(5)
})

test('the OpenTelemetry span in force is the parent; a named context stands between', async () => {
  const run = await runNode({ app: 'api-otel.mjs' })
  const span = { trace_id: 'a'.repeat(32), parent_span_id: 'b'.repeat(16) }
  expect(byModel(run, 'in-span')?.otel).toMatchObject(span)
  expect(byModel(run, 'in-both')).toMatchObject({ otel: span, user_id: 'u1' })
  expect(byModel(run, 'in-named')?.otel.trace_id).toBe(span.trace_id)
  expect(byModel(run, 'in-named')?.otel.parent_span_id).not.toBe(span.parent_span_id)
  expect(byModel(run, 'outside')?.otel.parent_span_id).toBeNull()
})

test('three copies of neatlogs: one storage, one patch, each listener once', async () => {
  const folders = ['one', 'two'].map((name) => {
    const folder = join(makeTemp('copy'), name)
    for (const part of ['dist', 'package.json']) cpSync(join(ROOT, part), join(folder, part), { recursive: true })
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    return folder
  })
  const run = await runNode({ app: 'api-copies.mjs', args: folders })
  expect(linesOf(run)).toEqual(['false', '1 2', '0'])
  expect(run.records).toHaveLength(3)
  const both = run.records.filter((record) => record.request.model === 'both')
  expect(both.map((record) => [record.user_id, record.tags])).toEqual([
    ['u1', ['one', 'two']],
    ['u1', ['one', 'two']],
  ])
  expect(both.filter((record) => record.trace_id === 'of two')).toHaveLength(1)
})

test.each(['none', 'import'] as const)(
  'start again: calls in flight end under the old options, hook: %s',
  async (how) => {
    const run = await runNode({ app: 'api-restart.mjs', how })
    expect(linesOf(run)).toEqual([`3 3 ${how === 'none'}`])
    const seen = run.records.map((record) => [record.request.model, ...record.tags])
    expect(seen.sort()).toEqual([
      ['one', 'first'],
      ['scenario-slow-50', 'first'],
      ['three', 'third'],
      ['two', 'second'],
    ])
    expect(new Set(run.records.map((record) => record.trace_id)).size).toBe(1)
    expect(JSON.stringify(byModel(run, 'two'))).not.toContain('"Hi."')
    expect(JSON.stringify(byModel(run, 'one'))).toContain('"Hi."')
  },
)

test('threads begin with the options given; a function that cannot cross withholds content', async () => {
  const run = await runNode({ app: 'api-threads.mjs' })
  expect(JSON.stringify(byModel(run, 'main'))).toContain('sesame')
  expect(byModel(run, 'thread')).toMatchObject({ tags: ['given'], status: 'ok' })
  expect(JSON.stringify(byModel(run, 'thread'))).not.toContain('sesame')
})
