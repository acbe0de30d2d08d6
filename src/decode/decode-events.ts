// A stream's events → the answer: folded, with its error, its first content, its last word, and beside it what no fold could place.
// In: parsed events and their text. Out: the answer. Worker thread.

import { isObject, mapJson, parseJson } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { type AnswerError, errorIn, errorOf } from '../shapes/error-forms.ts'
import { describeMedia } from './describe.ts'
import { byteOffset, firstContent } from './first-token.ts'
import type { FoldedRealtime } from './fold-realtime.ts'
import { foldStream } from './fold-stream.ts'
import { lacksLastWord } from './last-word.ts'
import { isTerminal } from './response-events.ts'
import { parseSse, type SseEvent, type SseStream } from './sse.ts'
import type { Vectors } from './vectors.ts'

export interface Answer {
  readonly body: Json
  /** Events of a stream; null when it was none. */
  readonly chunkCount: number | null
  /** A stream's last word came (`[DONE]`, a final response): nothing is missing, whoever closed first. */
  readonly complete: boolean
  /** A stream ended without its last word, though the connection ended well. */
  readonly unfinished: boolean
  readonly error: AnswerError | null
  /** Pointers, from the body, of what was nested too deep. */
  readonly cut: readonly string[]
  /** Pointers, from the body, of raw events that were kept because no fold could place them, and how many these are. */
  readonly unplaced: readonly string[]
  /** Offset of the last byte of the first event that brought content; null when none did. */
  readonly contentAt: number | null
  /** Over a socket: the end that the events tell; it stands whatever became of the connection. */
  readonly ending?: 'ok' | 'aborted'
  /** Over a socket: what of the request the server told after it was sent. */
  readonly heard?: FoldedRealtime
}

/** No bytes at all; what an answer has that is no stream. */
export const NO_ANSWER: Answer = {
  body: null,
  chunkCount: null,
  complete: false,
  unfinished: false,
  error: null,
  cut: [],
  unplaced: [],
  contentAt: null,
}

export interface EventFacts {
  readonly streamed: boolean
  readonly partial: boolean
  readonly failed: boolean
  /** 0: what is not understood must not be kept, redaction by path could not look into it. */
  readonly keptBytes: number
  readonly vectors?: Vectors
}

/** The field of the body that holds raw events. */
const RAW_EVENTS = 'raw_events'

/** Decodes a stream of server-sent events. `skippedCount`: events that were left out between its begin and its end. */
export function decodeSse(text: string, facts: EventFacts, skippedCount = 0): Answer {
  const decode = (joins: boolean): Answer => {
    const stream = parseSse(text, joins)
    return decodeEvents({ ...stream, count: stream.count + skippedCount }, text, facts)
  }
  const answer = decode(true)
  // What is kept as it came must be what came.
  return answer.unplaced.length === 0 ? answer : decode(false)
}

/** Decodes the events of a stream; JSON that stood between them, or alone in their place, is read as well. */
export function decodeEvents(stream: SseStream, text: string, facts: EventFacts): Answer {
  const { values, texts } = readStrays(stream.strays)
  const [only] = values
  if (stream.events.length === 0 && values.length === 1 && only !== undefined && texts.length === 0) {
    return wholeAnswer(only, stream, facts)
  }
  const events: readonly SseEvent[] = [...stream.events, ...values.map((data) => ({ event: null, data }))]
  const folded = foldStream(events)
  // A page of HTML, a sentence: nothing of it is an event.
  if (folded.body === null && texts.length > 0) {
    return {
      ...NO_ANSWER,
      body: texts.join('\n'),
      chunkCount: stream.count,
      error: brokenBy(stream, facts),
      unfinished: !facts.failed,
    }
  }
  const end = stream.ends[firstContent(stream.events)]
  const unfinished = !facts.failed && lacksLastWord({ events, done: stream.done }, folded.body)
  return {
    ...keepUnplaced(folded.body, [...folded.unplaced, ...texts], facts),
    chunkCount: stream.count,
    complete: stream.done || stream.events.some((event) => isTerminal(event.data)),
    unfinished,
    error: firstError(events) ?? brokenBy(stream, facts) ?? bodyError(folded.body),
    cut: [],
    contentAt: end === undefined ? null : byteOffset(text, end),
  }
}

