// Endings: what happens between the program's last statement and the end of its process. In: `exit`, and signals nobody else
// listens to. Out: one bounded wait for delivery, whatever the number of recorders; the exit code and the signal stay what
// they were. Main thread and user threads.
import { monotonicMs } from '../originals.ts'
import type { Bell, BellWord } from './bell.ts'
import { loseIfGone } from './lost-lane.ts'
import { watchSignals } from './signals.ts'

export interface Ending {
  readonly bell: Bell
  readonly root: string
  readonly laneName: string
  readonly timeoutMs: number
  /** Ends the calls that are still open. */
  closeCalls(): void
  /** Starts the shipper when none runs. Returns false when none can be started. */
  startShipper(): boolean
  /** Hands over the frames that another thread's shipper has not heard yet. */
  handOver(timeoutMs: number): void
  /** True when this thread started the shipper: it ends with the thread. */
  ownsShipper(): boolean
  /** Gives the shipper up, so that another thread may start one. */
  leave(): void
}

/** Longest wait for a shipper that takes nothing of what went by message. It may have to start first. */
const HAND_OVER_MS = 10_000
/** Longest wait for one that gets on: what it has not redacted by then is lost. Containers are killed 30 s after they are told to end. */
const HAND_OVER_MAX_MS = 25_000

/** jest kills a worker process that has not ended 500 ms after it was told to (jest-worker's FORCE_EXIT_DELAY), and says so. */
const JEST_WORKER_MS = 100

/** All recorders of this thread: they share the wait. */
const endings = new Set<Ending>()
let undo: (() => void) | null = null

/** Has `ending` carried out when the thread ends. Returns the way back. */
export function watchEnding(ending: Ending, isMainThread: boolean): () => void {
  endings.add(ending)
  undo ??= isMainThread ? watchMainThread() : watchUserThread()
  return () => {
    endings.delete(ending)
    if (endings.size > 0 || undo === null) return
    undo()
    undo = null
  }
}

function watchMainThread(): () => void {
  const onExit = (): void => drainAll(true)
  process.on('exit', onExit)
  const undoSignals = watchSignals(onExit, () => {
    for (const { bell } of endings) bell.askDrain()
  })
  return () => {
    process.off('exit', onExit)
    undoSignals()
  }
}

/** A thread's end is not the process's: only a shipper that would end with it is waited for. */
function watchUserThread(): () => void {
  const onExit = (): void => {
    drainAll(false)
    for (const ending of endings) ending.leave()
  }
  process.on('exit', onExit)
  return () => {
    process.off('exit', onExit)
  }
}

/** For an `exit` that is under way already: listeners that come now are not called. Blocks the thread. */
export function drainNow(): void {
  drainAll(true)
}

/** Waits until the shippers have served all there is, or have given up, or the limit is over. Blocks the thread. Never throws. */
function drainAll(isLast: boolean): void {
  const beganMs = monotonicMs()
  const asked = [...endings].map((ending) => ({ ending, number: ask(ending, isLast) }))
  for (const { ending, number } of asked) {
    if (number === null) continue
    waitFor(ending.bell, 'drainDone', (done) => done >= number, beganMs + limitMs(ending.timeoutMs))
    waitUntilRead(ending.bell, HAND_OVER_MS, beganMs + HAND_OVER_MAX_MS)
    waitFor(ending.bell, 'unsaved', (unsaved) => unsaved === 0, beganMs + HAND_OVER_MS)
  }
}

function limitMs(timeoutMs: number): number {
  const isJestWorker = process.env.JEST_WORKER_ID !== undefined && process.connected
  return isJestWorker ? Math.min(timeoutMs, JEST_WORKER_MS) : timeoutMs
}

/**
 * Frames by message are nowhere but in memory until the shipper has taken them: no network is waited for here, and nobody who takes none for
 * `stallMs`.
 */
export function waitUntilRead(bell: Bell, stallMs: number, untilMs: number): void {
  let seen = -1
  let stalledMs = 0
  for (;;) {
    const received = bell.read('received')
    if (received !== seen) stalledMs = monotonicMs() + stallMs
    seen = received
    const leftMs = Math.min(stalledMs, untilMs) - monotonicMs()
    if (!hasUnread(bell) || leftMs <= 0) return
    bell.wait('received', received, leftMs)
  }
}

function hasUnread(bell: Bell): boolean {
  return bell.read('posted') > bell.read('received')
}

function ask(ending: Ending, isLast: boolean): number | null {
  try {
    ending.closeCalls()
    const { bell } = ending
    const mustWait = isLast || ending.ownsShipper()
    // What lies in the files of a folder that is gone is nowhere else.
    if (mustWait) loseIfGone(bell, ending.root, ending.laneName)
    const isWorthIt = ending.timeoutMs > 0 || hasUnread(bell) || bell.read('unsaved') === 1
    const isUp = mustWait && isWorthIt && ending.startShipper()
    ending.handOver(HAND_OVER_MS)
    if (!isUp) return null
    if (isLast) bell.write('ending', 1)
    return bell.askDrain()
  } catch {
    return null // the thread ends either way, and what is on disk stays for the next process
  }
}

function waitFor(bell: Bell, word: BellWord, isReached: (value: number) => boolean, untilMs: number): void {
  for (;;) {
    const value = bell.read(word)
    const leftMs = untilMs - monotonicMs()
    if (isReached(value) || leftMs <= 0) return
    bell.wait(word, value, leftMs)
  }
}
