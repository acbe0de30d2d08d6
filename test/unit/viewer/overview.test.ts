import { describe, expect, test } from 'vitest'
import { entryOf } from '../../../src/viewer/entry.ts'
import { filterRows, parseFilter } from '../../../src/viewer/filter.ts'
import { bucketFor, overviewOf, quantile } from '../../../src/viewer/overview.ts'
import { makeTable, putEntry } from '../../../src/viewer/table.ts'
import { makeRecords } from '../../integration/viewer/records.ts'

const END = 1_760_000_000_000
const HOUR = 3_600_000
const records = makeRecords({ count: 800, endMs: END, spanMs: 6 * HOUR })

function overview(query = '', from: number | null = null, to: number | null = null) {
  const table = makeTable()
  for (const record of records) {
    const entry = entryOf(record)
    if (entry) putEntry(table, entry, { file: 0, offset: 0, bytes: 1 })
  }
  return overviewOf(table, filterRows(table, parseFilter(new URLSearchParams(query), END)), from, to)
}

const sum = (values: readonly (number | null)[]) => values.reduce((total: number, value) => total + (value ?? 0), 0)

describe('overviewOf', () => {
  test('sums what the records say', () => {
    const { totals, series, models } = overview()
    const cost = sum(records.map((record) => record.cost_usd))
    expect(totals).toMatchObject({
      calls: 800,
      errors: records.filter((record) => record.status === 'error').length,
      input_tokens: sum(records.map((record) => record.usage.input_tokens)),
      output_tokens: sum(records.map((record) => record.usage.output_tokens)),
    })
    expect(totals.cost_usd).toBeCloseTo(cost, 9)
    expect(sum(series.calls)).toBe(800)
    expect(sum(series.errors)).toBe(totals.errors)
    expect(sum(series.cost_usd)).toBeCloseTo(cost, 9)
    expect(sum(models.map((model) => model.calls))).toBe(800)
    expect(models.map((model) => model.calls)).toEqual([...models.map((model) => model.calls)].sort((a, b) => b - a))
  })

  test('takes latencies of calls that ended ok, by nearest rank', () => {
    const durations = records.flatMap((record) => (record.status === 'ok' ? (record.duration_ms ?? []) : []))
    durations.sort((a, b) => a - b)
    expect(overview().totals.p95_ms).toBe(durations[Math.ceil(durations.length * 0.95) - 1])
    expect(overview('status=error').totals).toMatchObject({ p50_ms: null, p95_ms: null })
  })

  test('puts a call into the bucket of its begin', () => {
    const { series, bucket_ms: bucket } = overview()
    const [first] = records
    const at = series.t.findIndex((begin) => Number(first?.started_at) / 1e6 < begin + bucket)
    expect(at).toBe(0)
    expect(series.calls[0]).toBeGreaterThan(0)
    expect(series.t.length).toBeLessThanOrEqual(73)
  })

  test('covers the borders that were chosen, also without a call', () => {
    const { series, totals } = overview('model=none', END - HOUR, END)
    expect(totals.calls).toBe(0)
    expect(series.t[0]).toBeLessThanOrEqual(END - HOUR)
    expect((series.t.at(-1) ?? 0) + 60_000).toBeGreaterThan(END)
    expect(overview('model=none').series.t).toHaveLength(1)
  })

  test('keeps the number of buckets bounded whatever a clock said', () => {
    expect(overview('model=none', 0, 8e15).series.t.length).toBeLessThanOrEqual(74)
  })
})

test('bucketFor gives round buckets', () => {
  expect([0, 60_000, HOUR, 24 * HOUR, 400 * 24 * HOUR].map(bucketFor)).toEqual([
    1000,
    1000,
    60_000,
    30 * 60_000,
    7 * 24 * HOUR,
  ])
})

test('quantile takes the nearest rank', () => {
  expect([quantile([], 0.5), quantile([1], 0.95), quantile([1, 2, 3, 4], 0.5), quantile([1, 2, 3, 4], 0.95)]).toEqual([
    null,
    1,
    2,
    4,
  ])
})
