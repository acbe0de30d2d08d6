// Step 7 in the main thread: a call kept in memory as a record. A file of its own: with it come sixty files of the decoder, which a program that
// never asks for its history does not need.

import { type DecodeOptions, decodeCall } from '../decode/decode.ts'
import type { LaneInfo } from '../frame.ts'
import type { CallRecord } from '../record.ts'
import { answerParts } from '../spool/answer-parts.ts'
import type { HeldCall } from './held-call.ts'

/** Decodes a held call. A call without a close frame is one that has not ended. */
export function decodeHeld(call: HeldCall, lane: LaneInfo, options: DecodeOptions): CallRecord {
  const { open, close } = call
  const pieces = answerParts(call.answer, ({ attempt }) => attempt, close).map(({ bytes }) => toBytes(bytes))
  const [first = new Uint8Array()] = pieces
  const answer = pieces.length > 1 ? Buffer.concat(pieces) : first
  return decodeCall({ open, close, request: toBytes(call.request), answer, lane, options })
}

function toBytes(piece: string | Uint8Array): Uint8Array {
  return typeof piece === 'string' ? Buffer.from(piece) : piece
}
