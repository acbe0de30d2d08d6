// Before a body is cut: pictures, sounds and files in base64 that are too large are described whole, the largest first. Half a
// picture is of no use to anybody; the text around it is. In: a body and the bytes to save. Out: the body and what it lost. Worker.

import { isArray, isObject, pointerOf } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { DATA_URL, describeBase64 } from './media.ts'
import { sniffMediaType } from './media-type.ts'

/** A shorter text costs less than its description saves. */
const MIN_CHARS = 512
/** A data URL in the middle of a text (a picture in Markdown). */
const INLINE = /data:([a-z]+\/[\w.+-]{1,100})(?:;[\w=.-]{1,100}){0,4};base64,[A-Za-z0-9+/_-]{256,}={0,2}/gi
/** First characters of base64 that are enough to know media by. */
const SNIFF_CHARS = 64

export interface Described {
  readonly body: Json
  /** Pointers of what was described. */
  readonly described: readonly string[]
}

/** Describes the largest pieces of media, as many as it takes to save `bytes`. */
export function describeLargeMedia(body: Json, bytes: number, base: string): Described {
  const sizes: number[] = []
  collect(body, sizes)
  let saved = 0
  let least = Number.POSITIVE_INFINITY
  for (const size of sizes.sort((left, right) => right - left)) {
    if (saved >= bytes) break
    saved += size
    least = size
  }
  const described: string[] = []
  return { body: least === Number.POSITIVE_INFINITY ? body : replace(body, least, base, described), described }
}

function collect(value: Json, sizes: number[]): void {
  if (typeof value === 'string') {
    if (value.length >= MIN_CHARS && describe(value) !== null) sizes.push(value.length)
  } else if (isArray(value)) for (const item of value) collect(item, sizes)
  else if (isObject(value)) for (const key of Object.keys(value)) collect(value[key] as Json, sizes)
}

function replace(value: Json, least: number, pointer: string, described: string[]): Json {
  if (typeof value === 'string') {
    const told = value.length >= least ? describe(value) : null
    if (told !== null) described.push(pointer)
    return told ?? value
  }
  if (isArray(value)) return value.map((item, at) => replace(item, least, pointerOf(pointer, at), described))
  if (!isObject(value)) return value
  const entries = Object.entries(value)
  return Object.fromEntries(
    entries.map(([key, inner]) => [key, replace(inner, least, pointerOf(pointer, key), described)]),
  )
}

/** The description of a text that is media, or the text with the media in it described; null when there is none. */
function describe(text: string): Json | null {
  const head = DATA_URL.exec(text)
  if (head !== null) return describeBase64(text.slice(head[0].length), head[1] || null)
  const sniffed = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text)
    ? sniffMediaType(Buffer.from(text.slice(0, SNIFF_CHARS), 'base64'))
    : null
  if (sniffed !== null) return describeBase64(text, sniffed)
  return text.includes(';base64,') ? describeInside(text) : null
}

function describeInside(text: string): string | null {
  const told = text.replace(INLINE, (url, mediaType: string) => {
    const { bytes, sha256 } = describeBase64(url.slice(url.indexOf(',') + 1), mediaType)
    return `[${mediaType}: ${String(bytes)} bytes, sha256 ${String(sha256)}]`
  })
  return told === text ? null : told
}
