// Step 3, call: how one API call ends. In: what the wrapped methods, the taps and the SDK's parsing tell. Out: its `close` frame, with
// the state and the time of when it happened. Main thread, hot path.

import { monotonicMs } from '../clock.ts'
import type { CloseHead } from '../frame.ts'
import { clearTimeout } from '../originals.ts'
import type { Status } from '../record.ts'
import { maskAnswer, maskAttempts, maskForm, maskHeaders, secretsOf } from './answer-mask.ts'
import { openFrame } from './call.ts'
import { describeError, isAbort } from './call-error.ts'
import { letComeBack } from './link.ts'
import { type Attempt, type Call, emit, letGoOfRequest } from './open-calls.ts'
import { unpark } from './parked.ts'
import { leave, tellWhenQuiet } from './quiet.ts'
import { unsentRequest } from './unsent.ts'

/** The SDK gave the response to its own parsing: from here the call ends with the answer's body. */
export function settleCall(call: Call): void {
  call.settled = true
  call.idleSince = call.at + monotonicMs() - call.t0
  letComeBack(call)
  letGoOfRequest(call)
  if (call.ended === null && !call.hasBody) noteEnd(call, 'ok')
  if (call.ended === null) tellWhenQuiet()
  else if (call.parsingCount === 0) closeEnded(call)
}

/** The user gets `error` from the SDK: the call ends with it. */
export function failCall(call: Call, error: unknown): void {
  if (call.closed) return
  for (const leg of call.legs) leg.sink.onError?.(error)
  if (!call.opened && !openFrame(call, ...unsentRequest(call))) return
  closeCall(call, isAbort(error) ? 'aborted' : 'error', error)
}

/** The SDK has made of the answer what the program gets: a call whose answer was read before has ended. */
export function parsedCall(call: Call): void {
  call.parsingCount--
  if (call.parsingCount === 0 && call.settled) closeEnded(call)
}

/** The answer of `attempt` has been read to its end, left, or broken. Until the SDK has parsed it, it may still fail. */
export function endAnswer(call: Call, attempt: Attempt, status: Status, error?: unknown): void {
  if (call.closed || attempt !== call.attempts.at(-1)) return
  if (call.settled && call.parsingCount === 0) closeCall(call, status, error)
  else noteEnd(call, status, error)
}

/** Notes how and when a call has ended that may not be closed yet. */
export function noteEnd(call: Call, status: Status, error?: unknown): void {
  call.ended = { status, error, ms: monotonicMs() - call.t0 }
}

/** Closes a call as it was noted to have ended; does nothing when it has not. */
export function closeEnded(call: Call): void {
  if (call.ended !== null) closeCall(call, call.ended.status, call.ended.error, call.ended.ms)
}

/** Writes the close frame. A second call does nothing. `ms`: when it ended, since its begin; default now. */
export function closeCall(call: Call, status: Status, error?: unknown, ms = monotonicMs() - call.t0): void {
  unpark(call)
  if (call.closed) return
  call.closed = true
  leave(call)
  if (call.grace !== null) clearTimeout(call.grace)
  const attempt = call.attempts.at(-1)
  call.watcher = null
  const head: { -readonly [Key in keyof CloseHead]: CloseHead[Key] } = {
    t: 'close',
    id: call.legs[0]?.id ?? '', // one listener, as a rule
    status,
    ms,
    attempts: call.attempts,
  }
  if (call.answer.firstAtMs !== null) head.firstChunkMs = call.answer.firstAtMs - call.t0
  const marks = call.answer.marksSince(call.t0)
  if (marks !== undefined) head.marks = marks
  if (attempt?.status != null) head.httpStatus = attempt.status
  const secrets = secretsOf(call)
  const answer = maskAnswer(call, call.answer.take(), secrets)
  if (call.headers) head.headers = maskHeaders(call, call.headers, secrets)
  maskAttempts(call, secrets)
  if (error !== undefined) head.error = describeError(error, call.client, call.secrets)
  if (call.session !== undefined) head.session = call.session
  const upload = call.upload?.()
  if (upload) head.form = maskForm(upload)
  if (call.answer.cutBytes > 0) head.cut = call.answer.cutBytes
  emit(call, ({ id }): CloseHead => (id === head.id ? head : { ...head, id }), answer)
  call.answer.release()
}
