// A trace's calls on one line of time. In: rows, oldest first. Out: where each bar stands, as shares of the width. Long
// pauses between calls are folded, or an afternoon's two bursts would be two hairlines. Pure.
import type { Row } from '../../api.ts'
import { type Mark, marksOf } from './marks.ts'
import type { Stretch } from './stretch.ts'

export interface Bar {
  readonly row: Row
  readonly left: number
  readonly width: number
  /** Share of the bar until the first token; null when the call did not stream. */
  readonly first: number | null
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

export function timelineOf(rows: readonly Row[], nowMs: number): Timeline {
  const endOf = (row: Row) => row.started_ms + Math.max(LEAST_MS, durationOf(row, nowMs))
  const stretches = busyStretches(rows, endOf)
  const busyMs = stretches.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)
  const drawnMs = draw(stretches, busyMs)
  const place = (ms: number) => {
    const stretch = stretches.findLast(({ fromMs }) => fromMs <= ms) ?? stretches[0]
    return stretch ? (stretch.drawnMs + ms - stretch.fromMs) / drawnMs : 0
  }
  const bars = rows.map((row) => {
    const left = place(row.started_ms)
    return { row, left, width: place(endOf(row)) - left, first: firstShare(row, durationOf(row, nowMs)) }
  })
  const begin = stretches[0]?.fromMs ?? 0
  const spanMs = (stretches.at(-1)?.toMs ?? begin) - begin
  return { bars, marks: marksOf(stretches, drawnMs, place), spanMs, busyMs }
}

function durationOf(row: Row, nowMs: number): number {
  return row.duration_ms ?? (row.status === 'in_flight' ? Math.max(0, nowMs - row.started_ms) : 0)
}

function firstShare(row: Row, durationMs: number): number | null {
  const first = row.time_to_first_token_ms
  return first === null || durationMs <= 0 ? null : Math.min(1, first / durationMs)
}

function busyStretches(rows: readonly Row[], endOf: (row: Row) => number): Stretch[] {
  const stretches: Stretch[] = []
  for (const row of rows) {
    const last = stretches.at(-1)
    const end = endOf(row)
    if (last && row.started_ms <= last.toMs) last.toMs = Math.max(last.toMs, end)
    else stretches.push({ fromMs: row.started_ms, toMs: end, drawnMs: 0, foldedMs: 0 })
  }
  return stretches
}

/** Gives each stretch its place; returns the whole width in milliseconds of drawn time. */
function draw(stretches: readonly Stretch[], busyMs: number): number {
  let width = 0
  for (const [at, stretch] of stretches.entries()) {
    const pause = at === 0 ? 0 : stretch.fromMs - (stretches[at - 1]?.toMs ?? stretch.fromMs)
    const isFolded = pause > busyMs * FOLD_OVER
    stretch.foldedMs = isFolded ? pause : 0
    stretch.drawnMs = width + (isFolded ? busyMs * FOLD_TO : pause)
    width = stretch.drawnMs + stretch.toMs - stretch.fromMs
  }
  return width || LEAST_MS
}
