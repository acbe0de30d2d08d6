// How the shipper waits: it polls while the program is busy, so that a call costs no wake-up, and sleeps until the doorbell
// when it is not. All that wait share one look at the doorbell. Worker.
import type { Bell, BellWord } from '../spool/bell.ts'
import { firstOf, openSignal, type Signal } from './signal.ts'

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

export type Nap = (untilMs: number, seen: Seen, other?: Signal) => Promise<void>

/**
 * Returns the `nap` of a worker: resolves when the bell has rung since `seen` was read, at `untilMs`, or with `other`. Busy, it waits for
 * a drain and looks again after the poll interval; idle, for each frame. A wake-up between two looks is never missed: the word that is
 * waited for is compared with what was seen before looking.
 */
export function openSleep(bell: Bell): Nap {
  let lastFrames = bell.read('frames')
  let busyUntilMs = performance.now() + BUSY_MS
  const ring = openRing(bell)
  return async (untilMs, seen, other) => {
    const now = performance.now()
    const frames = bell.read('frames')
    if (frames !== lastFrames) {
      lastFrames = frames
      busyUntilMs = now + BUSY_MS
    }
    const isBusy = now < busyUntilMs
    const timeoutMs = Math.min(untilMs - now, isBusy ? POLL_MS : MAX_SLEEP_MS)
    if (timeoutMs <= 0) return
    const rung = isBusy ? ring('drainAsked', seen.drainAsked) : ring('frames', seen.frames)
    if (rung === null) return
    await firstOf(timeoutMs, other === undefined ? [rung.listen] : [rung.listen, other.listen])
  }
}

/** Calls back when a word is no longer what was seen; null when it is not already. However many wait, the bell is waited for once. */
function openRing(bell: Bell): (word: BellWord, seen: number) => Signal | null {
  const waiting = new Map<BellWord, Signal>()
  return (word, seen) => {
    if (bell.read(word) !== seen) return null
    const known = waiting.get(word)
    if (known !== undefined) return known
    const isSleep = word === 'frames'
    // Before the word is compared again: who rings after that sees that somebody sleeps.
    if (isSleep) bell.add('asleep', 1)
    const wait = bell.waitAsync(word, seen, Number.POSITIVE_INFINITY)
    if (!wait.async) {
      if (isSleep) bell.add('asleep', -1)
      return null
    }
    const signal = openSignal()
    waiting.set(word, signal)
    void Promise.resolve(wait.value).then(() => {
      waiting.delete(word)
      if (isSleep) bell.add('asleep', -1)
      signal.tell()
    })
    return signal
  }
}
