// `NEATLOGS_MAX_BODY_BYTES`: a body that is too large is cut to really fit, its longest parts first, and stays valid JSON.
// In: a body and a limit. Out: the body and JSON pointers of what was cut. Recursion is safe: nesting was bounded. Worker.
import { createHash } from 'node:crypto'
import { isArray, isObject, type JsonObject, pointerOf } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { wireTextOf } from '../wire-text.ts'
import { describeLargeMedia } from './limit-media.ts'

export interface Limited {
  readonly body: Json
  /** RFC 6901 pointers below the given base. */
  readonly truncated: readonly string[]
}

/** A cut string keeps at least its marker: `…[cut: 9007199254740991 bytes, sha256 <64 hex>]` in UTF-8. */
const MARKER_BYTES = 112
/** In a list that cannot hold a share of every item, one item gets at most this part of what is left. */
const ITEM_SHARE = 4

/** More pointers than this would only be a second large body: the rest is told by one to the whole body. */
const MAX_POINTERS = 200

interface Cutting {
  readonly sizes: Map<object, number>
  readonly truncated: string[]
}

/** Cuts a body whose JSON is longer than `maxBytes` of UTF-8. `maxBytes` below 256 counts as 256. */
export function limitBody(body: Json, maxBytes: number, base: string): Limited {
  const cutting: Cutting = { sizes: new Map(), truncated: [] }
  const budget = Math.max(maxBytes, 2 * MARKER_BYTES + 32)
  if (atMost(body) <= budget || fitsAsSent(body, budget)) return { body, truncated: [] }
  if (sizeOf(body, cutting.sizes) <= budget) return { body, truncated: [] }
  const media = describeLargeMedia(body, sizeOf(body, cutting.sizes) - budget, base)
  const cut = cutValue(media.body, budget, base, cutting)
  const truncated = [...media.described, ...cutting.truncated]
  return {
    body: cut,
    truncated: truncated.length <= MAX_POINTERS ? truncated : [base, ...truncated.slice(0, MAX_POINTERS)],
  }
}

/** Cuts a text outside the bodies. */
export function limitText(text: string, maxBytes: number): string {
  return textSize(text) <= maxBytes ? text : cutText(text, maxBytes)
}

/** A cheap upper bound of the size, enough for most bodies: no character takes more than six bytes of JSON. */
function atMost(value: Json): number {
  if (typeof value === 'string') return value.length * 6 + 2
  if (typeof value !== 'object' || value === null) return 25
  let size = 2
  if (isArray(value)) for (const item of value) size += atMost(item) + 1
  else if (isObject(value))
    for (const key of Object.keys(value)) size += key.length * 6 + 4 + atMost(value[key] as Json)
  return size
}

/** No text takes more JSON than it did as it was sent, and no number more than this. */
const MOST_NUMBER_BYTES = 25

function fitsAsSent(body: Json, budget: number): boolean {
  const text = wireTextOf(body)
  return text !== undefined && text.length + MOST_NUMBER_BYTES * numbersIn(body) <= budget
}

function numbersIn(value: Json): number {
  if (typeof value === 'number') return 1
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce((sum: number, inner) => sum + numbersIn(inner as Json), 0)
}

/** UTF-8 bytes of a value's JSON; those of containers are remembered. */
function sizeOf(value: Json, sizes: Map<object, number>): number {
  if (typeof value === 'string') return textSize(value)
  if (typeof value !== 'object' || value === null) return String(value).length
  const known = sizes.get(value)
  if (known !== undefined) return known
  // Brackets, and one comma less than there are parts.
  let size = (isArray(value) ? value.length : Object.keys(value).length) === 0 ? 2 : 1
  if (isArray(value)) for (const item of value) size += sizeOf(item, sizes) + 1
  else if (isObject(value))
    for (const key of Object.keys(value)) size += textSize(key) + 2 + sizeOf(value[key] as Json, sizes)
  sizes.set(value, size)
  return size
}

function textSize(text: string): number {
  return Buffer.byteLength(JSON.stringify(text))
}

function cutValue(value: Json, budget: number, pointer: string, cutting: Cutting): Json {
  if (sizeOf(value, cutting.sizes) <= budget) return value
  if (isArray(value)) return fitList(value, budget, pointer, cutting)
  if (isObject(value)) return fitObject(value, budget, pointer, cutting)
  cutting.truncated.push(pointer)
  return cutText(String(value), budget)
}

