// A signal within the worker: who listens is called once, and what was told before anybody listened is not lost.

export interface Signal {
  tell(): void
  /** Calls back with the next `tell`, or at once when there was one since the last. Returns the way to stop listening. */
  listen(onTold: () => void): () => void
}

export function openSignal(): Signal {
  const listeners = new Set<() => void>()
  let isTold = false
  return {
    tell() {
      isTold = listeners.size === 0
      for (const onTold of [...listeners]) onTold()
      listeners.clear()
    },
    listen(onTold) {
      if (isTold) {
        isTold = false
        onTold()
        return () => {}
      }
      listeners.add(onTold)
      return () => {
        listeners.delete(onTold)
      }
    },
  }
}

/** Resolves with the next `tell`. */
export function told(signal: Signal): Promise<void> {
  return new Promise((resolve) => {
    signal.listen(resolve)
  })
}

/** Resolves after a time, or when one of those calls back that `listen` is given a listener for. Leaves no listener behind. */
export function firstOf(timeoutMs: number, listens: readonly ((onTold: () => void) => () => void)[]): Promise<void> {
  return new Promise((resolve) => {
    const stops: (() => void)[] = []
    const end = (): void => {
      clearTimeout(timer)
      for (const stop of stops) stop()
      resolve()
    }
    const timer = setTimeout(end, timeoutMs)
    for (const listen of listens) stops.push(listen(end))
  })
}
