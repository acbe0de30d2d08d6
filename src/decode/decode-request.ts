// The request of a call as it was sent. In: its raw bytes, or what was described of an upload. Out: the body of the record and
// what of it is not there. Worker thread.

import { cutBytes } from '../content/limit.ts'
import type { ProtectOptions } from '../content/protect.ts'
import { isWord } from '../content/words-only.ts'
import type { CloseHead, OpenHead } from '../frame.ts'
import { isObject, parseJson, textOf } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { keepWireText, type WireText } from '../wire-text.ts'
import { describeMedia, describeMediaIn } from './describe.ts'
import { decodeUtf8, isOversize } from './oversize.ts'

export interface Request {
  readonly body: Json
  /** Pointers, from the body, of what is missing. */
  readonly cut: readonly string[]
}

export interface Parsing {
  /** Of a body that is not parsed this many bytes are kept as text. */
  readonly keptBytes: number
  /** Parsing this call has ended a shipper: its bodies are not looked at. */
  readonly isDeadly: boolean
  /** Texts that stay bytes (wire-text.ts). */
  readonly wire: WireTexts | null
}

/** Of the two bodies. */
export interface WireTexts {
  readonly request: WireText
  readonly answer: WireText
}

/** How the bodies of a call are read. Redaction by path cannot look into what is not parsed: nothing of it is kept then. */
export function parsingOf(
  { redact, redactRecord, maxBodyBytes }: ProtectOptions,
  isDeadly: boolean,
  wire: WireTexts | null,
): Parsing {
  const isRedacted = redact.length > 0 || redactRecord !== undefined
  return { keptBytes: isRedacted || isDeadly ? 0 : maxBodyBytes, isDeadly, wire }
}

/** JSON as sent, media described; text that is no JSON stays text. Uploads were described where they were seen. */
export function decodeRequest(open: OpenHead, close: CloseHead | null, bytes: Uint8Array, parsing: Parsing): Request {
  const { keptBytes, isDeadly, wire } = parsing
  if (close?.form !== undefined) return { body: describeMedia(JSON.parse(JSON.stringify(close.form)) as Json), cut: [] }
  if (open.body === 'none' || bytes.byteLength === 0) return { body: null, cut: [] }
  if (isDeadly || isOversize(bytes)) return { body: cutBytes(bytes, keptBytes), cut: [''] }
  const text = wire?.request.text ?? decodeUtf8(bytes)
  const parsed = parseJson(text)
  if (!parsed.ok) return { body: text, cut: [] }
  const body = describeMediaIn(text, parsed.value)
  if (wire !== null && body === parsed.value) keepWireText(body, wire.request)
  return { body, cut: parsed.cut }
}

export function asksForStream(body: Json): boolean {
  return isObject(body) && (body.stream === true || body.stream === 'true')
}

/** A transcription as bare text or subtitles. */
export function asksForText(body: Json): boolean {
  return (
    isObject(body) &&
    (body.response_format === 'text' || body.response_format === 'srt' || body.response_format === 'vtt')
  )
}

/** The conversation that a `responses` request, or a Realtime response, names, as an id or an object; a text that is no id is none. */
export function conversationOf(body: Json): string | null {
  const conversation = isObject(body) ? (body.conversation ?? body.conversation_id) : undefined
  const id = textOf(isObject(conversation) ? conversation.id : conversation)
  return id === null || isWord(id) ? id : null
}
