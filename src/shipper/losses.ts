// Losses that a destination has not been told of: what the cap took, calls whose begin is gone, calls nobody can read. Worker.
import type { DoneLog } from './done.ts'

/** One loss, and where it is noted that it was reported. */
export interface Loss {
  readonly id: string
  readonly count: number
  readonly segments: readonly { readonly name: string; readonly lane?: string }[]
  readonly done: DoneLog
}

/** Of one destination, whichever lane they come from: the next batch that it takes tells of them. */
export interface Losses {
  add(loss: Loss): void
  /** All there are; `putBack` when they could not be told, `noteTold` when they were. */
  take(): readonly Loss[]
  putBack(losses: readonly Loss[]): void
  noteTold(losses: readonly Loss[]): void
  readonly isEmpty: boolean
}

export function openLosses(): Losses {
  let untold: Loss[] = []
  return {
    add: (loss) => {
      untold.push(loss)
    },
    take() {
      const taken = untold
      untold = []
      return taken
    },
    putBack: (losses) => {
      untold.push(...losses)
    },
    noteTold(losses) {
      for (const { id, segments, done } of losses) done.add([{ id, segments }])
    },
    get isEmpty() {
      return untold.length === 0
    },
  }
}

export function countOf(losses: readonly Loss[]): number {
  return losses.reduce((sum, { count }) => sum + count, 0)
}
