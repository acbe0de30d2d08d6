// `neatlogs` in real programs: context, history, start, redaction, flush, instrumentOpenAI, require().
import { describe, expect, test } from 'vitest'
import { type RecordLine, type RunResult, runNode } from '../run.ts'

const linesOf = (run: RunResult): string[] => run.stdout.trim().split('\n')
const byModel = (run: RunResult, model: string): RecordLine | undefined =>
  run.records.find((record) => record.request.model === model)

describe('context', () => {
  test.each(['20', '24'])('nested, through awaits, timers and streams, Node %s', async (node) => {
    const run = await runNode({ app: 'api-context.mjs', node })
    expect(linesOf(run)).toEqual(['42'])
    const outer = { trace_id: 'outer', user_id: 'u1' }
    expect(byModel(run, 'first')).toMatchObject({ ...outer, tags: ['a'], metadata: { plan: 'free', n: 1 } })
    expect(byModel(run, 'nested')).toMatchObject({
      ...outer,
      tags: ['a', 'b'],
      conversation_id: 'c1',
      metadata: { plan: 'free', n: 2 },
    })
    expect(byModel(run, 'timer')).toMatchObject({ ...outer, tags: ['a'], conversation_id: null })
    expect(byModel(run, 'outside')).toMatchObject({ user_id: null, tags: [], metadata: {}, name: null })
    const [one, two] = [byModel(run, 'step-1'), byModel(run, 'step-2')]
    expect([one?.name, two?.name]).toEqual(['plan a trip', 'plan a trip'])
    expect(one?.otel.trace_id).toBe(two?.otel.trace_id)
    expect(one?.otel.parent_span_id).toMatch(/^[0-9a-f]{16}$/)
    expect(one?.otel.parent_span_id).toBe(two?.otel.parent_span_id)
  })

  test('setContext: each request of a server keeps its own', async () => {
    const run = await runNode({ app: 'api-set-context.mjs' })
    for (const user of ['ada', 'bob', 'eve']) expect(byModel(run, user)).toMatchObject({ user_id: user, tags: ['web'] })
    expect(run.records).toHaveLength(3)
  })

  test('TRACEPARENT is the parent when nothing else is', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const run = await runNode({ app: 'api-context.mjs', env: { TRACEPARENT: traceparent } })
    expect(byModel(run, 'outside')?.otel).toMatchObject({
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      parent_span_id: 'b7ad6b7169203331',
    })
    expect(byModel(run, 'step-1')?.otel.trace_id).toBe('0af7651916cd43dd8448eb211c80319c')
    expect(byModel(run, 'step-1')?.otel.parent_span_id).not.toBe('b7ad6b7169203331')
  })
})

describe('history', () => {
  test.each(['none', 'import'] as const)('of the process, hook: %s', async (how) => {
    const run = await runNode({ app: 'api-history.mjs', how })
    expect(linesOf(run)).toEqual([
      'One. Two. Three. Four.',
      'true true',
      ...['0', '-1', '1.5', '"2"', 'null', 'null'].map(
        (value) => `ERR_NEATLOGS_ARGUMENT limit must be a positive integer; got ${value}`,
      ),
    ])
    expect(run.records).toHaveLength(4)
  })

  test('is read back when all has been delivered: 8 MiB, from the import on', async () => {
    const run = await runNode({ app: 'api-history-late.mjs', how: 'import' })
    expect(linesOf(run)).toEqual(['large 2,large 3,large 4,last', '1'])
  })
})

describe('start', () => {
  test.each(['none', 'import'] as const)('captureContent false, hook: %s', async (how) => {
    const run = await runNode({ app: 'api-start.mjs', how })
    expect(linesOf(run)).toEqual([
      'ERR_NEATLOGS_ARGUMENT start() has no option captureContents;',
      'ERR_NEATLOGS_OPTION The option sampleRate must be a number from 0 to 1',
    ])
    expect(run.records).toMatchObject([{ trace_id: 'code', tags: ['quiet'], status: 'ok' }])
    expect(JSON.stringify(run.records)).not.toContain('sesame')
    expect(JSON.stringify(run.records)).toContain('[content not captured]')
  })

  test.each(['none', 'import'] as const)('redact by a function, hook: %s', async (how) => {
    const run = await runNode({ app: 'api-redact.mjs', how })
    const [flushed = '', history = ''] = linesOf(run)
    expect(JSON.parse(flushed)).toEqual({ delivered: 2, pending: 0, dropped: 0, contentDropped: 1 })
    expect(history).toBe('[[{"role":"user","content":"It is [word]."}],null]')
    expect(run.records).toHaveLength(3)
    expect(byModel(run, 'scenario-hang')?.status).toBe('incomplete')
    expect(JSON.stringify(run.records)).not.toContain('sesame')
    expect(byModel(run, 'gpt-4o-mini')?.request.body).toMatchObject({ messages: [{ content: 'It is [word].' }] })
    expect(byModel(run, 'fails')).toMatchObject({ request: { body: null }, response: { body: null }, status: 'ok' })
  })

  test('disabled by the environment: nothing is recorded', async () => {
    const run = await runNode({ app: 'api-history.mjs', how: 'none', env: { NEATLOGS_DISABLED: '1' } })
    expect(run.records).toEqual([])
    expect(run.stderr).not.toContain('recording')
  })
})

test('flush delivers, stats count', async () => {
  const run = await runNode({ app: 'api-flush.mjs', how: 'none' })
  expect(linesOf(run)).toEqual(['3', '{"delivered":3,"pending":0,"dropped":0,"contentDropped":0}'])
  expect(run.records.map((record) => record.service)).toEqual(['shop', 'shop', 'shop'])
})

test.each(['4.104.0', '6.49.0'])(
  'instrumentOpenAI is idempotent and refuses what is no openai, openai %s',
  async (openai) => {
    const run = await runNode({ app: 'api-instrument.mjs', how: 'none', openai })
    const refused = 'ERR_NEATLOGS_ARGUMENT openai must be the OpenAI class, its module or a client; got'
    expect(linesOf(run)).toEqual([
      'true true',
      `${refused} undefined`,
      `${refused} "openai"`,
      `${refused} {}`,
      `${refused} a function Other`,
    ])
    expect(run.records).toMatchObject([{ method: 'embeddings.create', sdk: { version: openai } }])
  },
)

test.each(['20.19.0', '20', '22', '24', '26'])('every entry by require(), Node %s', async (node) => {
  const run = await runNode({ app: 'api-require.cjs', how: 'none', node })
  expect(run.stderr).toBe('')
  expect(run.stdout.trim()).toBe(
    'LLMTracker,NeatlogsError,OpenAIProvider,flush,getConversationHistory,instrumentOpenAI,setContext,start,stats,withContext',
  )
})
