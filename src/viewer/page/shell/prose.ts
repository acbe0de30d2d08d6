// A text's ``` blocks, set apart from the rest. In: any text. Out: pieces of prose and of code, in order. One pass over the lines, because
// models write megabytes, and a text may have a hundred thousand fences that never close. Pure.

export interface Piece {
  readonly isCode: boolean
  readonly text: string
}

const FENCE = '```'
/** A line of a few words at most: a fence's own. */
const CLOSING = /^```[ \t]*$/

/** Splits a text; pieces of prose come without the empty lines around them, empty ones not at all. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = []
  let begin = 0
  /** Where the open block's fence and its code begin; -1: none is open. */
  let fenceAt = -1
  let codeAt = 0
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at)
    const end = newline < 0 ? text.length : newline
    const isFence = text.startsWith(FENCE, at)
    if (isFence && fenceAt >= 0 && CLOSING.test(text.slice(at, end))) {
      addProse(pieces, text, begin, fenceAt)
      pieces.push({ isCode: true, text: text.slice(codeAt, Math.max(codeAt, at - 1)) })
      begin = end
      fenceAt = -1
    } else if (isFence && fenceAt < 0 && newline >= 0 && !text.slice(at + FENCE.length, end).includes('`')) {
      fenceAt = at
      codeAt = end + 1
    }
    at = end + 1
  }
  // A block that never closes is prose.
  addProse(pieces, text, begin, text.length)
  return pieces
}

function addProse(pieces: Piece[], text: string, from: number, to: number): void {
  let begin = from
  let end = to
  while (begin < end && text[begin] === '\n') begin++
  while (end > begin && text[end - 1] === '\n') end--
  if (begin < end) pieces.push({ isCode: false, text: text.slice(begin, end) })
}
