// Figures over a set of calls: totals, columns over time, one row per model. In: the table and the filtered rows, newest
// first. Out: the overview's answer. Latencies count calls that ended `ok`, so that fast refusals do not flatter them. Pure.
import { type OverviewAnswer, type Series, type Totals, VIEW_STATUSES } from './api.ts'
import type { Table } from './table.ts'

const OK = VIEW_STATUSES.indexOf('ok')
const ERROR = VIEW_STATUSES.indexOf('error')
const MAX_BUCKETS = 72
const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const BUCKETS_MS = [
  ...[1, 2, 5, 10, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 30, 90, 365].map((count) => count * DAY),
]

interface Sum {
  calls: number
  errors: number
  input: number
  output: number
  cost: number
  readonly durations: Numbers
  readonly firsts: Numbers
}

/** A list of numbers that takes eight bytes for each, and is sorted where it lies: there may be millions. */
interface Numbers {
  values: Float64Array
  count: number
}

function makeSum(): Sum {
  return { calls: 0, errors: 0, input: 0, output: 0, cost: 0, durations: makeNumbers(), firsts: makeNumbers() }
}

function makeNumbers(): Numbers {
  return { values: new Float64Array(16), count: 0 }
}

function addNumber(numbers: Numbers, value: number): void {
  if (numbers.count === numbers.values.length) {
    const larger = new Float64Array(numbers.count * 2)
    larger.set(numbers.values)
    numbers.values = larger
  }
  numbers.values[numbers.count++] = value
}

function sortedNumbers({ values, count }: Numbers): Float64Array {
  return values.subarray(0, count).sort()
}

/** Sums the rows up. `fromMs` and `toMs` are the borders the user chose; without them the calls' own times count. */
export function overviewOf(
  table: Table,
  rows: Uint32Array,
  fromMs: number | null,
  toMs: number | null,
): OverviewAnswer {
  const { started } = table.columns
  const from = fromMs ?? started[rows.at(-1) ?? -1] ?? 0
  const to = Math.max(from, toMs ?? started[rows[0] ?? -1] ?? from)
  const bucketMs = bucketFor(to - from)
  const begin = Math.floor(from / bucketMs) * bucketMs
  const buckets = Array.from({ length: Math.floor((to - begin) / bucketMs) + 1 }, makeSum)
  const models = new Map<number, Sum>()
  const all = makeSum()
  for (const row of rows) {
    const model = table.columns.model[row] as number
    const ofModel = models.get(model) ?? makeSum()
    models.set(model, ofModel)
    addRow(table, row, [all, ofModel, buckets[Math.floor(((started[row] as number) - begin) / bucketMs)]])
  }
  const perModel = [...models].map(([number, sum]) => ({ model: table.models.text(number), ...totalsOf(sum) }))
  return {
    bucket_ms: bucketMs,
    totals: totalsOf(all),
    series: seriesOf(buckets, begin, bucketMs),
    models: perModel.sort((a, b) => b.calls - a.calls),
  }
}

/** The finest round bucket that gives at most 72 of them. */
export function bucketFor(spanMs: number): number {
  return BUCKETS_MS.find((bucket) => spanMs / bucket < MAX_BUCKETS) ?? Math.ceil(spanMs / MAX_BUCKETS / DAY) * DAY
}

function addRow(table: Table, row: number, sums: readonly (Sum | undefined)[]): void {
  const { columns } = table
  const status = columns.status[row]
  const duration = columns.duration[row] as number
  const first = columns.firstToken[row] as number
  for (const sum of sums) {
    if (!sum) continue
    sum.calls++
    if (status === ERROR) sum.errors++
    sum.input += columns.inputTokens[row] || 0
    sum.output += columns.outputTokens[row] || 0
    sum.cost += columns.cost[row] || 0
    if (status === OK && duration >= 0) addNumber(sum.durations, duration)
    if (status === OK && first >= 0) addNumber(sum.firsts, first)
  }
}

function totalsOf(sum: Sum): Totals {
  const durations = sortedNumbers(sum.durations)
  return {
    calls: sum.calls,
    errors: sum.errors,
    p50_ms: quantile(durations, 0.5),
    p95_ms: quantile(durations, 0.95),
    first_token_p50_ms: quantile(sortedNumbers(sum.firsts), 0.5),
    input_tokens: sum.input,
    output_tokens: sum.output,
    cost_usd: sum.cost,
  }
}

/** The value below which this share of the sorted values lies (nearest rank); null without values. */
export function quantile(sorted: ArrayLike<number>, share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
}

function seriesOf(buckets: readonly Sum[], begin: number, bucketMs: number): Series {
  const totals = buckets.map(totalsOf)
  return {
    t: buckets.map((_, i) => begin + i * bucketMs),
    calls: totals.map((total) => total.calls),
    errors: totals.map((total) => total.errors),
    p50_ms: totals.map((total) => total.p50_ms),
    p95_ms: totals.map((total) => total.p95_ms),
    input_tokens: totals.map((total) => total.input_tokens),
    output_tokens: totals.map((total) => total.output_tokens),
    cost_usd: totals.map((total) => total.cost_usd),
  }
}
