// Step 3, call: one API call in flight, from its begin through its attempts to its end. In: what the wrapped methods see.
// Out: an `open` frame before the request leaves, `part` frames, one `close` frame. Main thread, hot path.
import { epochMs, monotonicMs, uuid7 } from '../clock.ts'
import { currentContext, mergeContext } from '../context.ts'
import { isInference } from '../decode/endpoints.ts'
import type { CloseHead, FrameBody, OpenHead } from '../frame.ts'
import type { Status } from '../record.ts'
import { Answer } from './answer.ts'
import { describeError, errorName, maskKey } from './call-error.ts'
import { type Attempt, type Call, emit, leave, openCalls, tellWhenQuiet } from './open-calls.ts'
import { describeRequest, type RequestInitLike } from './request.ts'
import { watchForm } from './request-form.ts'
import { isNodeStream, keepHeaders, type ResponseLike } from './response.ts'
import { currentSinks } from './sinks.ts'

/** Begins a call, or returns null when nobody listens. */
export function beginCall(client: object, sdk: string | null): Call | null {
  const sinks = currentSinks()
  if (sinks.length === 0) return null
  const at = epochMs()
  const shared = currentContext()
  const call: Call = {
    client,
    sdk,
    at,
    t0: monotonicMs(),
    legs: sinks.map((sink) => ({ sink, id: uuid7(at), ctx: mergeContext(sink.context?.(), shared) })),
    attempts: [],
    answer: new Answer(),
    settled: false,
    ended: null,
    opened: false,
    closed: false,
    busy: false,
    linked: false,
    headers: undefined,
    hasBody: false,
    response: null,
    options: null,
    links: [],
    form: null,
    grace: null,
    idleSince: at,
  }
  openCalls.add(call)
  return call
}

/** An attempt begins: its request is about to leave. Writes the open frame first. Returns null when it is not to be recorded. */
export function beginAttempt(call: Call, url: string, init: RequestInitLike): Attempt | null {
  if (call.closed) return null
  if (!call.opened && !openFrame(call, url, init)) return null
  const attempt: Attempt = { at: monotonicMs() - call.t0, ms: null, status: null }
  call.attempts.push(attempt)
  call.answer.clear()
  call.ended = null
  call.busy = true
  call.linked = false
  return attempt
}

function openFrame(call: Call, url: string, init: RequestInitLike): boolean {
  const request = describeRequest(url, init)
  if (!isInference(request.verb, request.path)) {
    call.legs = call.legs.filter((leg) => leg.sink.captureAll)
    if (call.legs.length === 0) {
      dropCall(call)
      return false
    }
  }
  if (isNodeStream(init.body)) call.form = watchForm(init.body)
  const head = {
    t: 'open',
    at: call.at,
    provider: 'openai',
    sdk: call.sdk,
    verb: request.verb,
    url: request.url,
    ...(request.helper === undefined ? {} : { helper: request.helper }),
    body: request.kind,
  } as const
  emit(call, (leg): OpenHead => ({ ...head, id: leg.id, ...(leg.ctx ? { ctx: leg.ctx } : {}) }), request.body)
  call.opened = true
  return true
}

/** The attempt's head has come, or its error instead. */
export function endAttempt(call: Call, attempt: Attempt, response: ResponseLike | null, error?: unknown): void {
  call.busy = false
  attempt.ms = monotonicMs() - call.t0 - attempt.at
  if (response === null) {
    attempt.error = errorName(error)
    return
  }
  attempt.status = response.status
  call.headers = keepHeaders(response)
  call.hasBody = response.status !== 204 && call.headers?.['content-length'] !== '0' && response.body !== null
  call.response = response as object
  const { 'x-request-id': requestId, 'retry-after': retryAfter } = call.headers ?? {}
  if (requestId) attempt.requestId = requestId
  if (retryAfter) attempt.retryAfter = retryAfter
}

/** The SDK gave the response to its own parsing: from here the call ends with the answer's body. */
export function settleCall(call: Call): void {
  call.settled = true
  call.idleSince = epochMs()
  if (call.ended !== null) closeCall(call, call.ended.status, call.ended.error)
  else if (!call.hasBody) closeCall(call, 'ok')
  else tellWhenQuiet()
}

/** The user gets `error` from the SDK: the call ends with it. */
export function failCall(call: Call, error: unknown): void {
  if (call.closed) return
  for (const leg of call.legs) leg.sink.onError?.(error)
  if (!call.opened && !openFrame(call, ...unsentRequest(call))) return
  closeCall(call, errorName(error) === 'APIUserAbortError' ? 'aborted' : 'error', error)
}

/** A call that failed before it had a request is told by its options: the SDK's own, once it has them. */
function unsentRequest({ client, options }: Call): readonly [string, RequestInitLike] {
  const { baseURL } = client as { baseURL?: unknown }
  const { path, method } = (options ?? {}) as { path?: unknown; method?: unknown }
  const url = `${typeof baseURL === 'string' ? baseURL.replace(/\/$/, '') : ''}${typeof path === 'string' ? path : ''}`
  return [url, { method: typeof method === 'string' ? method : 'POST' }]
}

/** The answer of `attempt` has been read to its end, left, or broken. */
export function endAnswer(call: Call, attempt: Attempt, status: Status, error?: unknown): void {
  if (call.closed || attempt !== call.attempts.at(-1)) return
  if (!call.settled) {
    call.ended = { status, error }
    return
  }
  closeCall(call, status, error)
}

/** What the close frame holds of the answer. A server may echo the client's key in an error: it is masked before the disk. */
function takeAnswer(call: Call, attempt: Attempt | undefined): FrameBody | undefined {
  const bytes = call.answer.take()
  if (bytes === undefined || (attempt?.status ?? 0) < 400) return bytes
  return maskKey(typeof bytes === 'string' ? bytes : Buffer.from(bytes as Uint8Array).toString('utf8'), call.client)
}

/** Writes the close frame. A second call does nothing. */
export function closeCall(call: Call, status: Status, error?: unknown): void {
  if (call.closed) return
  call.closed = true
  leave(call)
  if (call.grace !== null) clearTimeout(call.grace)
  const attempt = call.attempts.at(-1)
  call.response = null
  const head: { -readonly [Key in keyof CloseHead]: CloseHead[Key] } = {
    t: 'close',
    id: '',
    status,
    ms: monotonicMs() - call.t0,
    attempts: call.attempts,
  }
  if (call.answer.firstAtMs !== null) head.firstChunkMs = call.answer.firstAtMs - call.t0
  if (attempt?.status != null) head.httpStatus = attempt.status
  if (call.headers) head.headers = call.headers
  if (error !== undefined) head.error = describeError(error, call.client)
  const form = call.form?.()
  if (form) head.form = form
  if (call.answer.cutBytes > 0) head.cut = call.answer.cutBytes
  emit(call, (leg): CloseHead => ({ ...head, id: leg.id }), takeAnswer(call, attempt))
  call.answer.release()
}

/** Writes what an answer has sent so far, so that a kill cannot take it. */
export function flushPart(call: Call): void {
  if (!call.opened || call.closed || !call.settled) return
  const bytes = call.answer.take()
  const attempt = call.attempts.length - 1
  if (bytes !== undefined) emit(call, (leg) => ({ t: 'part', id: leg.id, attempt }), bytes)
}

/** Forgets a call that is not to be recorded. */
function dropCall(call: Call): void {
  call.closed = true
  leave(call)
}
