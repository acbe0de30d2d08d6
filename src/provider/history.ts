// The last calls of a listener as raw texts, decoded when somebody asks. In: frames. Out: history entries, newest last. Main thread.

import { createRequire } from 'node:module'
import type { DecodeOptions } from '../decode/decode.ts'
import { badArgument } from '../errors.ts'
import type { FrameBody, FrameHead, LaneInfo } from '../frame.ts'
import { natively } from '../originals.ts'
import type { CallRecord } from '../record.ts'
import { cutCall, type HeldCall, type HeldCalls, holdFrame } from '../recorder/held-call.ts'
import { type ConversationEntry, toEntry } from './conversation.ts'

const require = createRequire(import.meta.url)
type DecodeHeld = typeof import('../recorder/decode-held.ts').decodeHeld

/** Loads the decoder when the history is read first. */
const loadDecoder = (): DecodeHeld =>
  natively(() => require('../recorder/decode-held.js') as typeof import('../recorder/decode-held.ts')).decodeHeld

/** Calls kept. */
export const MAX_CALLS = 100
/** Memory of their texts, in flight and finished together. */
export const MAX_BYTES = 8 * 1024 * 1024

export interface History {
  /** Takes a frame; never refuses one. */
  append(head: FrameHead, body?: FrameBody): void
  /** The last calls that have ended, newest last. Throws `ERR_NEATLOGS_ARGUMENT` for a limit that is no positive integer. */
  entries(limit?: number): ConversationEntry[]
  /** Says whether a call in flight was sent with such a request text. */
  isInFlight(isSuch: (request: string) => boolean): boolean
  /** Calls that ended and had such a request text, with their records, free of content rules. */
  ended(isSuch: (request: string) => boolean): readonly { readonly call: HeldCall; readonly record: CallRecord }[]
}

/** Opens a history. `options` are asked at each reading, so that content rules hold for what was kept before. */
export function openHistory(
  lane: () => LaneInfo,
  options: () => DecodeOptions,
  decoder: () => DecodeHeld = loadDecoder,
): History {
  const open: HeldCalls = new Map()
  const finished: HeldCall[] = []
  let bytes = 0

  const makeRoom = (current: HeldCall): void => {
    if (current.bytes > MAX_BYTES) {
      bytes -= current.bytes
      cutCall(current)
    }
    while (finished.length > MAX_CALLS || (bytes > MAX_BYTES && finished.length > 0)) {
      bytes -= (finished.shift() as HeldCall).bytes
    }
    if (bytes <= MAX_BYTES) return
    // Calls in flight alone fill it.
    bytes -= current.bytes
    cutCall(current)
  }
  const decode = (call: HeldCall): CallRecord => decoder()(call, lane(), options())

  return {
    append(head, body) {
      const before = head.t === 'open' || head.t === 'lost' ? 0 : (open.get(head.id)?.bytes ?? 0)
      const call = holdFrame(open, head, body)
      if (call === null) return
      bytes += call.bytes - before
      if (call.close !== null) finished.push(call)
      makeRoom(call)
    },
    entries(limit = MAX_CALLS) {
      if (!Number.isInteger(limit) || limit < 1) throw badArgument('limit', limit, 'a positive integer')
      return finished.slice(-limit).map((call) => toEntry(decode(call), call.isCut))
    },
    isInFlight: (isSuch) => [...open.values()].some((call) => isSuch(requestText(call))),
    ended: (isSuch) =>
      finished
        .filter((call) => isSuch(requestText(call)))
        .map((call) => ({ call, record: decoder()(call, lane(), WITHOUT_RULES) })),
  }
}

const WITHOUT_RULES: DecodeOptions = { captureContent: true, redact: [], maxBodyBytes: MAX_BYTES }

function requestText({ request }: HeldCall): string {
  return typeof request === 'string' ? request : Buffer.from(request).toString('utf8')
}
