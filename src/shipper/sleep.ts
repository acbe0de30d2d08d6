// How the shipper waits: it polls while the program is busy, so that a call costs no wake-up, and sleeps until the doorbell
// when it is not. Worker.
import type { Bell } from '../spool/bell.ts'

/** While calls come, looking this often costs less than being woken by each. */
const POLL_MS = 100
/** Calls have stopped coming when none came for this long. */
const BUSY_MS = 5000
const MAX_SLEEP_MS = 30_000

/** The doorbell as it stood before the sleeper looked for work. */
export interface Seen {
  readonly frames: number
  readonly drainAsked: number
}

/**
 * Returns the `nap` of a worker: resolves when the bell has rung since `seen` was read, or at `untilMs`. Busy, it waits for a drain
 * and looks again after the poll interval; idle, for each frame. A wake-up between two looks is never missed: the word that is
 * waited for is compared with what was seen before looking.
 */
export function openSleep(bell: Bell): (untilMs: number, seen: Seen) => Promise<void> {
  let lastFrames = bell.read('frames')
  let busyUntilMs = performance.now() + BUSY_MS
  return async (untilMs, seen) => {
    const now = performance.now()
    const frames = bell.read('frames')
    if (frames !== lastFrames) {
      lastFrames = frames
      busyUntilMs = now + BUSY_MS
    }
    const isBusy = now < busyUntilMs
    const timeoutMs = Math.min(untilMs - now, isBusy ? POLL_MS : MAX_SLEEP_MS)
    if (timeoutMs <= 0) return
    if (!isBusy) bell.add('asleep', 1)
    try {
      const [word, value] = isBusy ? (['drainAsked', seen.drainAsked] as const) : (['frames', seen.frames] as const)
      const waiting = bell.waitAsync(word, value, timeoutMs)
      if (waiting.async) await waiting.value
    } finally {
      if (!isBusy) bell.add('asleep', -1)
    }
  }
}
