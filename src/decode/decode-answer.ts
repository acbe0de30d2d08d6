// What an answer is: events, JSON, text or binary. In: its raw bytes, its media type, how the call ended. Out: the body of
// the record and what was wrong with it. Never throws: any bytes give a body. Worker thread.

import { cutBytes } from '../content/limit.ts'
import { isObject, type JsonObject, parseJson, textOf } from '../json-walk.ts'
import type { Json } from '../record.ts'
import type { Parsing } from './decode-request.ts'
import { describeBytes, describeMedia } from './describe.ts'
import { isTerminal } from './fold-responses.ts'
import { foldStream } from './fold-stream.ts'
import { bareMediaType, isBinaryType, isJsonType, sniffMediaType } from './media-type.ts'
import { cutStream, decodeUtf8, isLongStream, isOversize } from './oversize.ts'
import { looksLikeSse, parseSse, type SseEvent, type SseStream } from './sse.ts'

/** An error that an answer carried, though its HTTP status was good. */
export interface AnswerError {
  readonly type: string
  readonly code: string | null
  readonly message: string
  readonly param: string | null
}

export interface Answer {
  readonly body: Json
  /** Events of a stream; null when it was none. */
  readonly chunkCount: number | null
  /** A stream's last word came (`[DONE]`, a final response): nothing is missing, whoever closed first. */
  readonly complete: boolean
  readonly error: AnswerError | null
  /** Pointers, from the body, of what was nested too deep. */
  readonly cut: readonly string[]
}

export interface AnswerFacts extends Parsing {
  readonly contentType: string | undefined
  /** The request asked for a stream. */
  readonly streamed: boolean
  /** The bytes may stop anywhere: the call was left, broken or cut. */
  readonly partial: boolean
  /** The HTTP status was an error's: its body is no malformed answer, whatever it is. */
  readonly failed: boolean
}

/** Decodes an answer. No bytes at all are a null body. */
export function decodeAnswer(bytes: Uint8Array, facts: AnswerFacts): Answer {
  const mediaType = bareMediaType(facts.contentType)
  if (bytes.byteLength === 0) return plain(null)
  if (facts.isDeadly) return keepHead(bytes, facts)
  if (isBinaryType(mediaType)) return plain(describeBytes(bytes, mediaType))
  if (mediaType === null && isBinary(bytes)) return plain(describeBytes(bytes, null))
  const isSse = mediaType === 'text/event-stream' || (facts.streamed && !isJsonType(mediaType) && beginsLikeSse(bytes))
  if (isSse && isLongStream(bytes)) return decodeLongStream(bytes, facts)
  if (!isSse && isOversize(bytes)) return keepHead(bytes, facts)
  const text = decodeUtf8(bytes)
  return isSse ? decodeEvents(parseSse(text), facts) : decodeText(text, mediaType, facts)
}

function beginsLikeSse(bytes: Uint8Array): boolean {
  return looksLikeSse(decodeUtf8(bytes.subarray(0, 1024)))
}

function keepHead(bytes: Uint8Array, { keptBytes }: AnswerFacts): Answer {
  return plain(cutBytes(bytes, keptBytes), null, [''])
}

/** Begin and end of a stream that is too long: usage and finish reasons stand at its end. */
function decodeLongStream(bytes: Uint8Array, facts: AnswerFacts): Answer {
  const { head, tail, skippedCount } = cutStream(bytes)
  if (head.byteLength === 0) return keepHead(bytes, facts)
  const stream = parseSse(decodeUtf8(head) + decodeUtf8(tail))
  const answer = decodeEvents({ ...stream, count: stream.count + skippedCount }, facts)
  return { ...answer, cut: ['', ...answer.cut] }
}

function plain(body: Json, error: AnswerError | null = null, cut: readonly string[] = []): Answer {
  return { body, chunkCount: null, complete: false, error, cut }
}

/** Without a header: bytes that begin like media, or hold what no text does. */
function isBinary(bytes: Uint8Array): boolean {
  return sniffMediaType(bytes) !== null || bytes.subarray(0, 1024).includes(0)
}

function decodeText(text: string, mediaType: string | null, facts: AnswerFacts): Answer {
  const parsed = parseJson(text)
  if (parsed.ok) {
    const body = isJsonType(mediaType) || isObject(parsed.value) ? describeMedia(parsed.value) : text
    return plain(body, facts.failed ? null : bodyError(body), parsed.cut)
  }
  const isBad = isJsonType(mediaType) && !facts.partial && !facts.failed
  return plain(text, isBad ? brokenBy('SyntaxError', 'The response is not valid JSON') : null)
}

function decodeEvents(stream: SseStream, facts: AnswerFacts): Answer {
  const body = describeMedia(foldStream(stream.events))
  const { malformed } = stream
  const isBroken = malformed !== null && (malformed.ended || !facts.partial)
  const error =
    firstError(stream.events) ??
    (isBroken ? brokenBy('SyntaxError', `Malformed server-sent event: ${malformed.text}`) : null) ??
    bodyError(body)
  const complete = stream.done || stream.events.some((event) => isTerminal(event.data))
  return { body, chunkCount: stream.count, complete, error, cut: [] }
}

function brokenBy(type: string, message: string): AnswerError {
  return { type, code: null, message, param: null }
}

/** The error event of a stream, in any of the forms that the SDK's versions know. */
function firstError(events: readonly SseEvent[]): AnswerError | null {
  for (const { event, data } of events) {
    if (!isObject(data)) {
      if (event === 'error') return brokenBy('error', String(data))
    } else if (data.error !== undefined && data.error !== null && data.error !== false && data.error !== '') {
      return errorOf(data.error)
    } else if (event === 'error' || data.type === 'error') return errorOf(data)
  }
  return null
}

/** A Response that failed says so in its body; some gateways answer 200 with nothing but an error. */
function bodyError(body: Json): AnswerError | null {
  if (!isObject(body) || !isObject(body.error))
    return isFailed(body) ? brokenBy('response.failed', 'The response failed') : null
  if (isFailed(body)) return { ...errorOf(body.error), type: textOf(body.error.type) ?? 'response.failed' }
  const isAnswer = ['id', 'object', 'choices', 'output', 'data'].some((key) => body[key] !== undefined)
  return isAnswer ? null : errorOf(body.error)
}

function isFailed(body: Json): boolean {
  return isObject(body) && body.object === 'response' && body.status === 'failed'
}

/** The fields of an error as a server writes them, whatever it left out. */
export function errorOf(error: Json): AnswerError {
  if (!isObject(error)) return brokenBy('error', String(error))
  return {
    type: textOf(error.type) ?? 'error',
    code: wordOf(error.code),
    message: messageOf(error),
    param: wordOf(error.param),
  }
}

function messageOf(error: JsonObject): string {
  const { message } = error
  if (typeof message === 'string') return message
  return JSON.stringify(message === undefined || message === null ? error : message)
}

function wordOf(value: Json | undefined): string | null {
  if (typeof value === 'number') return String(value)
  return textOf(value)
}
