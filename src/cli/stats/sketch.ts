// Percentiles of any number of values in bounded memory: a histogram whose buckets grow by a constant factor, so that an answer is within 1 % of
// a value that was there. In: values. Out: quantiles. Pure. As DDSketch: https://www.vldb.org/pvldb/vol12/p2195-masson.pdf

/** Relative error of every quantile. */
export const ACCURACY = 0.01
const LOG_GAMMA = Math.log((1 + ACCURACY) / (1 - ACCURACY))
/** Below a microsecond everything is 0; from there to a year it takes 1,550 buckets. */
const MIN_MS = 0.001

export interface Sketch {
  /** Calls by bucket. */
  readonly buckets: Map<number, number>
  count: number
}

export function makeSketch(): Sketch {
  return { buckets: new Map(), count: 0 }
}

export function addValue(sketch: Sketch, ms: number): void {
  const bucket = ms < MIN_MS ? Number.NEGATIVE_INFINITY : Math.ceil(Math.log(ms) / LOG_GAMMA)
  sketch.buckets.set(bucket, (sketch.buckets.get(bucket) ?? 0) + 1)
  sketch.count++
}

/** The values below which these shares of all lie (nearest rank, as the page); null without values. */
export function quantiles(sketch: Sketch, shares: readonly number[]): readonly (number | null)[] {
  const sorted = [...sketch.buckets].sort(([a], [b]) => a - b)
  return shares.map((share) => {
    let left = Math.max(1, Math.ceil(share * sketch.count))
    for (const [bucket, count] of sorted) {
      left -= count
      if (left <= 0) return middleOf(bucket)
    }
    return null
  })
}

function middleOf(bucket: number): number {
  return Math.round((2000 * Math.exp(bucket * LOG_GAMMA)) / (Math.exp(LOG_GAMMA) + 1)) / 1000
}