function fitList(list: readonly Json[], budget: number, pointer: string, cutting: Cutting): Json {
  const cap = capOf(
    list.map((item) => sizeOf(item, cutting.sizes)),
    budget - 2 - list.length,
  )
  if (cap !== null) return list.map((item, at) => cutValue(item, cap, pointerOf(pointer, at), cutting))
  cutting.truncated.push(pointer)
  const kept: Json[] = []
  let left = budget - 2 - MARKER_BYTES
  for (const [at, item] of list.entries()) {
    const share = Math.max(MARKER_BYTES, Math.floor(left / ITEM_SHARE))
    if (Math.min(sizeOf(item, cutting.sizes), share) + 1 > left) break
    const fitted = cutValue(item, share, pointerOf(pointer, at), cutting)
    left -= sizeOf(fitted, cutting.sizes) + 1
    kept.push(fitted)
  }
  return [...kept, `[cut: ${list.length - kept.length} of ${list.length} items]`]
}

function fitObject(object: JsonObject, budget: number, pointer: string, cutting: Cutting): Json {
  const entries = Object.entries(object)
  const keys = entries.reduce((sum, [key]) => sum + textSize(key) + 2, 2)
  const cap = capOf(
    entries.map(([, value]) => sizeOf(value, cutting.sizes)),
    budget - keys,
  )
  if (cap !== null) {
    return Object.fromEntries(
      entries.map(([key, value]) => [key, cutValue(value, cap, pointerOf(pointer, key), cutting)]),
    )
  }
  cutting.truncated.push(pointer)
  const kept: [string, Json][] = []
  let left = budget - 2 - MARKER_BYTES
  for (const [key, value] of entries) {
    const own = textSize(key) + 2
    const share = Math.max(MARKER_BYTES, Math.floor((left - own) / ITEM_SHARE))
    if (Math.min(sizeOf(value, cutting.sizes), share) + own > left) continue
    const fitted = cutValue(value, share, pointerOf(pointer, key), cutting)
    left -= sizeOf(fitted, cutting.sizes) + own
    kept.push([key, fitted])
  }
  return Object.fromEntries([...kept, ['[cut]', `${entries.length - kept.length} of ${entries.length} fields`]])
}

/**
 * The size to which each larger part must be cut so that all fit: small parts stay whole, large ones share what is left.
 * Null when that would be less than a marker.
 */
function capOf(sizes: readonly number[], budget: number): number | null {
  let left = budget
  const ordered = [...sizes].sort((first, second) => first - second)
  for (const [at, size] of ordered.entries()) {
    const share = Math.floor(left / (ordered.length - at))
    if (size > share) return share < MARKER_BYTES ? null : share
    left -= size
  }
  return left < 0 ? null : Math.max(left, MARKER_BYTES)
}

function cutText(text: string, budget: number): string {
  const hash = createHash('sha256').update(text).digest('hex')
  return fitHead(text, `…[cut: ${Buffer.byteLength(text)} bytes, sha256 ${hash}]`, budget)
}

/**
 * The same for raw bytes that are too many to be made a text at all. `maxBytes` of 0: nothing of them but the marker.
 */
export function cutBytes(bytes: Uint8Array, maxBytes: number): string {
  const hash = createHash('sha256').update(bytes).digest('hex')
  const head = new TextDecoder().decode(bytes.subarray(0, maxBytes), { stream: true })
  return fitHead(head, `…[cut: ${bytes.byteLength} bytes, sha256 ${hash}]`, maxBytes)
}

/** `head…[cut: 123456 bytes, sha256 …]`, whose JSON takes at most `budget` bytes. */
function fitHead(text: string, marker: string, budget: number): string {
  const room = budget - textSize(marker)
  let head = text.slice(0, Math.max(room, 0))
  for (let size = textSize(head) - 2; size > room && head !== ''; size = textSize(head) - 2) {
    head = head.slice(0, Math.floor((head.length * room) / size))
  }
  // Half a surrogate pair at the cut would become a replacement character.
  return head.replace(/[\ud800-\udbff]$/, '') + marker
}
