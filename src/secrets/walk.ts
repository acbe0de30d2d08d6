// Where a value of JSON ends, in a text that may itself stand quoted within JSON (its quotes have `level` backslashes before them then).
// Does not recurse and does not parse. Leaf of the house: any thread.

const QUOTE = 34
const BACKSLASH = 92

/** True when a text begins here. */
export function quoteAt(text: string, at: number, level: number): boolean {
  for (let count = 0; count < level; count++) if (text.charCodeAt(at + count) !== BACKSLASH) return false
  return text.charCodeAt(at + level) === QUOTE
}

/** The place of the closing quote, its backslashes included, of a text whose first character is at `open`; the end when it is cut. */
export function endOfText(text: string, open: number, level: number): number {
  for (let quote = text.indexOf('"', open); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0
    while (quote - slashes > open && text.charCodeAt(quote - slashes - 1) === BACKSLASH) slashes++
    const isEnd = level === 0 ? slashes % 2 === 0 : slashes <= level
    if (isEnd) return quote - Math.min(slashes, level)
  }
  return text.length
}

/** The place behind an object, a list or a number that begins at `start`. */
export function endOfValue(text: string, start: number, level: number): number {
  let depth = 0
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') {
      depth--
      if (depth <= 0) return depth === 0 ? at + 1 : at
    } else if (quoteAt(text, at, level)) {
      if (depth === 0) return at
      at = endOfText(text, at + level + 1, level) + level
    } else if (depth === 0 && (character === ',' || character === '\n')) return at
  }
  return text.length
}