/** One JSON text in the place of a stream: an answer to a plain call, or the error instead of the stream. */
function wholeAnswer(value: Json, stream: SseStream, facts: EventFacts): Answer {
  const body = describeMedia(value, facts.vectors)
  const error = facts.failed ? null : bodyError(body)
  return { ...NO_ANSWER, body, chunkCount: stream.count, complete: stream.done, error }
}

function readStrays(strays: readonly string[]): {
  readonly values: readonly Json[]
  readonly texts: readonly string[]
} {
  const values: Json[] = []
  const texts: string[] = []
  for (const stray of strays) {
    const parsed = parseJson(stray)
    if (parsed.ok && typeof parsed.value === 'object' && parsed.value !== null) values.push(parsed.value)
    else texts.push(stray)
  }
  return { values, texts }
}

/** The body with the raw events beside its own fields. */
function keepUnplaced(folded: Json, unplaced: readonly Json[], facts: EventFacts): Pick<Answer, 'body' | 'unplaced'> {
  const described = describeMedia(folded, facts.vectors)
  if (unplaced.length === 0) return { body: described, unplaced: [] }
  const raw = facts.keptBytes === 0 ? `[not kept: ${unplaced.length} events]` : describeMedia([...unplaced])
  const body = facts.keptBytes === 0 ? withoutPieces(described, unplaced) : described
  const fields = isObject(body) ? body : { value: body }
  return { body: { ...fields, [RAW_EVENTS]: raw }, unplaced: [`/${RAW_EVENTS}`] }
}

/** Names whose texts are the API's own, the same in each event. */
const OWN_TEXT = /^(?:id|object|model|type|role|event|status|finish_reason|service_tier|system_fingerprint|\w*_id)$/

/** Of a text that no fold could join the last piece is in the body: it is the end of what a rule may be about, and goes with the others. */
function withoutPieces(body: Json, unplaced: readonly Json[]): Json {
  const pieces = new Map<string, string[]>()
  mapJson([...unplaced], (value, { key }) => {
    if (typeof value === 'string' && !OWN_TEXT.test(key)) pieces.set(key, [...(pieces.get(key) ?? []), value])
    return undefined
  })
  return mapJson(body, (value, { key }) => {
    const isPiece = typeof value === 'string' && pieces.get(key)?.some((piece) => !value.includes(piece))
    return isPiece ? NOT_KEPT : undefined
  })
}

const NOT_KEPT = '[not kept]'

function brokenBy({ malformed }: SseStream, { partial }: EventFacts): AnswerError | null {
  if (malformed === null || (partial && !malformed.ended)) return null
  return { type: 'SyntaxError', code: null, message: `Malformed server-sent event: ${malformed.text}`, param: null }
}

/** The error event of a stream, in any of the forms that servers know. */
function firstError(events: readonly SseEvent[]): AnswerError | null {
  for (const { event, data } of events) {
    const type = isObject(data) && typeof data.type === 'string' ? data.type : null
    const found = errorIn(data, type === null || type.includes('error'))
    if (found !== null) return found
    if (event === 'error' || type === 'error') return errorOf(data)
  }
  return null
}

/** A Response that failed says so in its body. */
export function bodyError(body: Json, isModelCall = true): AnswerError | null {
  const found = errorIn(body, isModelCall)
  if (!isObject(body) || body.object !== 'response' || body.status !== 'failed') return found
  const type = isObject(body.error) && typeof body.error.type === 'string' ? body.error.type : 'response.failed'
  return { ...(found ?? { code: null, message: 'The response failed', param: null }), type }
}
