// Server-sent events of an answer. In: the raw text, whole or broken off. Out: its events as parsed JSON, in wire order, and what
// else stood between them, never thrown. Rules are the SDK's (`core/streaming`), not the browser's. Worker thread.

import { parseJson } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { type Cursor, linesOf } from './lines.ts'
import { readRun } from './sse-runs.ts'

export interface SseEvent {
  /** The `event:` field, null when there was none. */
  readonly event: string | null
  readonly data: Json
}

export interface SseStream {
  readonly events: readonly SseEvent[]
  /** Where each event ends in the text. */
  readonly ends: readonly number[]
  /** Events received, `[DONE]` not counted, malformed ones counted. */
  readonly count: number
  /** `[DONE]` was seen; what came after it was ignored, as the SDK does. */
  readonly done: boolean
  /** The first event that was not JSON. `ended`: its closing blank line had come, so it is not just a stream broken off. */
  readonly malformed: { readonly text: string; readonly ended: boolean } | null
  /** What the SDK passes over: text of malformed events, lines that are no field, whatever follows `[DONE]`. */
  readonly strays: readonly string[]
}

interface RawEvent {
  readonly event: string | null
  readonly data: string
  readonly ended: boolean
  readonly end: number
}

const FIELDS: ReadonlySet<string> = new Set(['data', 'event', 'id', 'retry', ''])

/** Says whether a text begins like server-sent events. */
export function looksLikeSse(text: string): boolean {
  return /^\uFEFF?[\r\n]*(?:data|event|id|retry)?:/.test(text)
}

/** The same, beyond doubt: an event of JSON, or the word that ends a stream, stands in it. */
export function holdsEvents(text: string): boolean {
  return /(?:^|[\r\n])data: ?(?:\{|\[DONE\])/.test(text)
}

/** Parses a whole answer of server-sent events. `joins`: events that only add a piece of text to the one before may stand as one. */
export function parseSse(text: string, joins = false): SseStream {
  const events: SseEvent[] = []
  const ends: number[] = []
  const broken: string[] = []
  const lines: string[] = []
  let malformed: SseStream['malformed'] = null
  let count = 0
  const cursor = { at: 0 }
  for (const raw of splitEvents(text, lines, cursor)) {
    if (raw.data.startsWith('[DONE]')) {
      const rest = text.slice(raw.end).trim()
      return { events, ends, count, done: true, malformed, strays: [...straysOf(lines), ...broken, ...afterEnd(rest)] }
    }
    const parsed = parseJson(raw.data)
    if (parsed.ok) {
      count++
      ends.push(raw.end)
      events.push({ event: raw.event, data: parsed.value })
      const run = joins && raw.event === null ? readRun(text, raw.data, parsed.value, raw.end) : null
      if (run === null) continue
      count += run.count
      ends.push(run.end)
      events.push({ event: null, data: run.data })
      cursor.at = run.end
    } else {
      if (raw.ended) count++
      if (raw.data !== '') broken.push(raw.data)
      malformed ??= { text: raw.data, ended: raw.ended }
    }
  }
  return { events, ends, count, done: false, malformed, strays: [...straysOf(lines), ...broken] }
}

/** Lines that are no field: one JSON text over several of them is one. */
function straysOf(lines: readonly string[]): readonly string[] {
  const all = lines.join('\n').trim()
  return all === '' ? [] : parseJson(all).ok ? [all] : lines.filter((line) => line.trim() !== '')
}

function afterEnd(rest: string): readonly string[] {
  return /^(?:data: ?\[DONE\]\s*)*$/.test(rest) ? [] : [rest]
}

/** Splits into events; a last one without its blank line is given too. Comments, `id` and `retry` are dropped. */
function* splitEvents(text: string, strays: string[], cursor: Cursor): Generator<RawEvent> {
  let event: string | null = null
  let data: string[] = []
  for (const { line, end } of linesOf(text, cursor)) {
    if (line === '') {
      // Like the SDK, an event without data is dispatched with empty data when it has a name.
      if (event || data.length > 0) yield { event: event || null, data: data.join('\n'), ended: true, end }
      event = null
      data = []
      continue
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(line.charCodeAt(colon + 1) === 32 ? colon + 2 : colon + 1)
    if (field === 'event') event = value
    else if (field === 'data') data.push(value)
    else if (!FIELDS.has(field)) strays.push(line)
  }
  if (event || data.length > 0) yield { event: event || null, data: data.join('\n'), ended: false, end: text.length }
}
