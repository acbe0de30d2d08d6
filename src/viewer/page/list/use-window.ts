// A window of the filtered list, kept up to date. In: filter, window, version. Out: the last answer. While one request is
// under way, only the latest wish is kept: fast scrolling does not queue requests.
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ListAnswer } from '../../api.ts'
import { ask, type BackendError } from '../shell/backend.ts'

/** A row that shall stay where it is on the screen. */
export interface Anchor {
  readonly id: string
  readonly index: number
}

export interface Window {
  readonly answer: ListAnswer | null
  /** The filter that the answer is for. */
  readonly filter: string
  /** How many rows came in above the anchor since the list was drawn. */
  readonly shift: number
  readonly error: BackendError | null
}

export interface Wish {
  readonly filter: string
  readonly offset: number
  readonly limit: number
  readonly version: number
}

/** Asks for the window when it, the filter or the version changes. `first` is shown until the first answer. */
export function useWindow(wish: Wish, anchorOf: () => Anchor | null, first: Window): Window {
  const [state, setState] = useState<Window>(first)
  const latest = useRef(wish)
  const isBusy = useRef(false)
  latest.current = wish

  async function follow(): Promise<void> {
    isBusy.current = true
    for (let asked: Wish | null = null; asked === null || !isSame(asked, latest.current); ) {
      asked = latest.current
      const anchor = anchorOf()
      try {
        const answer = await ask<ListAnswer>(pathOf(asked, anchor))
        const shift = anchor && answer?.anchor_offset != null ? answer.anchor_offset - anchor.index : 0
        setState({ answer, filter: asked.filter, shift, error: null })
      } catch (error) {
        setState((last) => ({ ...last, error: error as BackendError }))
      }
    }
    isBusy.current = false
  }

  useEffect(() => {
    if (!isBusy.current) void follow()
  }, [wish.filter, wish.offset, wish.limit, wish.version])
  return state
}

function isSame(a: Wish, b: Wish): boolean {
  return a.filter === b.filter && a.offset === b.offset && a.limit === b.limit && a.version === b.version
}

function pathOf(wish: Wish, anchor: Anchor | null): string {
  const anchored = anchor ? `&anchor=${encodeURIComponent(anchor.id)}` : ''
  return `/api/calls?offset=${wish.offset}&limit=${wish.limit}${anchored}${wish.filter === '' ? '' : `&${wish.filter}`}`
}
