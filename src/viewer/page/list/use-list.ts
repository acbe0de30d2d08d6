// The state of the list page. In: filter, live changes, scrolling, keys. Out: what to draw. Coming back from a call finds
// the list as it was left; rows that come in above do not move what is being read.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ListAnswer, Row } from '../../api.ts'
import type { BackendError } from '../shell/backend.ts'
import { useLive } from '../shell/live.ts'
import { useViewport, type Viewport } from './use-viewport.ts'
import { type Anchor, useWindow, type Window } from './use-window.ts'
import { MAX_SHOWN_ROWS, type Range, rangeToAsk, rangeToDraw, scrollToRow } from './window.ts'

export interface PlacedRow {
  readonly row: Row
  readonly index: number
}

export interface List {
  readonly view: Viewport
  readonly answer: ListAnswer | null
  readonly error: BackendError | null
  readonly rows: readonly PlacedRow[]
  readonly total: number
  readonly currentId: string
  /** The rows are those of the filter before: the new ones are on their way. */
  readonly isStale: boolean
  readonly move: (step: number) => void
}

interface Memory {
  readonly filter: string
  readonly scrollTop: number
  readonly currentId: string
  readonly window: Window
}

let memory: Memory | null = null

function recall(filter: string): Memory {
  if (memory?.filter === filter) return memory
  return { filter, scrollTop: 0, currentId: '', window: { answer: null, filter, shift: 0, error: null } }
}

function remember(left: Memory): void {
  memory = left
}

export function useList(filter: string): List {
  const first = useRef(recall(filter)).current
  const version = useLive().change?.version ?? 0
  const view = useViewport(first.scrollTop)
  const [currentId, setCurrentId] = useState(first.currentId)
  const shown = useRef(first.window)
  const wish = { filter, version, ...rangeToAsk(rangeToDraw(view.scrollTop, view.heightPx, view.rowPx, Infinity)) }
  const window = useWindow(wish, () => anchorIn(shown.current, view), first.window)
  shown.current = window
  const latest = useRef<Memory>(first)
  latest.current = { filter, scrollTop: view.scrollTop, currentId, window }

  useLayoutEffect(() => view.scrollBy(window.shift * view.rowPx), [window])
  useScrollToTop(filter, view)
  useEffect(() => () => remember(latest.current), [])

  const total = Math.min(window.answer?.total ?? 0, MAX_SHOWN_ROWS)
  const move = (step: number) => {
    const index = indexOf(window, currentId)
    const next = index === null ? Math.ceil(view.scrollTop / view.rowPx) : index + step
    const row = rowAt(window, next)
    if (!row) return
    setCurrentId(row.id)
    view.scrollTo(scrollToRow(view.scrollTop, view.heightPx, view.rowPx, next))
  }
  return {
    view,
    answer: window.answer,
    error: window.error,
    rows: rowsIn(window, rangeToDraw(view.scrollTop, view.heightPx, view.rowPx, total)),
    total,
    currentId,
    isStale: window.filter !== filter,
    move,
  }
}

/** Another filter is another list: it begins at its newest call. */
function useScrollToTop(filter: string, view: Viewport): void {
  const last = useRef(filter)
  useLayoutEffect(() => {
    if (last.current !== filter) view.scrollTo(0)
    last.current = filter
  }, [filter])
}

/** The first row on the screen; none at the very top, where new rows shall be seen coming in. */
function anchorIn(window: Window, view: Viewport): Anchor | null {
  const index = Math.floor((view.ref.current?.scrollTop ?? 0) / view.rowPx)
  const row = index === 0 ? undefined : rowAt(window, index)
  return row ? { id: row.id, index } : null
}

function rowAt({ answer }: Window, index: number): Row | undefined {
  return answer ? answer.rows[index - answer.offset] : undefined
}

function indexOf({ answer }: Window, id: string): number | null {
  const at = answer ? answer.rows.findIndex((row) => row.id === id) : -1
  return answer && at >= 0 ? at + answer.offset : null
}

function rowsIn(window: Window, range: Range): PlacedRow[] {
  const rows: PlacedRow[] = []
  for (let index = range.first; index < range.end; index++) {
    const row = rowAt(window, index)
    if (row) rows.push({ row, index })
  }
  return rows
}
