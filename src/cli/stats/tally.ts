// Sums over calls, for each group and for all. In: records, one at a time. Out: figures. Memory is bounded by the number of groups, never by the
// number of calls. Latencies are of calls that ended `ok`, so that fast refusals do not flatter them, as on the page.
import { type Bag, bag, finite, text } from '../../narrow.ts'
import { type Grouping, groupsOf } from './group-key.ts'
import { addLimits, type Limits, limitsOf, type ModelLimits } from './limits.ts'
import { addValue, makeSketch, quantiles, type Sketch } from './sketch.ts'

/** Of more groups the later ones count as one. A group takes 1 KB and more, with many different latencies up to 60. */
export const MAX_GROUPS = 20_000
export const OTHERS = '(others)'
const SHARES = [0.5, 0.95, 0.99]

interface Sum {
  readonly label: string
  calls: number
  errors: number
  /** Calls with tokens whose price is not known. */
  unpriced: number
  priced: number
  input: number
  output: number
  cached: number
  cost: number
  readonly latency: Sketch
  readonly firstToken: Sketch
  dearest: { readonly id: string; readonly cost: number } | null
}

/** What is told of a group. `null`: unknown. */
export interface Figures {
  readonly key: string
  readonly label: string
  readonly calls: number
  readonly errors: number
  readonly latency_ms: Quantiles
  readonly first_token_ms: Quantiles
  readonly input_tokens: number
  readonly cached_tokens: number
  readonly output_tokens: number
  readonly cost_usd: number | null
  readonly unpriced_calls: number
  /** Of the cost of all calls, or of their number when no cost is known. 0 to 1. */
  readonly share: number
  /** The id of its call that cost most. */
  readonly dearest_call: string | null
}

export interface Quantiles {
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

export interface Tally {
  readonly by: Grouping
  readonly groups: Map<string, Sum>
  readonly all: Sum
  readonly limits: Limits
  fromMs: number
  toMs: number
}

export function makeTally(by: Grouping): Tally {
  return { by, groups: new Map(), all: makeSum('total'), limits: new Map(), fromMs: Infinity, toMs: -Infinity }
}

function makeSum(label: string): Sum {
  const counts = { calls: 0, errors: 0, unpriced: 0, priced: 0, input: 0, output: 0, cached: 0, cost: 0 }
  return { label, ...counts, latency: makeSketch(), firstToken: makeSketch(), dearest: null }
}

export function addRecord(tally: Tally, record: Bag): void {
  const time = finite(record.time)
  if (time !== null) {
    tally.fromMs = Math.min(tally.fromMs, time)
    tally.toMs = Math.max(tally.toMs, time)
  }
  addTo(tally.all, record)
  for (const { key, label } of groupsOf(record, tally.by)) {
    const isFull = tally.groups.size >= MAX_GROUPS && !tally.groups.has(key)
    const name = isFull ? OTHERS : key
    const sum = tally.groups.get(name) ?? makeSum(isFull ? OTHERS : label)
    tally.groups.set(name, sum)
    addTo(sum, record)
  }
  addLimits(tally.limits, record)
}

function addTo(sum: Sum, record: Bag): void {
  const { input_tokens, output_tokens, cache_read_input_tokens } = bag(record.usage)
  const [input, output, cached] = [finite(input_tokens), finite(output_tokens), finite(cache_read_input_tokens)]
  const cost = finite(record.cost_usd)
  sum.calls++
  if (record.status === 'error') sum.errors++
  sum.input += input ?? 0
  sum.output += output ?? 0
  sum.cached += cached ?? 0
  if (cost !== null) {
    sum.cost += cost
    sum.priced++
    if (cost > 0 && cost > (sum.dearest?.cost ?? 0)) sum.dearest = { id: text(record.id) ?? '', cost }
  } else if (input !== null || output !== null) sum.unpriced++
  const [latency, firstToken] = [finite(record.duration_ms), finite(record.time_to_first_token_ms)]
  if (record.status === 'ok' && latency !== null) addValue(sum.latency, latency)
  if (record.status === 'ok' && firstToken !== null) addValue(sum.firstToken, firstToken)
}

export interface Result {
  readonly total: Figures
  /** The dearest first; days and hours in their order. */
  readonly groups: readonly Figures[]
  readonly limits: readonly ModelLimits[]
}

export function resultOf(tally: Tally): Result {
  const { all, by } = tally
  const isByTime = by === 'day' || by === 'hour'
  const groups = [...tally.groups].map(([key, sum]) => figuresOf(key, sum, all))
  groups.sort((a, b) => {
    if (isByTime) return a.key < b.key ? -1 : 1
    return (b.cost_usd ?? 0) - (a.cost_usd ?? 0) || b.calls - a.calls || (a.key < b.key ? -1 : 1)
  })
  return { total: figuresOf('total', all, all), groups, limits: limitsOf(tally.limits) }
}

function figuresOf(key: string, sum: Sum, all: Sum): Figures {
  const share = all.cost > 0 ? sum.cost / all.cost : sum.calls / Math.max(1, all.calls)
  return {
    key,
    label: sum.label,
    calls: sum.calls,
    errors: sum.errors,
    latency_ms: quantilesOf(sum.latency),
    first_token_ms: quantilesOf(sum.firstToken),
    input_tokens: sum.input,
    cached_tokens: sum.cached,
    output_tokens: sum.output,
    cost_usd: sum.priced === 0 ? null : sum.cost,
    unpriced_calls: sum.unpriced,
    share,
    dearest_call: sum.dearest?.id ?? null,
  }
}

function quantilesOf(sketch: Sketch): Quantiles {
  const [p50 = null, p95 = null, p99 = null] = quantiles(sketch, SHARES)
  return { p50, p95, p99 }
}
