// Step 4, tap: the same Response, observed as the program reads it. In: an attempt's response. Out: the answer's bytes and
// its end, told to the call. No byte is read that the program does not read. Main thread.
import { monotonicMs } from '../clock.ts'
import { runtimeOf } from '../node-features.ts'
import { clearInterval, outside, setInterval, setTimeout, wallMs } from '../originals.ts'
import { flushPart } from './call.ts'
import { closeCall, closeEnded, endAnswer, noteEnd } from './call-end.ts'
import { isAbort } from './call-error.ts'
import { noteFailure } from './guard.ts'
import type { Observer } from './observer.ts'
import { type Attempt, type Call, openCalls } from './open-calls.ts'
import { isNodeStream, type ResponseLike } from './response.ts'
import { tapNodeBody } from './tap-node.ts'
import { canTapWebBody, tapClone, tapWebBody } from './tap-web.ts'
import { tapWholeBody } from './tap-whole.ts'

/** An aborted body of openai ≥ 7 may be its body timeout, which re-sends after at most 8 s: the end waits for that. */
const RESEND_GRACE_MS = 10_000
/** Looking after open answers: part frames of stalled streams, answers nobody reads. */
const SWEEP_MS = 1000
/** An answer that nobody has read for this long ends as `incomplete`. */
const UNREAD_LIMIT_MS = 10 * 60_000

/** Bun and Deno read a body that is asked for whole past the public methods of its stream. */
const IS_NODE = runtimeOf() === 'node'

const collected = new FinalizationRegistry<() => void>((close) => close())
let sweeper: NodeJS.Timeout | null = null

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
export function observe(call: Call, attempt: Attempt, signal: AbortSignal | undefined): Observer {
  sweepOpenCalls()
  return new AnswerObserver(call, attempt, signal)
}

/** Looks after open answers, every second, until none is open. */
export function sweepOpenCalls(): void {
  sweeper ??= outside(() => setInterval(sweep, SWEEP_MS).unref())
}

/** A class for its one object per call, where closures would be six: most of what a call costs is memory to be collected. */
class AnswerObserver implements Observer {
  readonly #call: Call
  readonly #attempt: Attempt
  readonly #signal: AbortSignal | undefined

  constructor(call: Call, attempt: Attempt, signal: AbortSignal | undefined) {
    this.#call = call
    this.#attempt = attempt
    this.#signal = signal
  }

  chunk(bytes: Uint8Array): void {
    try {
      if (this.#isLast() && this.#call.answer.push(bytes)) flushPart(this.#call)
    } catch (error) {
      noteFailure('tap_chunk', error)
    }
  }

  whole(body: string | Uint8Array): void {
    try {
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

function closeLate(call: Call): void {
  try {
    closeEnded(call)
  } catch (failure) {
    noteFailure('tap_end', failure)
  }
}

function sweep(): void {
  const now = wallMs()
  for (const call of openCalls) {
    if (!call.settled) continue
    watchCollection(call)
    if (call.ended !== null) {
      // Parsing takes no time, and sending again at most 8 s: the SDK has lost it.
      if (monotonicMs() - call.t0 - call.ended.ms > RESEND_GRACE_MS) closeLate(call)
    } else if (call.answer.pendingBytes > 0) {
      call.idleSince = now
      flushPart(call)
      // A thousand open streams need no thousand buffers.
      if (call.answer.pendingBytes === 0) call.answer.release()
    } else if (now - call.idleSince > UNREAD_LIMIT_MS) {
      const attempt = call.attempts.at(-1)
      if (attempt) endAnswer(call, attempt, 'incomplete')
    }
  }
  if (openCalls.size > 0) return
  if (sweeper !== null) clearInterval(sweeper)
  sweeper = null
}

/**
 * An answer that the program has let go, read or unread, ends its call. Registered when it is still open after a second: most
 * answers have ended by then, and registering costs as much as the rest of the tap. What is registered is our own watcher, which whatever can be
 * read of the answer holds: V8 keeps what is registered until a full collection, and a response with its body is a hundred times as large.
 */
function watchCollection(call: Call): void {
  const { watcher } = call
  const attempt = call.attempts.at(-1)
  if (watcher === null || attempt === undefined) return
  call.watcher = null
  collected.register(watcher, () => endAnswer(call, attempt, 'incomplete'))
}

/** At exit: what is open ends with what arrived. */
export function closeOpenCalls(): void {
  for (const call of openCalls) {
    call.settled = true
    if (call.ended !== null) closeLate(call)
    else if (call.attempts.length > 0) closeCall(call, 'incomplete')
  }
}

function isWebStream(body: unknown): body is ReadableStream<Uint8Array> {
  return typeof (body as { getReader?: unknown } | null)?.getReader === 'function'
}
