// What an answer is: events, JSON, text or binary, by its bytes; its header only decides where these leave a choice. In: its raw
// bytes, its media type, what was asked. Out: the body of the record and what was wrong with it. Never throws. Worker thread.

import { cutBytes } from '../content/limit.ts'
import { describeBytes } from '../content/media.ts'
import { bareMediaType, isBinaryType, isJsonType, sniffMediaType } from '../content/media-type.ts'
import type { SocketCall } from '../frame.ts'
import { isArray, isObject, type JsonObject, parseJson } from '../json-walk.ts'
import type { Json, Operation } from '../record.ts'
import type { AnswerError } from '../shapes/error-forms.ts'
import { keepWireText } from '../wire-text.ts'
import { type Answer, bodyError, decodeEvents, decodeSse, NO_ANSWER } from './decode-events.ts'
import type { Parsing } from './decode-request.ts'
import { decodeSession } from './decode-session.ts'
import { describeMediaIn } from './describe.ts'
import { cutStream, decodeUtf8, isLongStream, isOversize, LARGE_BYTES } from './oversize.ts'
import { holdsEvents, looksLikeSse, type SseEvent } from './sse.ts'
import type { Vectors } from './vectors.ts'

export interface AnswerFacts extends Parsing {
  readonly socket: SocketCall | undefined
  readonly contentType: string | undefined
  readonly operation: Operation
  /** The request asked for a stream. */
  readonly streamed: boolean
  /** The request asked for bare text (`response_format` `text`, `srt`, `vtt` of a transcription): JSON in it is what was said. */
  readonly asksText: boolean
  /** The bytes may stop anywhere: the call was left, broken or cut. */
  readonly partial: boolean
  /** The HTTP status was an error's: its body is no malformed answer, whatever it is. */
  readonly failed: boolean
  /** The HTTP status says that there is no body (204, 205): the SDK has no stream to give. */
  readonly isBodiless: boolean
  readonly vectors?: Vectors
}

/** Bytes that are looked at to tell what they are. */
const HEAD_BYTES = 1024
/** One of them makes a body an answer of these APIs, whatever its header says. */
const ANSWER_FIELDS =
  'choices output data object error errors detail usage results embeddings candidates message text'.split(' ')

/** Decodes an answer. No bytes at all are a null body. */
export function decodeAnswer(bytes: Uint8Array, facts: AnswerFacts): Answer {
  const mediaType = bareMediaType(facts.contentType)
  if (bytes.byteLength === 0) return nothing(facts)
  if (facts.isDeadly) return keepHead(bytes, facts)
  if (facts.socket === 'realtime' || facts.socket === 'transcription') return decodeSession(bytes, facts.socket)
  const head = decodeUtf8(bytes.subarray(0, HEAD_BYTES))
  const isSse = isEvents(head, mediaType, facts) && !looksBinary(bytes)
  if (!isSse && isMedia(bytes, head, mediaType, facts))
    return plain(describeBytes(bytes, isBinaryType(mediaType) ? mediaType : null))
  if (isSse && isLongStream(bytes)) return decodeLongStream(bytes, facts)
  if (!isSse && isOversize(bytes)) return keepHead(bytes, facts)
  const text = facts.wire?.answer.text ?? decodeUtf8(bytes)
  const isBad = isJsonType(mediaType) && !facts.streamed && !facts.partial && !facts.failed
  if (!isSse) return decodeText(text, mediaType, facts, isBad)
  const answer = decodeSse(text, facts)
  // The program asked for one JSON text and cannot read these events, though we can.
  return isBad && looksLikeSse(head) ? { ...answer, error: answer.error ?? NOT_JSON } : answer
}

function nothing({ streamed, failed, isBodiless }: AnswerFacts): Answer {
  const error = streamed && isBodiless ? NO_BODY : null
  return { ...NO_ANSWER, error, unfinished: streamed && !failed }
}

/** What the program gets when its loop asks for the first event (openai 4 to 7). */
const NO_BODY: AnswerError = {
  type: 'OpenAIError',
  code: null,
  message: 'Attempted to iterate over a response with no body',
  param: null,
}

const NOT_JSON: AnswerError = {
  type: 'SyntaxError',
  code: null,
  message: 'The response is not valid JSON',
  param: null,
}

function isEvents(head: string, mediaType: string | null, { streamed, asksText }: AnswerFacts): boolean {
  if (mediaType === 'text/event-stream') return true
  return looksLikeSse(head) && !asksText && (streamed || holdsEvents(head))
}

/** Control characters that no text has. */
function looksBinary(bytes: Uint8Array): boolean {
  const end = Math.min(bytes.length, HEAD_BYTES)
  for (let at = 0; at < end; at++) {
    const byte = bytes[at] as number
    if (byte < 9 || (byte > 13 && byte < 27)) return true
  }
  return false
}

