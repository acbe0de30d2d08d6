// The types of the public surfaces, as a program sees them.
import OpenAI from 'openai'
import { describe, expectTypeOf, test } from 'vitest'
import {
  type CallRecord,
  type Context,
  type ConversationEntry,
  type FlushResult,
  flush,
  getConversationHistory,
  instrumentOpenAI,
  NeatlogsError,
  type StartOptions,
  setContext,
  start,
  stats,
  withContext,
} from '../../src/index.ts'
import { LLMTracker } from '../../src/llm.ts'
import { type FoundOpenAI, OpenAIProvider, type OpenAIProviderOptions } from '../../src/openai.ts'

describe('neatlogs/openai', () => {
  test('OpenAIProvider', () => {
    expectTypeOf(OpenAIProvider).toBeConstructibleWith({ traceId: 't' })
    expectTypeOf(OpenAIProvider).toBeConstructibleWith({ traceId: 't', apiKey: 'k', client: 'c', tags: ['a', 1, true] })
    // @ts-expect-error traceId is needed
    new OpenAIProvider({})
    // @ts-expect-error a tag is no object
    new OpenAIProvider({ traceId: 't', tags: [{}] })
    // @ts-expect-error no such option
    new OpenAIProvider({ traceId: 't', trace_id: 't' })
    expectTypeOf<OpenAIProviderOptions['traceId']>().toEqualTypeOf<string>()
    expectTypeOf<OpenAIProvider['override']>().returns.toEqualTypeOf<readonly FoundOpenAI[]>()
    expectTypeOf<OpenAIProvider['override']>().toBeCallableWith(OpenAI)
    expectTypeOf<OpenAIProvider['undoOverride']>().toEqualTypeOf<() => void>()
    expectTypeOf<OpenAIProvider['getConversationHistory']>().toEqualTypeOf<(limit?: number) => ConversationEntry[]>()
    expectTypeOf<OpenAIProvider['handleError']>().toEqualTypeOf<(error: unknown, params?: unknown) => void>()
    expectTypeOf<OpenAIProvider>().toExtend<Disposable>()
    expectTypeOf<OpenAIProvider['tags']>().toEqualTypeOf<readonly string[]>()
  })

  test('FoundOpenAI', () => {
    expectTypeOf<FoundOpenAI>().toEqualTypeOf<{
      readonly version: string | null
      readonly file: string | null
      readonly format: 'esm' | 'commonjs' | null
      readonly missing: readonly string[]
    }>()
  })

  test('ConversationEntry', () => {
    expectTypeOf<ConversationEntry['timestamp']>().toEqualTypeOf<string>()
    expectTypeOf<ConversationEntry['metadata']>().toEqualTypeOf<{
      readonly total_tokens: number | null
      readonly tags: readonly string[]
      readonly trace_id: string
      readonly status: 'ok' | 'error' | 'aborted' | 'incomplete'
    }>()
    expectTypeOf<NonNullable<ConversationEntry['error']>['message']>().toEqualTypeOf<string>()
  })
})

test('neatlogs/llm', () => {
  expectTypeOf(LLMTracker).toBeConstructibleWith({ apiKey: 'k' })
  // @ts-expect-error apiKey is needed
  new LLMTracker({})
  expectTypeOf<LLMTracker['traceId']>().toEqualTypeOf<string>()
  expectTypeOf<LLMTracker['addTags']>().parameter(0).toEqualTypeOf<readonly (string | number | boolean)[]>()
  expectTypeOf<LLMTracker['overrideApi']>().returns.toEqualTypeOf<readonly FoundOpenAI[]>()
  expectTypeOf<LLMTracker['stopInstrumenting']>().toEqualTypeOf<() => void>()
  expectTypeOf<LLMTracker>().toExtend<Disposable>()
})

describe('neatlogs', () => {
  test('withContext gives what its function gives', () => {
    expectTypeOf(withContext({ name: 'n' }, () => 42)).toEqualTypeOf<number>()
    expectTypeOf(withContext({}, async () => 'text')).toEqualTypeOf<Promise<string>>()
    expectTypeOf(setContext).toEqualTypeOf<(context: Context) => void>()
    // @ts-expect-error tags are texts
    withContext({ tags: [1] }, () => {})
  })

  test('instrumentOpenAI gives what it gets', () => {
    expectTypeOf(instrumentOpenAI<typeof OpenAI>).returns.toEqualTypeOf<typeof OpenAI>()
    expectTypeOf(instrumentOpenAI<OpenAI>).returns.toEqualTypeOf<OpenAI>()
  })

  test('flush, stats, history', () => {
    expectTypeOf(flush).toEqualTypeOf<(timeoutMs?: number) => Promise<FlushResult>>()
    expectTypeOf(stats).toEqualTypeOf<() => FlushResult>()
    expectTypeOf(getConversationHistory).toEqualTypeOf<(limit?: number) => ConversationEntry[]>()
    expectTypeOf<FlushResult['delivered']>().toEqualTypeOf<number>()
  })

  test('start', () => {
    expectTypeOf(start).toBeCallableWith({ captureContent: false, tags: ['a'], redact: ['email'] })
    expectTypeOf(start).toBeCallableWith({ redact: (record: CallRecord) => ({ ...record, tags: [] }) })
    expectTypeOf<StartOptions['sampleRate']>().toEqualTypeOf<number | undefined>()
    // @ts-expect-error a redact function is not async
    start({ redact: async (record) => record })
  })

  test('NeatlogsError', () => {
    expectTypeOf<NeatlogsError['code']>().toExtend<`ERR_NEATLOGS_${string}`>()
    expectTypeOf(new NeatlogsError('ERR_NEATLOGS_OPTION', '')).toExtend<Error>()
  })
})
