// How the shipper waits: it polls while the program is busy, so that a call costs no wake-up, and sleeps until the doorbell
// when it is not. Worker.
import type { Bell } from '../spool/bell.ts'

/** While calls come, looking this often costs less than being woken by each. */
const POLL_MS = 100
/** Calls have stopped coming when none came for this long. */
const BUSY_MS = 5000
const MAX_SLEEP_MS = 30_000

/** Returns the `nap` of a worker: resolves when the bell has rung since `bellCount` was read, or at `untilMs`. */
export function openSleep(bell: Bell): (untilMs: number, bellCount: number) => Promise<void> {
  const words = new Int32Array(bell.shared)
  let lastCount = bell.read('frames')
  let busyUntilMs = performance.now() + BUSY_MS
  return async (untilMs, bellCount) => {
    const now = performance.now()
    const count = bell.read('frames')
    if (count !== lastCount) {
      lastCount = count
      busyUntilMs = now + BUSY_MS
    }
    const isBusy = now < busyUntilMs
    const timeoutMs = Math.min(untilMs - now, isBusy ? POLL_MS : MAX_SLEEP_MS)
    if (timeoutMs <= 0) return
    // Busy: only a drain wakes us (it always notifies). Asleep: every frame does.
    if (!isBusy) bell.add('asleep', 1)
    try {
      const waiting = Atomics.waitAsync(words, 0, isBusy ? count : bellCount, timeoutMs)
      if (waiting.async) await waiting.value
    } finally {
      if (!isBusy) bell.add('asleep', -1)
    }
  }
}
