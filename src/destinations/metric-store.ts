// Metrics: measurements added up to histograms, by resource, instrument and attributes. Pure, worker thread. In: facts of calls. Out: the
// request to send; `undo` puts back what did not arrive. Delta: what came since the last time; cumulative: all there ever was.
import { type Facts, type Measurement, measurementsOf } from './metric-facts.ts'
import {
  CUMULATIVE,
  type Exemplar,
  type HistogramPoint,
  type Instrument,
  type MetricsRequest,
  type Temporality,
} from './metric-model.ts'
import type { Attribute } from './otlp-model.ts'
import { SCHEMA_URLS } from './semconv.ts'
import { VERSION } from './version.ts'

/** Attribute sets of one instrument; more are counted together, by the SDK specification ("cardinality limits"). */
const CARDINALITY_LIMIT = 2000
const OVERFLOW: readonly Attribute[] = [{ key: 'otel.metric.overflow', value: { boolValue: true } }]

export type ExemplarFilter = 'trace_based' | 'always_on' | 'always_off'

interface Point {
  readonly attributes: readonly Attribute[]
  count: number
  sum: number
  min: number
  max: number
  readonly buckets: number[]
  /** The newest of each bucket. */
  exemplars: Exemplar[]
}
interface Series {
  readonly instrument: Instrument
  readonly points: Map<string, Point>
}
interface Group {
  readonly resource: readonly Attribute[]
  start: string
  readonly series: Map<string, Series>
}
type Groups = Map<string, Group>

export interface Store {
  /** Something was added since the last `take`, or was put back. */
  readonly hasNews: boolean
  /** `nowNs`: begin of what is counted for a resource that is new. */
  add(resource: readonly Attribute[], facts: Facts, nowNs: bigint): void
  /** What is to be sent, or null when there is nothing. */
  take(nowNs: bigint): { readonly request: MetricsRequest; undo(): void } | null
}

export function openStore(temporality: Temporality, filter: ExemplarFilter): Store {
  let news: Groups = new Map()
  const totals: Groups = new Map()
  const ends = new Map<string, string>()
  return {
    get hasNews() {
      return news.size > 0
    },
    add(resource, facts, nowNs) {
      const key = JSON.stringify(resource)
      const group = groupOf(news, key, resource, ends.get(key) ?? (nowNs - 1n).toString())
      const exemplar = exemplarOf(facts, filter)
      for (const one of measurementsOf(facts)) record(seriesOf(group, one.instrument), one, exemplar)
    },
    take(nowNs) {
      const sent = news
      news = new Map()
      if (temporality === CUMULATIVE) merge(totals, sent)
      const groups = temporality === CUMULATIVE ? totals : sent
      if (groups.size === 0) return null
      const request = encode(groups, temporality, nowNs.toString())
      for (const [key, group] of groups) {
        for (const point of pointsIn(group)) point.exemplars = []
        if (temporality !== CUMULATIVE) ends.set(key, nowNs.toString())
      }
      const undo = (): void => {
        if (temporality === CUMULATIVE) return
        const later = news
        news = sent
        merge(news, later)
      }
      return { request, undo }
    },
  }
}

function groupOf(groups: Groups, key: string, resource: readonly Attribute[], start: string): Group {
  const found = groups.get(key)
  if (found !== undefined) return found
  const made: Group = { resource, start, series: new Map() }
  groups.set(key, made)
  return made
}

function seriesOf(group: Group, instrument: Instrument): Series {
  const found = group.series.get(instrument.name)
  if (found !== undefined) return found
  const made: Series = { instrument, points: new Map() }
  group.series.set(instrument.name, made)
  return made
}

function pointOf({ instrument, points }: Series, attributes: readonly Attribute[]): Point {
  const key = JSON.stringify(attributes)
  const found = points.get(key)
  if (found !== undefined) return found
  if (points.size >= CARDINALITY_LIMIT - 1 && attributes !== OVERFLOW) return pointOf({ instrument, points }, OVERFLOW)
  const buckets = new Array<number>(instrument.bounds.length + 1).fill(0)
  const made = { attributes, count: 0, sum: 0, min: Infinity, max: -Infinity, buckets, exemplars: [] }
  points.set(key, made)
  return made
}

function record(
  series: Series,
  { attributes, value, count }: Measurement,
  exemplar: Omit<Exemplar, 'asDouble'> | null,
): void {
  const point = pointOf(series, attributes)
  const bucket = bucketOf(series.instrument.bounds, value)
  point.count += count
  point.sum += value * count
  point.min = Math.min(point.min, value)
  point.max = Math.max(point.max, value)
  point.buckets[bucket] = (point.buckets[bucket] ?? 0) + count
  if (exemplar !== null) keepNewest(point, series.instrument.bounds, { ...exemplar, asDouble: value })
}

function keepNewest(point: Point, bounds: readonly number[], exemplar: Exemplar): void {
  const bucket = bucketOf(bounds, exemplar.asDouble)
  point.exemplars = [...point.exemplars.filter((one) => bucketOf(bounds, one.asDouble) !== bucket), exemplar]
}

/** A bound belongs to the bucket below it. */
function bucketOf(bounds: readonly number[], value: number): number {
  const at = bounds.findIndex((bound) => value <= bound)
  return at < 0 ? bounds.length : at
}

function exemplarOf({ at, span }: Facts, filter: ExemplarFilter): Omit<Exemplar, 'asDouble'> | null {
  if (filter === 'always_off' || (filter === 'trace_based' && span === null)) return null
  return { timeUnixNano: at, ...(span ?? {}) }
}

function merge(into: Groups, from: Groups): void {
  for (const [key, group] of from) {
    const target = groupOf(into, key, group.resource, group.start)
    for (const series of group.series.values()) {
      const same = seriesOf(target, series.instrument)
      for (const point of series.points.values())
        addPoint(pointOf(same, point.attributes), point, series.instrument.bounds)
    }
  }
}

function addPoint(to: Point, from: Point, bounds: readonly number[]): void {
  to.count += from.count
  to.sum += from.sum
  to.min = Math.min(to.min, from.min)
  to.max = Math.max(to.max, from.max)
  from.buckets.forEach((count, bucket) => {
    to.buckets[bucket] = (to.buckets[bucket] ?? 0) + count
  })
  for (const exemplar of from.exemplars) keepNewest(to, bounds, exemplar)
}

function pointsIn(group: Group): Point[] {
  return [...group.series.values()].flatMap(({ points }) => [...points.values()])
}

function encode(groups: Groups, aggregationTemporality: Temporality, end: string): MetricsRequest {
  const scope = { name: 'neatlogs', version: VERSION }
  return {
    resourceMetrics: [...groups.values()].map(({ resource, start, series }) => ({
      resource: { attributes: resource },
      scopeMetrics: [
        {
          scope,
          schemaUrl: SCHEMA_URLS['1.41'],
          metrics: [...series.values()].map(({ instrument, points }) => {
            const { name, description, unit, bounds } = instrument
            const dataPoints = [...points.values()].map((point) => encodePoint(point, bounds, start, end))
            return { name, description, unit, histogram: { aggregationTemporality, dataPoints } }
          }),
        },
      ],
    })),
  }
}

function encodePoint(point: Point, explicitBounds: readonly number[], start: string, end: string): HistogramPoint {
  const { attributes, count, sum, min, max, buckets, exemplars } = point
  const bucketCounts = buckets.map(String)
  const times = { startTimeUnixNano: start, timeUnixNano: end }
  return { attributes, ...times, count: String(count), sum, bucketCounts, explicitBounds, exemplars, min, max }
}
