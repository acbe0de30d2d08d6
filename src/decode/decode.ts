// Step 7, decode: one call's frames become one `CallRecord`: streams folded, usage, error, content rules, limits. In: open and
// close heads and their bytes. Out: the complete record. Pure and total: any bytes give a record. Worker thread.

import { limitFields } from '../content/limit-fields.ts'
import { dropContent, type ProtectOptions, protectRecord } from '../content/protect.ts'
import type { CloseHead, LaneInfo, OpenHead } from '../frame.ts'
import type { CallRecord } from '../record.ts'
import { undoEncoding } from './content-encoding.ts'
import { type PriceOf, withCost } from './cost.ts'
import { decodeAnswer } from './decode-answer.ts'
import { asksForStream, asksForText, decodeRequest, parsingOf, type WireTexts } from './decode-request.ts'
import { endpointOfSocket, requestOfSocket } from './decode-socket.ts'
import { decodeWire } from './decode-wire.ts'
import { classify, type Endpoint } from './endpoints.ts'
import { placeOf } from './place.ts'
import { recordOf } from './record-of.ts'
import { isSound, soundInput } from './sound-heads.ts'
import { vectorsOf } from './vectors.ts'

export interface DecodeOptions extends ProtectOptions {
  /** Price by a list; asked where the server states none. */
  readonly priceOf?: PriceOf
  /** Whoever gets the record takes bodies of bytes (wire-text.ts). */
  readonly keepsWire?: boolean
}

export interface DecodeInput {
  readonly open: OpenHead
  /** Raw bytes of the open frame. */
  readonly request: Uint8Array
  /** Null: the process died with the call in flight. */
  readonly close: CloseHead | null
  /** The bytes of the part frames and of the close frame, joined. */
  readonly answer: Uint8Array
  readonly lane: LaneInfo
  readonly options: DecodeOptions
  /** Decoding it has ended a shipper: the record says that there were bodies, and no more. */
  readonly isDeadly?: boolean
}

/** Decodes one call. Never throws: should a part of it fail, the record comes without content and says so. */
export function decodeCall(given: DecodeInput): CallRecord {
  const input = isSound(given) ? given : soundInput(given)
  const build = (wire: WireTexts | null): CallRecord => {
    const record = buildRecord(input, input.request, answerOf(input), wire)
    return protectRecord(withCost(record, input.options.priceOf), input.options)
  }
  try {
    return decodeWire(input, build) ?? build(null)
  } catch (error) {
    input.options.onRedactionFailure?.(`a call could not be decoded: ${error instanceof Error ? error.name : 'error'}`)
    return againWithout(input)
  }
}

function againWithout(input: DecodeInput): CallRecord {
  try {
    return limitFields(dropContent(buildRecord(input, new Uint8Array(), new Uint8Array())))
  } catch {
    return limitFields(dropContent(buildRecord(soundInput(input), new Uint8Array(), new Uint8Array())))
  }
}

/** The answer as the program got it: what the wire has seen is still encoded. */
function answerOf({ open, close, answer, isDeadly }: DecodeInput): Uint8Array {
  if (open.seen !== 'wire' || isDeadly) return answer
  // The process died before its headers were written: bytes that begin as gzip does are.
  const isGzip = close === null && answer[0] === 0x1f && answer[1] === 0x8b
  return undoEncoding(answer, isGzip ? 'gzip' : close?.headers?.['content-encoding']).bytes
}

function buildRecord(
  input: DecodeInput,
  requestBytes: Uint8Array,
  answerBytes: Uint8Array,
  wire: WireTexts | null = null,
): CallRecord {
  const { open, close } = input
  const parsing = parsingOf(input.options, input.isDeadly ?? false, wire)
  const endpoint = endpointOf(open)
  const sent = decodeRequest(open, close, requestBytes, parsing)
  const streamed = open.stream ?? asksForStream(sent.body)
  const answer = decodeAnswer(answerBytes, {
    socket: open.socket,
    contentType: open.socket === undefined ? close?.headers?.['content-type'] : 'text/event-stream',
    operation: endpoint.operation,
    streamed,
    asksText: asksForText(sent.body),
    vectors: vectorsOf(sent.body),
    partial: close === null || close.status !== 'ok' || close.cut !== undefined,
    failed: (close?.httpStatus ?? 0) >= 400,
    isBodiless: close?.httpStatus === 204 || close?.httpStatus === 205,
    keptBytes: parsing.keptBytes,
    isDeadly: parsing.isDeadly,
    wire: parsing.wire,
  })
  const request = open.socket === undefined ? sent : { ...sent, body: requestOfSocket(open.socket, sent.body, answer) }
  return recordOf(input, { endpoint, request, answer, streamed })
}

function endpointOf({ socket, verb, url }: OpenHead): Endpoint {
  return socket === undefined ? classify(verb, placeOf(url).path ?? url) : endpointOfSocket(socket)
}
