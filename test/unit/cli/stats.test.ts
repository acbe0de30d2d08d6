// Figures over records: percentiles within their error, groups, rate limits, and the table that shows them.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Grouping, groupsOf } from '../../../src/cli/stats/group-key.ts'
import { ACCURACY, addValue, makeSketch, quantiles } from '../../../src/cli/stats/sketch.ts'
import { statsTable } from '../../../src/cli/stats/table.ts'
import { addRecord, MAX_GROUPS, makeTally, OTHERS, resultOf } from '../../../src/cli/stats/tally.ts'
import { cutTo, fitTo, widthOf, wrapTo } from '../../../src/cli/width.ts'
import { encodeLine } from '../../../src/destinations/line.ts'
import type { Bag } from '../../../src/narrow.ts'
import type { CallRecord } from '../../../src/record.ts'
import { quantile } from '../../../src/viewer/overview.ts'
import { makeFailure, makeRecord } from '../destinations/records.ts'

const lineOf = (record: CallRecord): Bag => JSON.parse(encodeLine(record)) as Bag
const call = (over: Partial<CallRecord> = {}): Bag => lineOf(makeRecord(over))
const plain = (_: string, text: string): string => text
const tallyOf = (records: readonly Bag[], by: Grouping) => {
  const tally = makeTally(by)
  for (const record of records) addRecord(tally, record)
  return { tally, result: resultOf(tally) }
}

