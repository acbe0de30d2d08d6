// Values that live outside the components: the address, the theme, what the server told. In: sets. Out: a hook.
import { useEffect, useState } from 'preact/hooks'

export interface Store<T> {
  readonly get: () => T
  readonly set: (value: T) => void
  /** Hook: the value, and a new rendering whenever it is another one. */
  readonly use: () => T
}

export function makeStore<T>(first: T): Store<T> {
  const listeners = new Set<(value: T) => void>()
  let value = first
  return {
    get: () => value,
    set: (next) => {
      value = next
      for (const listener of listeners) listener(next)
    },
    use: () => {
      const [shown, show] = useState(value)
      useEffect(() => {
        const listener = (next: T) => show(() => next)
        listener(value) // it may have changed between rendering and this effect
        listeners.add(listener)
        return () => void listeners.delete(listener)
      }, [])
      return shown
    },
  }
}