/** Bytes of a sound, a picture, a file. JSON under such a header (an error, an answer) is none, a file of JSON is. */
function isMedia(bytes: Uint8Array, head: string, mediaType: string | null, { operation }: AnswerFacts): boolean {
  const sniffed = sniffMediaType(bytes) !== null
  if (isBinaryType(mediaType)) {
    const mayBeJson = operation !== 'other' && !sniffed && /^\s*[{[]/.test(head) && bytes.byteLength < LARGE_BYTES
    const parsed = mayBeJson ? parseJson(decodeUtf8(bytes)) : null
    return !(parsed?.ok && isAnswer(parsed.value))
  }
  return mediaType === null ? sniffed || looksBinary(bytes) : sniffed && looksBinary(bytes)
}

function isAnswer(value: Json): boolean {
  const only = isArray(value) && value.length === 1 ? value[0] : value
  return isObject(only) && ANSWER_FIELDS.some((field) => only[field] !== undefined)
}

function keepHead(bytes: Uint8Array, { keptBytes }: AnswerFacts): Answer {
  return { ...plain(cutBytes(bytes, keptBytes)), cut: [''] }
}

/** Begin and end of a stream that is too long: usage and finish reasons stand at its end. */
function decodeLongStream(bytes: Uint8Array, facts: AnswerFacts): Answer {
  const { head, tail, skippedCount } = cutStream(bytes)
  if (head.byteLength === 0) return keepHead(bytes, facts)
  const text = decodeUtf8(head) + decodeUtf8(tail)
  const answer = decodeSse(text, facts, skippedCount)
  return { ...answer, cut: ['', ...answer.cut] }
}

function plain(body: Json, error: AnswerError | null = null, cut: readonly string[] = []): Answer {
  return { ...NO_ANSWER, body, error, cut }
}

function decodeText(text: string, mediaType: string | null, facts: AnswerFacts, isBad: boolean): Answer {
  const parsed = parseJson(text)
  if (parsed.ok) {
    const chunks = facts.streamed && isArray(parsed.value) ? eventsOf(parsed.value) : null
    if (chunks !== null) return decodeEvents(streamOf(chunks), text, facts)
    return decodeJson(parsed.value, text, mediaType, facts, parsed.cut)
  }
  if (!facts.asksText && holdsEvents(text)) {
    const answer = decodeSse(text, facts)
    return isBad ? { ...answer, error: answer.error ?? NOT_JSON } : answer
  }
  const lines = facts.streamed || isBad || /ndjson|jsonl|stream\+json/.test(mediaType ?? '') ? jsonLines(text) : null
  if (lines !== null && facts.operation !== 'other') {
    const answer = decodeEvents(streamOf(lines), text, facts)
    return isBad ? { ...answer, error: answer.error ?? NOT_JSON } : answer
  }
  return noEvents(plain(text, isBad ? NOT_JSON : null), facts)
}

/** A stream was asked for and nothing that came is one, nor the answer in its place: the program's loop ended at once, without an error. */
function noEvents(answer: Answer, { streamed, failed, asksText }: AnswerFacts): Answer {
  return streamed && !failed && !asksText ? { ...answer, chunkCount: 0, unfinished: true } : answer
}

/** JSON that came whole. A text that only looks like it, under a text's header, stays what it was. */
function decodeJson(
  value: Json,
  text: string,
  mediaType: string | null,
  facts: AnswerFacts,
  cut: readonly string[],
): Answer {
  const isText = facts.asksText
    ? !isJsonType(mediaType)
    : mediaType !== null && !isJsonType(mediaType) && !isAnswer(value)
  const isBare = mediaType === null && !isObject(value)
  const body = isText || isBare ? text : describeMediaIn(text, value, facts.vectors)
  if (facts.wire !== null && body === value) keepWireText(body, facts.wire.answer)
  const error = facts.failed ? null : bodyError(body, facts.operation !== 'other')
  const answer = plain(body, error, cut)
  if (!isObject(body)) return noEvents(answer, facts)
  return { ...answer, chunkCount: facts.streamed && !facts.failed ? 0 : null }
}

/** A list of chunks in the place of a stream (Gemini's native form). */
function eventsOf(list: readonly Json[]): readonly JsonObject[] | null {
  const isChunks =
    list.length > 0 && list.every((item) => isObject(item) && (isArray(item.choices) || typeof item.type === 'string'))
  return isChunks ? list.filter(isObject) : null
}

/** Lines of JSON objects, two at least (Ollama's native form); a last one that broke off is left out. */
function jsonLines(text: string): readonly JsonObject[] | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const values = lines.map((line) => parseJson(line))
  const whole = values.at(-1)?.ok === false ? values.slice(0, -1) : values
  const objects = whole.flatMap((parsed) => (parsed.ok && isObject(parsed.value) ? [parsed.value] : []))
  return objects.length === whole.length && lines.length > 1 && objects.length > 0 ? objects : null
}

function streamOf(values: readonly JsonObject[]) {
  const events: readonly SseEvent[] = values.map((data) => ({ event: null, data }))
  return { events, ends: [], count: events.length, done: false, malformed: null, strays: [] }
}
