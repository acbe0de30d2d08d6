// Values and texts of strangers made safe: a text of any value, at most so long; a text that no terminal obeys. Leaf, any thread.
import { toJson } from './originals.ts'

/** Longest text that an error's code or a field of that kind may have. */
export const MAX_WORD_CHARS = 1024

/** A field of any value, never thrown: a getter of the program may, and a trap of a proxy. */
export function fieldOf(holder: unknown, name: string): unknown {
  try {
    return (holder as { readonly [name: string]: unknown } | null | undefined)?.[name]
  } catch {
    return undefined
  }
}

/** The JSON of any value, never thrown; empty for what has none: a cycle, a getter that throws. */
export function safeJson(value: unknown): string {
  try {
    return toJson(value) ?? ''
  } catch {
    return ''
  }
}

/** A text of any value that a server or a program gave, never thrown, at most `maxChars` long: itself, its JSON, or its kind. */
export function toText(value: unknown, maxChars = MAX_WORD_CHARS): string {
  return cutChars(textOf(value), maxChars)
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'symbol') return value.toString()
  if (typeof value !== 'object' && typeof value !== 'function') return String(value)
  try {
    return toJson(value) ?? `a ${typeof value}`
  } catch {
    return `a ${typeof value}` // a cycle, a BigInt within, or a getter that throws
  }
}

/** Errors of Node whose words hold no value of the program's: others say what they received. */
const NODES_PLAIN_CODES = /^ERR_(?:ACCESS_DENIED$|WORKER_)/

/**
 * What may be said of an error on stderr: its kind, and V8's or Node's own words where these quote no data. A SyntaxError of JSON quotes the text, an
 * error of the program says whatever it likes.
 */
export function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${error === null ? 'null' : typeof error}`
  const name = cutChars(toText(fieldOf(error, 'name')), 64)
  const isPlain = error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError
  const code = toText(fieldOf(error, 'code'))
  const isNodes = typeof fieldOf(error, 'syscall') === 'string' || NODES_PLAIN_CODES.test(code)
  const message = isPlain || isNodes ? fieldOf(error, 'message') : null
  const said = typeof message === 'string' ? cutChars(message, MAX_WORD_CHARS).split('\n')[0] : ''
  return said ? `${name}: ${said}` : name
}

/** The first characters of a text, no surrogate pair split. */
export function cutChars(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  return text.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '')
}

/**
 * What would drive a terminal (ESC, OSC, CR, C1), reorder a line (marks of direction) or hide in it (zero width, tags). Line feeds are
 * not among them: a text of several lines is split first.
 */
const UNSAFE =
  /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

/** One line for a terminal, whatever a server, a lane or a model wrote in it: what is not to be seen there is a `·`. */
export function terminalLine(text: string): string {
  return text.replace(UNSAFE, '\u00b7')
}

/** The same for several lines. */
export function terminalText(text: string): string {
  return text.split('\n').map(terminalLine).join('\n')
}

/** JSON stays JSON: what is unsafe is written as `\\u202e`. */
export function terminalJson(json: string): string {
  return json.replace(UNSAFE, (character) => {
    const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    return character === '\n' ? character : units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
  })
}
