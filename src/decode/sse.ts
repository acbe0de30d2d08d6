// Server-sent events of an answer. In: the raw text, whole or broken off. Out: its events as parsed JSON, in wire order; one
// that is not JSON is reported, never thrown. Rules are the SDK's (`core/streaming`), not the browser's. Worker thread.

import { parseJson } from '../json-walk.ts'
import type { Json } from '../record.ts'

export interface SseEvent {
  /** The `event:` field, null when there was none. */
  readonly event: string | null
  readonly data: Json
}

export interface SseStream {
  readonly events: readonly SseEvent[]
  /** Events received, `[DONE]` not counted, malformed ones counted. */
  readonly count: number
  /** `[DONE]` was seen; what came after it was ignored, as the SDK does. */
  readonly done: boolean
  /** The first event that was not JSON. `ended`: its closing blank line had come, so it is not just a stream broken off. */
  readonly malformed: { readonly text: string; readonly ended: boolean } | null
}

interface RawEvent {
  readonly event: string | null
  readonly data: string
  readonly ended: boolean
}

const BYTE_ORDER_MARK = '\uFEFF'

/** Says whether a text begins like server-sent events. */
export function looksLikeSse(text: string): boolean {
  return /^\uFEFF?[\r\n]*(?:data|event|id|retry)?:/.test(text)
}

/** Parses a whole answer of server-sent events. */
export function parseSse(text: string): SseStream {
  const events: SseEvent[] = []
  let malformed: SseStream['malformed'] = null
  let count = 0
  for (const raw of splitEvents(text)) {
    if (raw.data.startsWith('[DONE]')) return { events, count, done: true, malformed }
    const parsed = parseJson(raw.data)
    if (parsed.ok) {
      count++
      events.push({ event: raw.event, data: parsed.value })
    } else {
      if (raw.ended) count++
      malformed ??= { text: raw.data, ended: raw.ended }
    }
  }
  return { events, count, done: false, malformed }
}

/** Splits into events; a last one without its blank line is given too. Comments, `id` and `retry` are dropped. */
function* splitEvents(text: string): Generator<RawEvent> {
  let event: string | null = null
  let data: string[] = []
  for (const line of linesOf(text)) {
    if (line === '') {
      // Like the SDK, an event without data is dispatched with empty data when it has a name.
      if (event || data.length > 0) yield { event: event || null, data: data.join('\n'), ended: true }
      event = null
      data = []
      continue
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1)
    if (field === 'event') event = value
    else if (field === 'data') data.push(value)
  }
  if (event || data.length > 0) yield { event: event || null, data: data.join('\n'), ended: false }
}

/** Lines by `\n`, `\r\n` and `\r`; nothing after the last line end is a line. Each search resumes where it stood: linear. */
function* linesOf(text: string): Generator<string> {
  let start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0
  let feed = find(text, '\n', start)
  let carriage = find(text, '\r', start)
  while (start < text.length) {
    const end = Math.min(feed, carriage)
    yield text.slice(start, end)
    start = end + (end === carriage && feed === end + 1 ? 2 : 1)
    if (feed < start) feed = find(text, '\n', start)
    if (carriage < start) carriage = find(text, '\r', start)
  }
}

function find(text: string, wanted: string, from: number): number {
  const at = text.indexOf(wanted, from)
  return at < 0 ? text.length : at
}
