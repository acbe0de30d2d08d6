// Values and texts of strangers made safe: a text of any value, at most so long; a text that no terminal obeys. Leaf, any thread.
import { toJson } from './originals.ts'

/** Longest text that an error's code or a field of that kind may have. */
export const MAX_WORD_CHARS = 1024

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

/** The first characters of a text, no surrogate pair split. */
export function cutChars(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  return text.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '')
}
