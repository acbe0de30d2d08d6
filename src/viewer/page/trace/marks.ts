// The axis above a trace's bars: round times, and where a pause was folded. In: stretches of the time line. Out: marks. Pure.
import type { Stretch } from './timeline.ts'

export interface Mark {
  /** Share of the width. */
  readonly left: number
  readonly afterMs: number
  /** The folded pause that ends here; 0 for a plain tick. */
  readonly pauseMs: number
}

const MAX_TICKS = 6
/** Share of the width that a mark's words need. */
const LEAST_ROOM = 0.09
const SECOND = 1000
const STEPS_MS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400].map((seconds) => seconds * SECOND),
]

/** Folds first; ticks fill the room that is left. A tick within a folded pause would mislead: there is none. */
export function marksOf(
  stretches: readonly Stretch[],
  drawnMs: number,
  place: (ms: number) => number,
): readonly Mark[] {
  const begin = stretches[0]?.fromMs ?? 0
  const folds = stretches.filter(({ foldedMs }) => foldedMs > 0)
  const marks = folds.map(({ fromMs, foldedMs }) => ({
    left: place(fromMs),
    afterMs: fromMs - begin,
    pauseMs: foldedMs,
  }))
  const step = STEPS_MS.find((ms) => drawnMs / ms <= MAX_TICKS) ?? drawnMs
  let ticks = 0
  for (let ms = begin; ms <= (stretches.at(-1)?.toMs ?? begin) && ticks <= 4 * MAX_TICKS; ms += step) {
    const fold = folds.find(({ fromMs, foldedMs }) => ms < fromMs && ms > fromMs - foldedMs)
    if (fold) ms = begin + Math.ceil((fold.fromMs - begin) / step) * step
    const left = place(ms)
    if (left > 1 - LEAST_ROOM || marks.some((mark) => Math.abs(mark.left - left) < LEAST_ROOM)) continue
    marks.push({ left, afterMs: ms - begin, pauseMs: 0 })
    ticks++
  }
  return marks.sort((a, b) => a.left - b.left)
}
