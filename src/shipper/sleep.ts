// How the shipper waits: it polls while the program is busy, so that a call costs no wake-up, and sleeps until the doorbell
// when it is not. All that wait share one look at the doorbell. Worker.
import type { Bell, BellWord } from '../spool/bell.ts'
import { firstOf, openSignal, type Signal } from './signal.ts'

/** While calls come, looking this often costs less than being woken by each: every look is a cold one, however little it finds. */
const POLL_MS = 1000
/** Many calls are read sooner: what an exit has to wait for stays small. And files, which people watch. */
const SHORT_POLL_MS = 100
/** Ends of calls that one look is worth. */
const CALLS_A_LOOK = 100
/** Calls have stopped coming when none came for this long. */
const BUSY_MS = 3000
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
 * waited for is compared with what was seen before looking. `isWatched`: records go to where somebody may be looking.
 */
export function openSleep(bell: Bell, isWatched: boolean): Nap {
  const began = performance.now()
  const last = { frames: bell.read('frames'), atMs: began, pollMs: isWatched ? SHORT_POLL_MS : POLL_MS }
  let busyUntilMs = began + BUSY_MS
  const ring = openRing(bell)
  const notice = (now: number): void => {
    const frames = bell.read('frames')
    if (frames === last.frames) return
    busyUntilMs = now + BUSY_MS
    // Several pipelines may ask within one look.
    if (now - last.atMs < SHORT_POLL_MS / 2) return
    const perMs = (frames - last.frames) / (now - last.atMs)
    if (!isWatched) last.pollMs = Math.min(POLL_MS, Math.max(SHORT_POLL_MS, CALLS_A_LOOK / perMs))
    last.frames = frames
    last.atMs = now
  }
  return async (untilMs, seen, other) => {
    const now = performance.now()
    notice(now)
    const isBusy = now < busyUntilMs
    const timeoutMs = Math.min(untilMs - now, isBusy ? last.pollMs : MAX_SLEEP_MS)
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
