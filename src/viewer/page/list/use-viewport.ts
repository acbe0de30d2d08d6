// The scrolled part of the list. In: the scrolling element. Out: where it stands, how tall it is, and how to move it.
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'

/** Row heights, as in list.css. */
const WIDE_ROW_PX = 54
const NARROW_ROW_PX = 82
/** The head of the columns sticks to the top of the scrolled element; narrow screens have none. */
const HEAD_PX = 32
const narrow = matchMedia('(max-width: 760px)')

export interface Viewport {
  readonly ref: RefObject<HTMLDivElement | null>
  readonly scrollTop: number
  readonly heightPx: number
  readonly rowPx: number
  readonly onScroll: () => void
  readonly scrollTo: (top: number) => void
  readonly scrollBy: (pixels: number) => void
}

/** Follows scrolling and resizing of the element that `ref` is given to. Begins at `firstTop`. */
export function useViewport(firstTop: number): Viewport {
  const ref = useRef<HTMLDivElement>(null)
  const [scrollTop, setScrollTop] = useState(firstTop)
  const [heightPx, setHeight] = useState(800)
  const [rowPx, setRow] = useState(narrow.matches ? NARROW_ROW_PX : WIDE_ROW_PX)
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    element.scrollTop = firstTop
    const measure = () => {
      setHeight(element.clientHeight - (narrow.matches ? 0 : HEAD_PX))
      setRow(narrow.matches ? NARROW_ROW_PX : WIDE_ROW_PX)
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    narrow.addEventListener('change', measure)
    return () => {
      observer.disconnect()
      narrow.removeEventListener('change', measure)
    }
  }, [])
  const read = () => setScrollTop(ref.current?.scrollTop ?? 0)
  const scrollTo = (top: number) => {
    ref.current?.scrollTo({ top })
    read()
  }
  const scrollBy = (pixels: number) => {
    if (pixels !== 0) scrollTo((ref.current?.scrollTop ?? 0) + pixels)
  }
  return { ref, scrollTop, heightPx, rowPx, onScroll: read, scrollTo, scrollBy }
}
