// Signals that nobody else listens to: they would end the process before its `exit`. In: what to do before. Out: the signal,
// raised again. Main thread.
import { outside } from '../originals.ts'

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const
type Signal = (typeof SIGNALS)[number]

/**
 * Calls `beforeEnd` when a signal is about to end the process. As process 1, which unheard signals do not end, calls
 * `beforeKill` instead: SIGKILL is what mostly follows there. As soon as the program listens our listener goes, so that counts
 * of listeners (signal-exit decides by them) are what they would be. A signal is heard between two turns of the event loop
 * only: a program in an endless synchronous loop is no longer ended by it. Returns the way back.
 */
export function watchSignals(beforeEnd: () => void, beforeKill: () => void): () => void {
  const undos = SIGNALS.map((signal) => watchSignal(signal, beforeEnd, beforeKill))
  return () => {
    for (const undo of undos) undo()
  }
}

function watchSignal(signal: Signal, beforeEnd: () => void, beforeKill: () => void): () => void {
  let installed = false
  const onSignal = (): void => {
    if (process.pid === 1) {
      beforeKill()
      return
    }
    remove()
    beforeEnd()
    process.kill(process.pid, signal)
  }
  const install = (): void => {
    if (installed || process.listenerCount(signal) > 0) return
    installed = true
    outside(() => process.on(signal, onSignal)) // the handle of a signal lives as long as the listener
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
