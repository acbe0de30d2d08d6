// Lines of an answer's text. Pure, worker thread.

export interface Line {
  readonly line: string
  /** Where the next line begins. */
  readonly end: number
}

const BYTE_ORDER_MARK = '\uFEFF'

/** Where reading goes on: who reads may move it forward, to the begin of a line. */
export interface Cursor {
  at: number
}

/** Lines by `\n`, `\r\n` and `\r`; nothing after the last line end is a line. Each search resumes where it stood: linear. */
export function* linesOf(text: string, cursor: Cursor = { at: 0 }): Generator<Line> {
  let start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0
  let feed = find(text, '\n', start)
  let carriage = find(text, '\r', start)
  while (start < text.length) {
    const lineEnd = Math.min(feed, carriage)
    const end = lineEnd + (lineEnd === carriage && feed === lineEnd + 1 ? 2 : 1)
    yield { line: text.slice(start, lineEnd), end: Math.min(end, text.length) }
    start = Math.max(end, cursor.at)
    if (feed < start) feed = find(text, '\n', start)
    if (carriage < start) carriage = find(text, '\r', start)
  }
}

function find(text: string, wanted: string, from: number): number {
  const at = text.indexOf(wanted, from)
  return at < 0 ? text.length : at
}
