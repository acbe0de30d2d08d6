// The axis above a trace's bars: round times, and where a pause was folded. In: stretches of the time line. Out: marks. Pure.
import type { Stretch } from './stretch.ts'

export interface Mark {
  /** Share of the width. */
  readonly left: number
  readonly afterMs: number
  /** The folded pause that ends here; 0 for a plain tick. */
  readonly pauseMs: number
  /** False where the mark before it needs the room. */
  readonly hasWords: boolean
}

type Place = Omit<Mark, 'hasWords'>

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
  const end = stretches.at(-1)?.toMs ?? begin
  const folds = stretches.filter(({ foldedMs }) => foldedMs > 0)
  const places: Place[] = folds.map((fold) => ({
    left: place(fold.fromMs),
    afterMs: fold.fromMs - begin,
    pauseMs: fold.foldedMs,
  }))
  const step = STEPS_MS.find((ms) => drawnMs / ms <= MAX_TICKS) ?? drawnMs
  let ticks = 0
  for (let ms = begin; ms <= end && ticks <= 4 * MAX_TICKS; ms += step) {
    const fold = folds.find(({ fromMs, foldedMs }) => ms < fromMs && ms > fromMs - foldedMs)
    if (fold) ms = begin + Math.ceil((fold.fromMs - begin) / step) * step
    const left = place(ms)
    if (left > 1 - LEAST_ROOM || places.some((other) => Math.abs(other.left - left) < LEAST_ROOM)) continue
    places.push({ left, afterMs: ms - begin, pauseMs: 0 })
    ticks++
  }
  return withWords(places.sort((a, b) => a.left - b.left))
}

function withWords(places: readonly Place[]): readonly Mark[] {
  let taken = -LEAST_ROOM
  return places.map((place) => {
    const hasWords = place.left - taken >= LEAST_ROOM && place.left <= 1 - LEAST_ROOM / 2
    if (hasWords) taken = place.left
    return { ...place, hasWords }
  })
}
