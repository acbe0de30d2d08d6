// A trace's calls on one line of time. In: rows, oldest first. Out: where each bar stands, as shares of the width. Long
// pauses between calls are folded, or an afternoon's two bursts would be two hairlines. Pure.
import type { Row } from '../../api.ts'

export interface Bar {
  readonly row: Row
  readonly left: number
  readonly width: number
  /** Share of the bar until the first token; null when the call did not stream. */
  readonly first: number | null
}

/** Begin of a busy stretch: where it stands, and how long after the trace's begin. */
export interface Mark {
  readonly left: number
  readonly afterMs: number
  /** The pause before it that was folded; 0 at the very begin. */
  readonly pauseMs: number
}

export interface Timeline {
  readonly bars: readonly Bar[]
  readonly marks: readonly Mark[]
  /** From the first begin to the last end, and the time in which some call ran. */
  readonly spanMs: number
  readonly busyMs: number
}

/** Pauses longer than this share of the busy time are folded, to the other share of it. */
const FOLD_OVER = 0.2
const FOLD_TO = 0.05
const LEAST_MS = 1

interface Stretch {
  readonly fromMs: number
  toMs: number
}

export function timelineOf(rows: readonly Row[], nowMs: number): Timeline {
  const endOf = (row: Row) => row.started_ms + Math.max(LEAST_MS, durationOf(row, nowMs))
  const stretches = busyStretches(rows, endOf)
  const busyMs = stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  const begin = stretches[0]?.fromMs ?? 0
  const pauses = stretches.map(({ fromMs }, at) => (at === 0 ? 0 : fromMs - (stretches[at - 1]?.toMs ?? fromMs)))
  const shown = pauses.map((pause) => (pause > busyMs * FOLD_OVER ? busyMs * FOLD_TO : pause))
  const offsets: number[] = []
  let width = 0
  for (const [at, { fromMs, toMs }] of stretches.entries()) {
    offsets.push(width + (shown[at] ?? 0))
    width += (shown[at] ?? 0) + toMs - fromMs
  }
  const place = (ms: number) => {
    const at = Math.max(
      0,
      stretches.findLastIndex(({ fromMs }) => fromMs <= ms),
    )
    return ((offsets[at] ?? 0) + ms - (stretches[at]?.fromMs ?? ms)) / (width || 1)
  }
  const bars = rows.map((row) => {
    const left = place(row.started_ms)
    const first = row.time_to_first_token_ms
    const duration = durationOf(row, nowMs)
    return {
      row,
      left,
      width: place(endOf(row)) - left,
      first: first !== null && duration > 0 ? Math.min(1, first / duration) : null,
    }
  })
  const marks = stretches.flatMap(({ fromMs }, at) =>
    at === 0 || shown[at] !== pauses[at]
      ? { left: place(fromMs), afterMs: fromMs - begin, pauseMs: pauses[at] ?? 0 }
      : [],
  )
  return { bars, marks, spanMs: (stretches.at(-1)?.toMs ?? begin) - begin, busyMs }
}

function durationOf(row: Row, nowMs: number): number {
  return row.duration_ms ?? (row.status === 'in_flight' ? Math.max(0, nowMs - row.started_ms) : 0)
}

function busyStretches(rows: readonly Row[], endOf: (row: Row) => number): Stretch[] {
  const stretches: Stretch[] = []
  for (const row of rows) {
    const last = stretches.at(-1)
    const end = endOf(row)
    if (last && row.started_ms <= last.toMs) last.toMs = Math.max(last.toMs, end)
    else stretches.push({ fromMs: row.started_ms, toMs: end })
  }
  return stretches
}
