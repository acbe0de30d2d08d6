// Step 7 in the main thread: the frames of calls kept in memory until somebody decodes them. In: frames as they are appended.
// Out: whole calls. For what cannot wait for the worker: the conversation history, and the program's own redact function.

import type { CloseHead, FrameBody, FrameHead, OpenHead, PartHead } from '../frame.ts'
import { withKnown } from '../spool/answer-parts.ts'

/** Bytes of an answer, and the attempt that brought them where others may have. */
interface Piece {
  readonly bytes: string | Uint8Array
  readonly attempt: number | undefined
}

/** One call's frames. */
export interface HeldCall {
  readonly open: OpenHead
  request: string | Uint8Array
  answer: Piece[]
  close: CloseHead | null
  /** The frame of an answer that nobody reads. */
  known?: { readonly head: PartHead }
  /** Memory of request and answer, about. */
  bytes: number
  /** Its texts were given up: the call alone was too large. */
  isCut: boolean
}

/** Calls that wait for their end, by id, oldest first. */
export type HeldCalls = Map<string, HeldCall>

/** Adds a frame to its call. Returns the call; null for a frame of no known one. A close frame takes its call from `calls`. */
export function holdFrame(calls: HeldCalls, head: FrameHead, body: FrameBody | undefined): HeldCall | null {
  if (head.t === 'open') {
    const request = copyOf(body)
    const call: HeldCall = { open: head, request, answer: [], close: null, bytes: sizeOf(request), isCut: false }
    calls.set(head.id, call)
    return call
  }
  const call = head.t === 'lost' ? undefined : calls.get(head.id)
  if (call === undefined) return null
  if (body !== undefined && !call.isCut) {
    const piece = copyOf(body)
    call.answer.push({ bytes: piece, attempt: head.t === 'part' ? head.attempt : undefined })
    call.bytes += sizeOf(piece)
  }
  if (head.t === 'part' && head.known !== undefined) call.known = { head }
  if (head.t === 'close') {
    call.close = withKnown(head, call.known === undefined ? [] : [call.known])
    calls.delete(head.id)
  }
  return call
}

/** Gives up the texts of a call, what is still to come included. */
export function cutCall(call: HeldCall): void {
  Object.assign(call, { request: '', answer: [], bytes: 0, isCut: true } satisfies Partial<HeldCall>)
}

/** The bytes outlive this turn, the caller's buffer does not. */
function copyOf(body: FrameBody | undefined): string | Uint8Array {
  if (body === undefined) return ''
  if (typeof body === 'string') return body
  // Not `from`: it takes one byte after the other, 100 µs for 50 KB.
  return body instanceof Uint8Array ? new Uint8Array(body) : new Uint8Array(Buffer.concat(body))
}

/** A string of JavaScript takes one or two bytes a character: counted as the most it can be. */
function sizeOf(piece: string | Uint8Array): number {
  return typeof piece === 'string' ? piece.length * 2 : piece.byteLength
}
