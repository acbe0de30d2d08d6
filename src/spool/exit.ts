// Endings: what happens between the program's last statement and the end of its process. In: `exit` and signals nobody else
// listens to. Out: a bounded wait for delivery; the exit code and the signal stay what they were. Main thread.
import type { Bell } from './bell.ts'

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
/** How often a waiting exit looks whether the shipper has died meanwhile. */
const SLICE_MS = 250

export interface Ending {
  readonly bell: Bell
  readonly timeoutMs: number
  /** Ends the calls that are still open. */
  closeCalls(): void
  /** Starts the shipper when none runs. Returns false when none can. */
  startShipper(): boolean
}

/** Waits until the shipper has served all there is, or has given up, or the limit is over. Blocks the thread. */
export function drainNow(ending: Ending, isLast: boolean): void {
  const { bell } = ending
  ending.closeCalls()
  if (ending.timeoutMs <= 0) return
  if (!ending.startShipper()) return
  if (isLast) bell.write('ending', 1)
  const asked = bell.add('drainAsked', 1)
  bell.add('frames', 1)
  bell.wake('frames')
  const until = Date.now() + ending.timeoutMs
  for (;;) {
    const done = bell.read('drainDone')
    const leftMs = until - Date.now()
    if (done >= asked || leftMs <= 0) return
    bell.wait('drainDone', done, Math.min(leftMs, SLICE_MS))
  }
}

/** Installs the listeners of a main thread (with signals) or a worker thread (without). Returns the way back. */
export function watchEndings(ending: Ending, isMainThread: boolean): () => void {
  const onExit = (): void => {
    try {
      drainNow(ending, isMainThread)
    } catch {
      // the process ends either way, and what is on disk stays for the next one
    }
  }
  process.on('exit', onExit)
  const undoSignals = isMainThread ? watchSignals(ending) : () => {}
  return () => {
    process.off('exit', onExit)
    undoSignals()
  }
}

/**
 * A signal without a listener ends the process before `exit`: then, and only then, ours drains and raises it again. As soon
 * as the program listens ours goes, so that counts of listeners (signal-exit decides by them) are what they would be.
 */
function watchSignals(ending: Ending): () => void {
  const undos = SIGNALS.map((signal) => watchSignal(signal, ending))
  return () => {
    for (const undo of undos) undo()
  }
}

function watchSignal(signal: (typeof SIGNALS)[number], ending: Ending): () => void {
  let installed = false
  const onSignal = (): void => {
    remove()
    try {
      drainNow(ending, process.pid !== 1)
    } catch {
      // the signal must still be raised
    }
    process.kill(process.pid, signal)
    // Process 1 survives an unhandled signal: it goes on, and so do we.
    if (process.pid === 1) setImmediate(install).unref()
  }
  const install = (): void => {
    if (installed || process.listenerCount(signal) > 0) return
    installed = true
    process.on(signal, onSignal)
  }
  const remove = (): void => {
    if (!installed) return
    installed = false
    process.off(signal, onSignal)
  }
  const onNew = (event: string | symbol, listener: unknown): void => {
    if (event === signal && listener !== onSignal) remove()
  }
  const onRemoved = (event: string | symbol, listener: unknown): void => {
    if (event === signal && listener !== onSignal) install()
  }
  install()
  process.on('newListener', onNew)
  process.on('removeListener', onRemoved)
  return () => {
    process.off('newListener', onNew)
    process.off('removeListener', onRemoved)
    remove()
  }
}
