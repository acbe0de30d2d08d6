// The one filter over records of any shape.
import { describe, expect, test } from 'vitest'
import { encodeLine } from '../../../src/destinations/line.ts'
import { compileFilter, type Filter, nameTests } from '../../../src/filter/filter.ts'
import { makeFailure, makeRecord } from '../destinations/records.ts'

const call = JSON.parse(encodeLine(makeRecord({ tags: ['prod', 'search'], metadata: { plan: 'pro', seats: 3 } }))) as {
  time: number
}
const failure = JSON.parse(encodeLine(makeFailure())) as object

const PASSES: readonly Filter[] = [
  {},
  { status: ['ok', 'error'] },
  { model: ['gpt-4o-mini-2024*'] },
  { model: ['GPT-4o-mini'] },
  { tag: ['sea*'] },
  { service: ['my-*'], user: ['u_456'] },
  {
    metadata: [
      ['plan', 'pro'],
      ['seats', '3'],
    ],
  },
  { sinceMs: call.time, untilMs: call.time + 1 },
  { minCostUsd: 0.00000315, minLatencyMs: 663 },
  { text: 'hello "be brief"' },
]
const REFUSES: readonly Filter[] = [
  { status: ['error'] },
  { model: ['gpt-4o'] },
  { tag: ['ear*'] },
  { service: ['my'] },
  { user: ['u'] },
  { error: ['*'] },
  { metadata: [['plan', 'free']] },
  { metadata: [['nothing', 'null']] },
  { sinceMs: call.time + 1 },
  { untilMs: call.time },
  { minCostUsd: 1 },
  { minLatencyMs: 664 },
  { text: 'hello "brief be"' },
]

test.each(PASSES)('%j passes', (filter) => {
  expect(compileFilter(filter)(call)).toBe(true)
})

test.each(REFUSES)('%j does not pass', (filter) => {
  expect(compileFilter(filter)(call)).toBe(false)
})

describe('errors', () => {
  test.each(['rate_limit_*', 'ratelimiterror', '429', '4*'])('%s', (name) => {
    expect(compileFilter({ error: [name] })(failure)).toBe(true)
  })
})

test.each([null, 7, 'text', [], {}, { tags: 'no list', request: null, error: 4 }])('%j does not throw', (value) => {
  expect(compileFilter({ tag: ['x'], error: ['y'], minCostUsd: 0, text: 'z' })(value)).toBe(false)
  expect(compileFilter({})(value)).toBe(true)
})

test('a table asks once for each name', () => {
  const tests = nameTests({ model: ['gpt-*'], status: ['ok'] })
  expect([...tests.keys()].sort()).toEqual(['model', 'status'])
  expect(tests.get('model')?.('gpt-5')).toBe(true)
  expect(tests.get('status')?.('OK')).toBe(false)
})
