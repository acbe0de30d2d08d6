// An answer of the API, kept up to date. In: a path, and what makes the answer stale. Out: the last answer.
import { useEffect, useRef, useState } from 'preact/hooks'
import { ask, type BackendError } from './backend.ts'

export interface Answered<T> {
  /** Undefined: not there yet. Null: there is no such thing. */
  readonly value: T | null | undefined
  readonly error: BackendError | null
}

/** Asks when the path or the version changes: one request at a time, and once more when the wish changed meanwhile. */
export function useAnswer<T>(path: string, version: unknown): Answered<T> {
  const [state, setState] = useState<Answered<T> & { readonly path: string }>({ value: undefined, error: null, path })
  const isBusy = useRef(false)
  const wish = useRef('')
  useEffect(() => {
    wish.current = `${path} ${version}`
    if (!isBusy.current) void follow()
  }, [path, version])

  async function follow(): Promise<void> {
    isBusy.current = true
    for (let asked = ''; asked !== wish.current; ) {
      asked = wish.current
      const now = asked.slice(0, asked.indexOf(' ')) // a path has no spaces
      try {
        setState({ value: await ask<T>(now), error: null, path: now })
      } catch (error) {
        setState((last) => ({ ...last, error: error as BackendError }))
      }
    }
    isBusy.current = false
  }

  return state.path === path ? state : { value: undefined, error: state.error }
}
