// Redaction across borders: a text that a stream brought in pieces is matched as a whole. In: a list of pieces (events that
// no fold joined, tokens of logprobs). Out: the same list without what the patterns found over its joined text. Worker thread.

import { isArray, isObject, parseJson } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { CENSOR, joinRanges, type Range } from '../secrets/shapes.ts'

interface Piece {
  readonly item: number
  readonly path: readonly (string | number)[]
  readonly text: string
}

/** Masks what is found in the texts that stand at the same place of successive items, joined. */
export function redactPieces(items: readonly Json[], find: (text: string) => readonly Range[]): readonly Json[] {
  const places = new Map<string, Piece[]>()
  for (const [item, value] of items.entries()) collect(value, item, [], places)
  const redacted = items.slice()
  for (const pieces of places.values()) {
    if (pieces.length < 2) continue
    const ranges = joinRanges(find(pieces.map((piece) => piece.text).join('')))
    if (ranges.length > 0) maskPieces(redacted, pieces, ranges)
  }
  return redacted
}

/** The same for lines of JSON that were kept as one text: a text that stands in pieces in them is matched as a whole. */
export function redactLines(text: string, find: (text: string) => readonly Range[]): string {
  const lines = text.split('\n')
  const values = lines.map((line) => {
    const parsed = /^\s*\{/.test(line) ? parseJson(line) : null
    return parsed?.ok ? parsed.value : null
  })
  if (values.filter((value) => value !== null).length < 2) return text
  const redacted = redactPieces(values, find)
  return lines.map((line, at) => (redacted[at] === values[at] ? line : JSON.stringify(redacted[at]))).join('\n')
}

function collect(value: Json, item: number, path: readonly (string | number)[], places: Map<string, Piece[]>): void {
  if (typeof value === 'string') {
    const key = JSON.stringify(path)
    const known = places.get(key)
    if (known === undefined) places.set(key, [{ item, path, text: value }])
    else known.push({ item, path, text: value })
  } else if (isArray(value)) {
    for (const [index, inner] of value.entries()) collect(inner, item, [...path, index], places)
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) collect(value[key] as Json, item, [...path, key], places)
  }
}

/** The first piece of a range gets the censor word, the others lose their share. */
function maskPieces(items: Json[], pieces: readonly Piece[], ranges: readonly Range[]): void {
  let offset = 0
  for (const piece of pieces) {
    const end = offset + piece.text.length
    let masked = ''
    let at = offset
    for (const [from, to] of ranges) {
      if (to <= offset || from >= end) continue
      masked += piece.text.slice(at - offset, Math.max(from, offset) - offset)
      if (from >= offset) masked += CENSOR
      at = Math.min(to, end)
    }
    masked += piece.text.slice(at - offset)
    if (masked !== piece.text) items[piece.item] = replaceAt(items[piece.item] as Json, piece.path, masked)
    offset = end
  }
}

function replaceAt(value: Json, path: readonly (string | number)[], text: string): Json {
  const [step, ...rest] = path
  if (step === undefined) return text
  if (isArray(value)) return value.map((inner, index) => (index === step ? replaceAt(inner, rest, text) : inner))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, key === step ? replaceAt(inner, rest, text) : inner]),
  )
}
