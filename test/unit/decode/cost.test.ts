import { describe, expect, test } from 'vitest'
import { statedCost, withCost } from '../../../src/decode/cost.ts'
import type { Json } from '../../../src/record.ts'
import { makeRecord } from '../destinations/records.ts'

const usage = (more: { readonly [key: string]: Json }): Json => ({
  usage: { prompt_tokens: 10, completion_tokens: 20, ...more },
})

test.each<[string, Json, { readonly [name: string]: string }, number]>([
  ['OpenRouter', usage({ cost: 0.0125, is_byok: false, cost_details: { upstream_inference_cost: null } }), {}, 0.0125],
  [
    'OpenRouter, own key',
    usage({ cost: 0.001, is_byok: true, cost_details: { upstream_inference_cost: 0.02 } }),
    {},
    0.021,
  ],
  ['OpenRouter, free', usage({ cost: 0 }), {}, 0],
  [
    'Perplexity',
    usage({ cost: { input_tokens_cost: 0.00003, request_cost: 0.006, total_cost: 0.00633 } }),
    {},
    0.00633,
  ],
  ['xAI', usage({ cost_in_usd_ticks: 1_033_000 }), {}, 0.0001033],
  ['DeepInfra', usage({ estimated_cost: 0.0002 }), {}, 0.0002],
  ['LiteLLM', usage({}), { 'x-litellm-response-cost': '0.000123' }, 0.000123],
  ['a text', usage({ cost: '0.5' }), {}, 0.5],
  ['usage in a choice', { choices: [{ usage: { prompt_tokens: 1, cost: 0.25 } }] }, {}, 0.25],
  [
    'Vercel’s gateway',
    { usage: { prompt_tokens: 1 }, choices: [{ message: { provider_metadata: { gateway: { cost: '0.0045' } } } }] },
    {},
    0.0045,
  ],
])('%s states its price', (_server, body, headers, cost) => expect(statedCost(body, headers)).toBeCloseTo(cost, 12))

test.each<[string, Json, { readonly [name: string]: string }]>([
  ['no usage', { cost: 7 }, {}],
  ['no price', usage({}), {}],
  ['a negative one', usage({ cost: -1 }), {}],
  ['no number', usage({ cost: {}, total_cost: 'free', estimated_cost: null }), { 'x-litellm-response-cost': 'None' }],
])('%s states none', (_name, body, headers) => expect(statedCost(body, headers)).toBeNull())

describe('the cost of a record', () => {
  const unpriced = makeRecord({ cost_usd: null, cost_source: null })
  const stating = { ...unpriced, response: { ...unpriced.response, body: usage({ cost: 0.5 }) } }

  test('is the server’s where it states one, else the list’s, else unknown', () => {
    expect(withCost(stating, () => 9)).toMatchObject({ cost_usd: 0.5, cost_source: 'server' })
    expect(withCost(unpriced, () => 9)).toMatchObject({ cost_usd: 9, cost_source: 'list' })
    expect(withCost(unpriced, () => null)).toMatchObject({ cost_usd: null, cost_source: null })
    expect(withCost(unpriced)).toBe(unpriced)
  })

  test('is not counted again by a read of the answer', () => {
    const none = {
      ...stating.usage,
      input_tokens: null,
      output_tokens: null,
      total_tokens: null,
      cache_read_input_tokens: null,
    }
    const read = { ...stating, usage: none, operation: 'responses' as const, method: 'responses.retrieve' }
    expect(withCost(read, () => 9).cost_usd).toBeNull()
    expect(withCost({ ...read, method: 'responses.create' }).cost_usd).toBe(0.5)
  })
})
