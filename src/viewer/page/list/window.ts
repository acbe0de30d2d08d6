// Which rows of a long list are on the screen. In: scroll position, height, count. Out: the range to draw and to ask for. Pure.

/** More than this does not fit the tallest element browsers can scroll (Firefox: 17.8 million pixels). */
export const MAX_SHOWN_ROWS = 250_000
const OVERSCAN_ROWS = 8
/** Windows begin at multiples of this, so that scrolling a little asks for nothing. */
const STEP_ROWS = 40

export interface Range {
  /** First row and the row after the last. */
  readonly first: number
  readonly end: number
}

/** Rows to draw. */
export function rangeToDraw(scrollTop: number, heightPx: number, rowPx: number, total: number): Range {
  const first = Math.max(0, Math.floor(scrollTop / rowPx) - OVERSCAN_ROWS)
  const end = Math.ceil((scrollTop + heightPx) / rowPx) + OVERSCAN_ROWS
  return { first: Math.min(first, Math.max(0, total - 1)), end: Math.min(end, total) }
}

/** The window to ask the server for, so that it holds these rows and some on both sides. */
export function rangeToAsk(drawn: Range): { readonly offset: number; readonly limit: number } {
  const offset = Math.max(0, (Math.floor(drawn.first / STEP_ROWS) - 1) * STEP_ROWS)
  const end = (Math.ceil(drawn.end / STEP_ROWS) + 1) * STEP_ROWS
  return { offset, limit: Math.min(500, Math.max(end, 2 * STEP_ROWS) - offset) }
}

/** The scroll position that brings a row into view, or the present one when it is in view. */
export function scrollToRow(scrollTop: number, heightPx: number, rowPx: number, row: number): number {
  const top = row * rowPx
  if (top < scrollTop) return top
  return top + rowPx > scrollTop + heightPx ? top + rowPx - heightPx : scrollTop
}
