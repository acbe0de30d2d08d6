// Step 3, call: one API call in flight, from its begin through its attempts; call-end.ts ends it. In: what the wrapped methods see.
// Out: an `open` frame before the request leaves, `part` frames. Main thread, hot path.
import { epochMs, monotonicMs, uuid7 } from '../clock.ts'
import { currentContext } from '../context.ts'
import { kindOf } from '../decode/endpoints.ts'
import type { OpenHead } from '../frame.ts'
import { fieldOf } from '../safe-text.ts'
import { Answer } from './answer.ts'
import { takePart } from './answer-mask.ts'
import { contextOfCall } from './call-context.ts'
import { causeCode, errorName } from './call-error.ts'
import { type Attempt, type Call, emit, type Leg, openCalls } from './open-calls.ts'
import { secretsOfCall } from './own-secrets.ts'
import { leave } from './quiet.ts'
import { describeRequest, type RequestDescription, type RequestInitLike } from './request.ts'
import { keepHeaders, type ResponseLike } from './response.ts'
import { currentSinks } from './sinks.ts'
import { watchUpload } from './upload.ts'

/** Begins a call, or returns null when nobody listens. */
export function beginCall(client: object, sdk: string | null, seen: 'patch' | 'wire' = 'patch'): Call | null {
  const sinks = currentSinks()
  if (sinks.length === 0) return null
  const at = epochMs()
  const shared = currentContext()
  const call: Call = {
    client,
    sdk,
    seen,
    at,
    t0: monotonicMs(),
    legs: sinks.map((sink) => ({ sink, id: uuid7(at), ctx: contextOfCall(sink.context?.(), shared) })),
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
    watcher: null,
    parked: null,
    options: null,
    before: null,
    after: null,
    secrets: [],
    isOther: false,
    upload: null,
    prepared: null,
    parsingCount: 0,
    grace: null,
    idleSince: at,
  }
  openCalls.add(call)
  return call
}

/** An attempt begins: its request is about to leave. Writes the open frame first. Returns null when it is not to be recorded. */
export function beginAttempt(
  call: Call,
  url: string,
  init: RequestInitLike,
  atMs: number = monotonicMs(),
): Attempt | null {
  if (call.closed) return null
  if (!call.opened && !openFrame(call, url, init)) return null
  const attempt: Attempt = { at: atMs - call.t0, ms: null, status: null }
  call.attempts.push(attempt)
  call.answer.clear()
  call.ended = null
  call.busy = true
  call.linked = false
  return attempt
}

/** Writes the open frame. Returns false when the call is not to be recorded. */
export function openFrame(call: Call, url: string, init: RequestInitLike): boolean {
  const request = describeRequest(url, init)
  const own = secretsOfCall(call.options, url)
  call.secrets = own.length === 0 ? request.secrets : [...request.secrets, ...own]
  const kind = kindOf(request.verb, request.path)
  call.isOther = kind === 'none'
  if (call.isOther) {
    call.legs = call.legs.filter((leg) => leg.sink.captureAll)
    if (call.legs.length === 0) {
      dropCall(call)
      return false
    }
  }
  call.upload = watchUpload(init.body)
  const isUnsure = kind === 'unsure'
  emit(call, (leg) => openHead(call, leg, request, isUnsure && !leg.sink.captureAll), request.body)
  call.opened = true
  return true
}

/** Field by field: spreading objects into each other takes as long as the rest of it. */
function openHead({ at, sdk, seen }: Call, { id, ctx }: Leg, request: RequestDescription, isUnsure: boolean): OpenHead {
  const { verb, url, helper, kind } = request
  const head: { -readonly [Key in keyof OpenHead]: OpenHead[Key] } = {
    t: 'open',
    at,
    provider: 'openai',
    sdk,
    verb,
    url,
    body: kind,
    id,
  }
  if (helper !== undefined) head.helper = helper
  if (seen === 'wire') head.seen = seen
  if (ctx !== undefined) head.ctx = ctx
  if (isUnsure) head.unsure = true
  return head
}

/** The attempt's head has come, or its error instead. */
export function endAttempt(call: Call, attempt: Attempt, response: ResponseLike | null, error?: unknown): void {
  call.busy = false
  attempt.ms = monotonicMs() - call.t0 - attempt.at
  if (response === null) {
    attempt.error = errorName(error)
    const code = causeCode(error)
    if (code !== null) attempt.code = code
    return
  }
  const status = fieldOf(response, 'status')
  attempt.status = typeof status === 'number' ? status : null
  call.headers = keepHeaders(response)
  call.hasBody = status !== 204 && call.headers?.['content-length'] !== '0' && fieldOf(response, 'body') !== null
  const { 'x-request-id': requestId, 'retry-after': retryAfter } = call.headers ?? {}
  if (requestId) attempt.requestId = requestId
  if (retryAfter) attempt.retryAfter = retryAfter
}

/** Writes what an answer has sent so far, so that a kill cannot take it. */
export function flushPart(call: Call): void {
  if (!call.opened || call.closed || !call.settled) return
  const part = takePart(call)
  if (part === null) return
  const attempt = call.attempts.length - 1
  emit(call, (leg) => ({ t: 'part', id: leg.id, attempt }), part.bytes)
  call.answer.putBack(part.rest)
}

/** Forgets a call that is not to be recorded. */
export function dropCall(call: Call): void {
  call.closed = true
  leave(call)
}
