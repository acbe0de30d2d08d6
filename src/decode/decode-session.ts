// The answer of a call in a Realtime session. In: its events, as the main thread kept them. Out: the answer: body, end, error. Worker thread.
import { isObject } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { type AnswerError, errorOf } from '../shapes/error-forms.ts'
import { type Answer, bodyError, NO_ANSWER } from './decode-events.ts'
import { foldSession, type SessionCall } from './fold-realtime.ts'
import { cutStream, decodeUtf8, isLongStream } from './oversize.ts'
import { parseSse } from './sse.ts'

/** Decodes the events of one call; begin and end of what is too long. */
export function decodeSession(bytes: Uint8Array, socket: SessionCall): Answer {
  const isLong = isLongStream(bytes)
  const { head, tail } = isLong ? cutStream(bytes) : { head: bytes, tail: bytes.subarray(bytes.length) }
  const { refusal, ...folded } = foldSession(parseSse(decodeUtf8(head) + decodeUtf8(tail)).events, socket)
  const error = refusal === null ? failureOf(folded.body) : errorOf(refusal)
  return { ...NO_ANSWER, ...folded, error, cut: isLong ? [''] : [] }
}

/** A response that failed says why in its details. */
function failureOf(body: Json): AnswerError | null {
  if (!isObject(body) || body.status !== 'failed') return bodyError(body)
  const details = isObject(body.status_details) ? body.status_details.error : undefined
  if (isObject(details)) return errorOf(details)
  return { type: 'response.failed', code: null, message: 'The response failed', param: null }
}
