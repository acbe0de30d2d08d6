// What we touch of a response, whichever fetch made it, and the headers a record keeps. Main thread.

import { fieldOf, toText } from '../safe-text.ts'

export interface ResponseLike {
  readonly status: number
  readonly url?: string
  readonly headers?: { get(name: string): string | null }
  readonly body?: unknown
}

/** Kept when present: what tells rate limits, processing time and the nature of the body. Never a credential or cookie. */
const KEPT_HEADERS = [
  'content-type',
  'content-length',
  'content-encoding',
  'x-request-id',
  'apim-request-id',
  'openai-processing-ms',
  'openai-version',
  'openai-model',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  'x-ms-region',
  'x-litellm-response-cost', // a gateway's own word on what the call cost
] as const
/** Looked for when the first is there. */
const RATE_LIMIT_HEADERS = [
  'x-ratelimit-limit-requests',
  'x-ratelimit-limit-tokens',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-remaining-tokens',
  'x-ratelimit-reset-requests',
  'x-ratelimit-reset-tokens',
] as const

const NAMES: readonly string[] = [...KEPT_HEADERS, ...RATE_LIMIT_HEADERS]
const PLACES: ReadonlyMap<string, number> = new Map(NAMES.map((name, place) => [name, place]))
/** The values of one response, by place in `NAMES`; used again for each. */
const values: (string | null)[] = NAMES.map(() => null)

interface HeadersLike {
  get(name: string): string | null
  forEach?(take: (value: unknown, name: string) => void): void
}

/**
 * The prototype of headers whose `forEach` has told the same as their `get`. The SDK (openai ≥ 4.1) goes through all headers itself right after us, and
 * undici sorts them once for both: 2 µs, where nineteen times `get` are 5.
 */
let trusted: object | null = null

export function keepHeaders(response: ResponseLike): { [name: string]: string } | undefined {
  const headers = fieldOf(response, 'headers') as HeadersLike | undefined
  if (typeof fieldOf(headers, 'get') !== 'function' || headers === undefined) return undefined
  const kind = prototypeOf(headers)
  if (trusted !== null && kind === trusted && readAll(headers)) return keepRead()
  const kept = getAll(headers)
  if (trusted === null && kind !== null && kind !== Object.prototype && readAll(headers) && isSame(keepRead(), kept))
    trusted = kind
  return kept
}

/** Null where a trap of the program's throws. */
function prototypeOf(headers: object): object | null {
  try {
    return Object.getPrototypeOf(headers) as object | null
  } catch {
    return null
  }
}

function getAll(headers: HeadersLike): { [name: string]: string } {
  const kept: { [name: string]: string } = {}
  for (const name of KEPT_HEADERS) copyHeader(headers, name, kept)
  const limited = copyHeader(headers, RATE_LIMIT_HEADERS[0], kept) || copyHeader(headers, RATE_LIMIT_HEADERS[1], kept)
  if (limited) for (const name of RATE_LIMIT_HEADERS) copyHeader(headers, name, kept)
  return kept
}

/** Fills `values`. False when these headers cannot be gone through. */
function readAll(headers: HeadersLike): boolean {
  if (typeof fieldOf(headers, 'forEach') !== 'function') return false
  values.fill(null)
  try {
    headers.forEach?.(takeHeader)
    return true
  } catch {
    return false
  }
}

function takeHeader(value: unknown, name: string): void {
  const place = PLACES.get(name)
  if (place !== undefined && typeof value === 'string') values[place] = value
}

function keepRead(): { [name: string]: string } {
  const kept: { [name: string]: string } = {}
  for (let place = 0; place < NAMES.length; place++) {
    const name = NAMES[place] as string
    const value = values[place]
    if (typeof value === 'string') kept[name] = value
  }
  return kept
}

/** True for headers that are the same, and are some. */
function isSame(one: { readonly [name: string]: string }, other: { readonly [name: string]: string }): boolean {
  const names = Object.keys(one)
  return (
    names.length > 0 && names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  )
}

function copyHeader(
  headers: { get(name: string): string | null },
  name: string,
  to: { [name: string]: string },
): boolean {
  const value = valueIn(headers, name)
  if (value === null) return false
  to[name] = value
  return true
}

/** A double of a test, or a fetch of the program, may give anything. */
function valueIn(headers: { get(name: string): string | null }, name: string): string | null {
  try {
    const value: unknown = headers.get(name)
    return typeof value === 'string' ? value : value === null || value === undefined ? null : toText(value)
  } catch {
    return null
  }
}

/** A Node stream: the body of node-fetch's and axios' answers, and of the uploads that they send. */
export function isNodeStream(body: unknown): body is NodeJS.ReadableStream {
  const like = body as { pipe?: unknown; emit?: unknown } | null
  return typeof like === 'object' && like !== null && typeof like.pipe === 'function' && typeof like.emit === 'function'
}

/** A file: neither JSON nor a text that a server wrote about a call. */
export function isOtherType(contentType: string | undefined): boolean {
  return contentType !== undefined && !/json|text\/|event-stream/i.test(contentType)
}
