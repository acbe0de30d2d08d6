// Step 4, tap: the same Response, observed as the program reads it. In: an attempt's response. Out: the answer's bytes and
// its end, told to the call. No byte is read that the program does not read. Main thread.
import { runtimeOf } from '../node-features.ts'
import { setTimeout } from '../originals.ts'
import { flushPart } from './call.ts'
import { endAnswer, noteEnd } from './call-end.ts'
import { isAbort } from './call-error.ts'
import { noteFailure } from './guard.ts'
import type { Observer } from './observer.ts'
import type { Attempt, Call, Watcher } from './open-calls.ts'
import { unpark } from './parked.ts'
import { isNodeStream, type ResponseLike } from './response.ts'
import { closeLate, planParking, RESEND_GRACE_MS, sweepOpenCalls } from './sweep.ts'
import { tapNodeBody } from './tap-node.ts'
import { canTapWebBody, tapClone, tapWebBody } from './tap-web.ts'
import { tapWholeBody } from './tap-whole.ts'

/** Bun and Deno read a body that is asked for whole past the public methods of its stream. */
const IS_NODE = runtimeOf() === 'node'

/** Watches one response. Returns nothing: the program keeps the very object. */
export function tapResponse(
  response: ResponseLike,
  call: Call,
  attempt: Attempt,
  signal: AbortSignal | undefined,
): void {
  const observer = observe(call, attempt, signal)
  call.watcher = observer
  const body = response.body
  if (isNodeStream(body)) tapNodeBody(body, observer)
  else if (isWebStream(body) && canTapWebBody(body)) {
    tapWebBody(body, observer)
    tapClone(response, observer)
    if (!IS_NODE) tapWholeBody(response, observer)
  } else if (body !== null) tapWholeBody(response, observer)
}

/** Starts to watch the answer of one attempt. */
export function observe(call: Call, attempt: Attempt, signal: AbortSignal | undefined): Observer & Watcher {
  sweepOpenCalls()
  planParking()
  return new AnswerObserver(call, attempt, signal)
}

class Token {}

/** A class for its one object per call, where closures would be six: most of what a call costs is memory to be collected. */
class AnswerObserver implements Observer, Watcher {
  readonly #call: Call
  readonly #attempt: Attempt
  readonly #signal: AbortSignal | undefined
  #isAsked = false
  #token: object | null = null

  constructor(call: Call, attempt: Attempt, signal: AbortSignal | undefined) {
    this.#call = call
    this.#attempt = attempt
    this.#signal = signal
  }

  ask(): void {
    this.#isAsked = true
    unpark(this.#call)
  }

  /** Nothing hangs on it: V8 keeps what is registered until a full collection. */
  unasked(): object | null {
    if (this.#isAsked) return null
    this.#token ??= new Token()
    return this.#token
  }

  chunk(bytes: Uint8Array): void {
    try {
      if (!this.#isAsked) this.ask()
      if (this.#isLast() && this.#call.answer.push(bytes)) flushPart(this.#call)
    } catch (error) {
      noteFailure('tap_chunk', error)
    }
  }

  whole(body: string | Uint8Array): void {
    try {
      if (!this.#isAsked) this.ask()
      if (!this.#isLast()) return
      this.#call.answer.setWhole(body)
      endAnswer(this.#call, this.#attempt, 'ok')
    } catch (error) {
      noteFailure('tap_whole', error)
    }
  }

  end(): void {
    finish(this.#call, this.#attempt, 'ok')
  }

  leave(): void {
    finish(this.#call, this.#attempt, 'aborted')
  }

  fail(error: unknown): void {
    unpark(this.#call)
    if (!this.#isLast()) return
    if (!isAbort(error)) finish(this.#call, this.#attempt, 'error', error)
    else if (mayResend(this.#call, this.#signal)) waitForResend(this.#call)
    else finish(this.#call, this.#attempt, 'aborted')
  }

  #isLast(): boolean {
    const { closed, attempts } = this.#call
    return !closed && this.#attempt === attempts[attempts.length - 1]
  }
}

function finish(call: Call, attempt: Attempt, status: 'ok' | 'aborted' | 'error', error?: unknown): void {
  try {
    endAnswer(call, attempt, status, error)
  } catch (failure) {
    noteFailure('tap_end', failure)
  }
}

function mayResend(call: Call, signal: AbortSignal | undefined): boolean {
  if (!call.settled || signal?.aborted || !('parseResponseWithTimeout' in call.client)) return false
  return !call.headers?.['content-type']?.includes('event-stream')
}

/** It has timed out, now; that it is sent again, or not, is known later. Where the SDK's parsing is watched, that tells. */
function waitForResend(call: Call): void {
  if (call.ended !== null) return
  noteEnd(call, 'error', Object.assign(new Error('Request timed out.'), { name: 'APIConnectionTimeoutError' }))
  if (call.parsingCount > 0) return
  call.grace = setTimeout(() => closeLate(call), RESEND_GRACE_MS).unref()
}

function isWebStream(body: unknown): body is ReadableStream<Uint8Array> {
  return typeof (body as { getReader?: unknown } | null)?.getReader === 'function'
}
