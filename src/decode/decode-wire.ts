// The usual large call: JSON that went well, in which nothing is to be hidden, described or cut. Its bodies stay bytes (wire-text.ts) from the
// spool to the destination. In: a decode input. Out: its record, or null where anything is not usual: it is decoded as ever then. Worker.
import type { ProtectOptions } from '../content/protect.ts'
import type { CloseHead, OpenHead } from '../frame.ts'
import type { CallRecord, Json } from '../record.ts'
import { lookThrough } from '../secrets/bytes.ts'
import { type WireText, wireTextOf } from '../wire-text.ts'
import type { WireTexts } from './decode-request.ts'

interface Input {
  readonly open: OpenHead
  readonly request: Uint8Array
  readonly close: CloseHead | null
  readonly answer: Uint8Array
  readonly isDeadly?: boolean
  readonly options: ProtectOptions & { readonly keepsWire?: boolean }
}

/** Less is decoded as quickly as it is looked at. */
const LEAST_BYTES = 4096
const BRACE = 123

/** Decodes by `build`, with bodies of bytes. */
export function decodeWire(input: Input, build: (wire: WireTexts) => CallRecord): CallRecord | null {
  const { request, answer, options } = input
  if (options.keepsWire !== true || !isUsual(input)) return null
  const sent = wireOf(request)
  const received = sent === null ? null : wireOf(answer)
  if (sent === null || received === null) return null
  try {
    const record = build({ request: sent, answer: received })
    return isUnchanged(record) ? record : null
  } catch {
    return null // what it stumbled over is told when it is decoded as ever
  }
}

function isUsual({ open, request, close, answer, isDeadly, options }: Input): boolean {
  if (request.byteLength + answer.byteLength < LEAST_BYTES || isDeadly === true || close === null) return false
  const { captureContent, redact, redactRecord } = options
  if (!captureContent || redact.length > 0 || redactRecord !== undefined) return false
  if (open.body !== 'json' || open.socket !== undefined || open.seen === 'wire' || open.stream === true) return false
  const { status, httpStatus = 0, error, form, cut } = close
  if (status !== 'ok' || httpStatus < 200 || httpStatus > 299) return false
  if (error !== undefined || form !== undefined || cut !== undefined) return false
  return request[0] === BRACE && answer[0] === BRACE
}

/** Null where only the characters tell what is to be hidden. */
function wireOf(bytes: Uint8Array): WireText | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const seen = lookThrough(text, bytes)
  return seen === 'differs' ? null : { text, isClean: seen === 'clean' }
}

/** Nothing was replaced in the bodies, and all that was copied out of them or stands beside them is ASCII. */
function isUnchanged(record: CallRecord): boolean {
  const { request, response, status, operation, truncated, unplaced } = record
  if (status !== 'ok' || operation === 'other' || truncated.length > 0 || unplaced.length > 0) return false
  if (!isKept(request.body) || !isKept(response.body)) return false
  const others = JSON.stringify({ ...record, request: request.model, response: { ...response, body: null } })
  return Buffer.byteLength(others) === others.length
}

function isKept(body: Json): boolean {
  return body === null || wireTextOf(body) !== undefined
}