describe('percentiles', () => {
  test('are within 1 % of the exact ones', () => {
    const times = fc.array(fc.double({ min: 0.01, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(times, fc.constantFrom(0.5, 0.95, 0.99), (values, share) => {
        const sketch = makeSketch()
        for (const value of values) addValue(sketch, value)
        const exact = quantile(Float64Array.from(values).sort(), share) as number
        const [got] = quantiles(sketch, [share]) as [number]
        expect(Math.abs(got - exact)).toBeLessThanOrEqual(exact * ACCURACY * 1.001 + 0.001)
      }),
    )
  })

  test('of nothing are unknown; of a million values take the buckets of a few', () => {
    const sketch = makeSketch()
    expect(quantiles(sketch, [0.5, 0.99])).toEqual([null, null])
    for (let at = 0; at < 1_000_000; at++) addValue(sketch, (at % 60_000) + 0.5)
    expect(sketch.buckets.size).toBeLessThan(700)
  })
})

describe('groups', () => {
  const body = (fields: object): Bag => call({ request: { model: 'm', body: fields as CallRecord['request']['body'] } })
  const keys = (record: Bag, by: Grouping): readonly string[] => groupsOf(record, by).map(({ key }) => key)

  test.each<readonly [Grouping, readonly string[]]>([
    ['model', ['gpt-4o-mini']],
    ['tag', ['a', 'b']],
    ['service', ['my-app']],
    ['user', ['(none)']],
    ['error', ['(none)']],
  ])('--by %s', (by, expected) => {
    expect(keys(call({ tags: ['a', 'b', 'a'], user_id: null }), by)).toEqual(expected)
  })

  test('days and hours are those of this machine', () => {
    const at = new Date(2026, 10, 22, 7, 5).getTime()
    const record = { ...call(), time: at }
    expect([keys(record, 'day'), keys(record, 'hour')]).toEqual([['2026-11-22'], ['2026-11-22T07:00']])
    expect(keys({ ...call(), time: 9e15 }, 'day')).toEqual(['(none)'])
  })

  test('errors: status and code, else the type; calls that ended otherwise by that', () => {
    expect(keys(lineOf(makeFailure()), 'error')).toEqual(['429 rate_limit_exceeded'])
    expect(keys(call({ status: 'aborted' }), 'error')).toEqual(['aborted'])
  })

  test('prompts: all of the instructions, or the id of a stored one', () => {
    const [system] = groupsOf(body({ messages: [{ role: 'system', content: 'Be brief.' }] }), 'prompt')
    expect(system).toEqual({ key: expect.stringMatching(/^[0-9a-f]{12}$/), label: 'Be brief.' })
    expect(groupsOf(body({ instructions: 'Be brief.', input: 'x' }), 'prompt')).toEqual([system])
    const parts = [{ role: 'developer', content: [{ type: 'input_text', text: 'Be brief.' }] }]
    expect(groupsOf(body({ input: parts }), 'prompt')).toEqual([system])
    expect(keys(body({ prompt: { id: 'pmpt_1', version: '2' } }), 'prompt')).toEqual(['pmpt_1 v2'])
    expect(keys(body({ input: 'x' }), 'prompt')).toEqual(['(none)'])
  })

  test('more groups than fit count as one', () => {
    const records = Array.from({ length: MAX_GROUPS + 5 }, (_, at) => ({ ...call(), user_id: `u${at}` }))
    const { result } = tallyOf(records, 'user')
    expect(result.groups).toHaveLength(MAX_GROUPS + 1)
    expect(result.groups.find(({ key }) => key === OTHERS)?.calls).toBe(5)
    expect(result.total.calls).toBe(MAX_GROUPS + 5)
  })

  test.each([{}, { tags: 'x', usage: null, request: 1, response: [], time: 'now' }])('%j does not throw', (record) => {
    for (const by of ['model', 'tag', 'day', 'error', 'prompt'] as const)
      expect(tallyOf([record], by).result.total.calls).toBe(1)
  })
})

describe('sums', () => {
  const records = [
    call({ cost_usd: 1, tags: ['a'], duration_ms: 100 }),
    call({ cost_usd: 3, tags: ['b'], id: 'dear' }),
    call({ cost_usd: null, tags: ['b'] }),
    lineOf(makeFailure({ tags: ['b'], duration_ms: 1 })),
  ]

  test('the dearest group first; what has no price is counted, not guessed', () => {
    const { total, groups } = tallyOf(records, 'tag').result
    expect(groups.map(({ key, share }) => [key, share])).toEqual([
      ['b', 0.75],
      ['a', 0.25],
    ])
    expect(total).toMatchObject({ calls: 4, errors: 1, cost_usd: 4, unpriced_calls: 1, dearest_call: 'dear' })
    expect(total).toMatchObject({ input_tokens: 39, output_tokens: 6 })
  })

  test('latencies are of calls that ended ok', () => {
    expect(tallyOf(records, 'tag').result.total.latency_ms.p50).toBeGreaterThan(600)
  })

  test('rate limits: the least that was left, and the last', () => {
    const headed = (left: string, time: number): Bag => {
      const headers = { 'x-ratelimit-limit-requests': '100', 'x-ratelimit-remaining-requests': left }
      return { ...call({ response: { ...makeRecord().response, headers } }), time }
    }
    const { limits } = tallyOf([headed('60', 1), headed('5', 3), headed('50', 2)], 'model').result
    expect(limits).toEqual([
      { model: 'gpt-4o-mini', tokens: null, requests: { limit: 100, least_left: 5, last_left: 5, last_at_ms: 3 } },
    ])
  })
})

describe('the table', () => {
  const hostile = '\u001b[31mred\u0007\u202e'
  const { tally, result } = tallyOf(
    [call({ tags: [hostile, '日本語のとても長い名前のタグ'.repeat(5)] }), call({ tags: [] })],
    'tag',
  )

  test.each([200, 100, 60, 40, 20])('fits in %i columns and keeps the cost', (width) => {
    const lines = statsTable(result, 'tag', tally, plain, width).split('\n')
    const table = lines.slice(2, 2 + 1 + result.groups.length + 1)
    for (const line of table) expect(widthOf(line)).toBeLessThanOrEqual(width)
    expect(table[0]).toMatch(width < 30 ? /cost$/ : /cost {2}share$/)
    expect(new Set(table.map(widthOf)).size).toBe(1)
  })

  test('nothing of a record drives the terminal', () => {
    expect(statsTable(result, 'tag', tally, plain, 80)).not.toMatch(/[^\P{Cc}\n]|\u202e/u)
  })
})

test('widths', () => {
  expect(['abc', '日本', 'e\u0301', '👍'].map(widthOf)).toEqual([3, 4, 1, 2])
  expect([cutTo('日本語', 5), cutTo('abcdef', 4), cutTo('abc', 0)]).toEqual(['日本…', 'abc…', ''])
  expect(wrapTo('one two  three', 7)).toEqual(['one two', ' three'])
  expect(wrapTo('abcdefgh ij', 4)).toEqual(['abcd', 'efgh', 'ij'])
  expect([wrapTo('', 4), wrapTo('日本語', 4), wrapTo('ab  ', 2)]).toEqual([[''], ['日本', '語'], ['ab', ' ']])
  const words = fc.array(fc.constantFrom('a', 'bcd', ' ', '日', '👍', 'efghijklmnop'), { maxLength: 40 })
  fc.assert(
    fc.property(words, fc.integer({ min: 2, max: 12 }), (list, columns) => {
      const line = list.join('')
      const wrapped = wrapTo(line, columns)
      for (const one of wrapped) expect(widthOf(one)).toBeLessThanOrEqual(columns)
      expect(wrapped.join('').replaceAll(' ', '')).toBe(line.replaceAll(' ', ''))
    }),
  )
  expect(wrapTo('x'.repeat(1_000_000), 40)).toHaveLength(25_000)
  expect([fitTo('日', 4), fitTo('1', 3, 'end')]).toEqual(['日  ', '  1'])
})
