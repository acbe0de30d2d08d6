import { beforeAll, describe, expect, test } from 'vitest'
import { loadPrices, type PriceOf } from '../../../src/destinations/cost.ts'
import type { CallRecord, Usage } from '../../../src/record.ts'
import { makeRecord, RESPONSE } from './records.ts'

let priceOf: PriceOf

beforeAll(async () => {
  const found = await loadPrices()
  if (found === null) throw new Error('@pydantic/genai-prices is a dev dependency')
  priceOf = found
})

const usage = (over: Partial<Usage>): Partial<CallRecord> => ({ usage: { ...makeRecord().usage, ...over } })
const model = (name: string): Partial<CallRecord> => ({
  request: { ...makeRecord().request, model: name },
  response: { ...makeRecord().response, model: name },
})
const tier = (name: string): Partial<CallRecord> => ({
  response: { ...makeRecord().response, body: { ...RESPONSE, service_tier: name } },
})

test('a known model has its list price', () => {
  // gpt-4o-mini: 0.15 and 0.60 dollars a million.
  expect(priceOf(makeRecord())).toBeCloseTo((13 * 0.15 + 2 * 0.6) / 1e6, 12)
})

test('cached tokens are cheaper', () => {
  const full = priceOf(makeRecord(usage({ input_tokens: 1000, total_tokens: 1002 }))) as number
  const cached = priceOf(
    makeRecord(usage({ input_tokens: 1000, total_tokens: 1002, cache_read_input_tokens: 1000 })),
  ) as number
  expect(cached).toBeLessThan(full)
  expect(cached).toBeGreaterThan(0)
})

test('a gateway of one’s own charges what its provider charges, a known host what that host charges', () => {
  expect(priceOf(makeRecord({ server_address: '127.0.0.1' }))).toBe(priceOf(makeRecord()))
  const groq = { server_address: 'api.groq.com', url_path: '/openai/v1/chat/completions' }
  expect(priceOf(makeRecord({ ...groq, ...model('llama-3.1-8b-instant') }))).toBeGreaterThan(0)
  expect(priceOf(makeRecord(groq))).toBeNull()
})

describe('never a guess', () => {
  test.each<[string, Partial<CallRecord>]>([
    ['an unknown model', model('my-own-model')],
    ['no model', { request: { model: null, body: null }, response: { ...makeRecord().response, model: null } }],
    ['no usage', usage({ input_tokens: null })],
    ['counts that contradict each other', usage({ cache_read_input_tokens: 20 })],
    ['audio without an audio price', usage({ audio_output_tokens: 1 })],
    ['the flex tier', tier('flex')],
    ['the priority tier', tier('priority')],
    ['images', { operation: 'image' }],
    ['a total that the counts do not make: reasoning beside the output', usage({ total_tokens: 374 })],
    ['more reasoning than output', usage({ reasoning_output_tokens: 89 })],
    [
      'a web search, billed by the call',
      { response: { ...makeRecord().response, body: { output: [{ type: 'web_search_call' }] } } },
    ],
    ['an unknown provider', { provider: 'nobody', server_address: 'nobody.test' }],
  ])('%s is null', (_name, over) => expect(priceOf(makeRecord(over))).toBeNull())
})
