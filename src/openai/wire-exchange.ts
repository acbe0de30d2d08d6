// Steps 3 and 4 by the wire: one HTTP request of an openai that is not patched, and its answer. In: what undici or node:http sends and
// receives, as it happens. Out: the same frames as the patch's; the answer's bytes still have their content-encoding. Main thread.
import { monotonicMs } from '../clock.ts'
import type { Status } from '../record.ts'
import { beginAttempt, beginCall, dropCall, endAttempt } from './call.ts'
import { settleCall } from './call-end.ts'
import { isAbort } from './call-error.ts'
import { FormReader } from './multipart.ts'
import type { Observer } from './observer.ts'
import type { Attempt, Call } from './open-calls.ts'
import { observe } from './tap.ts'
import { clientOf, type WireRequest } from './wire-request.ts'
import { isForm, mayRetry, retryWaitMs, takeWaiting, waitForNext } from './wire-retry.ts'

/** As in tap.ts: an answer whose body came too late is asked for again by openai ≥ 7, after at most 8 s. */
const RESEND_WAIT_MS = 10_000
const REDIRECT_WAIT_MS = 1000
const NOTHING = new Uint8Array()

export class Exchange {
  readonly #request: WireRequest
  readonly #at = monotonicMs()
  readonly #form: FormReader | null
  #call: Call | null
  #attempt: Attempt | null = null
  #observer: Observer | null = null
  #pieces: Uint8Array[] = []
  #body: Uint8Array = NOTHING
  #status = 0
  #redirect: string | null = null
  #isOver = false

  /** Begins a call in the caller's asynchronous context: what it belongs to is read now. */
  constructor(request: WireRequest) {
    this.#request = request
    this.#form = isForm(request) ? new FormReader() : null
    this.#call = beginCall(clientOf(request), request.sdk, 'wire')
    this.#isOver = this.#call === null
  }

  /** A form is told when it has left. */
  get isSent(): boolean {
    return this.#attempt !== null || this.#isOver
  }

  get hasHead(): boolean {
    return this.#status !== 0
  }

  /** A piece of the request's body, before it leaves. */
  sent(piece: Uint8Array): void {
    if (this.#form !== null) {
      this.#form.push(piece)
      this.#begin()
    } else if (!this.isSent) this.#pieces.push(piece)
  }

  /** The request's body is known: the open frame is written. */
  sentAll(): void {
    this.#begin()
  }

  /** The head of the answer. A 1xx is none. */
  answered(status: number, headers: { get(name: string): string | null }): void {
    if (status < 200) return
    this.#begin()
    const { call, attempt } = this.#open()
    if (call === null || attempt === null) return
    this.#status = status
    endAttempt(call, attempt, { status, headers, body: undefined })
    const location = status < 400 && status >= 300 ? headers.get('location') : null
    if (location !== null && URL.canParse(location, this.#request.url)) {
      this.#redirect = new URL(location, this.#request.url).href
      this.#pause('ok', undefined, REDIRECT_WAIT_MS)
    } else if (status < 400) {
      settleCall(call)
      if (!this.#mayBeResent(call)) this.#body = NOTHING
    }
  }

  /** Bytes of the answer, as received. */
  received(chunk: Uint8Array): void {
    if (this.#isOver) return
    this.#observer?.chunk(chunk)
  }

  /** The answer has come whole. */
  ended(): void {
    this.#over((observer) => observer.end())
  }

  /** The program has left the answer. */
  left(): void {
    this.#over((observer) => observer.leave())
  }

  /** The connection has broken, or the program has aborted; before the head or after it. */
  failed(error: unknown): void {
    this.#begin()
    const { call, attempt } = this.#open()
    if (call === null || attempt === null) return
    const hasLeft = isAbort(error)
    if (this.#status === 0) {
      endAttempt(call, attempt, null, error)
      this.#pauseForRetry(hasLeft ? 'aborted' : 'error', error)
    } else if (this.#status < 400 && hasLeft && this.#mayBeResent(call)) {
      this.#pause('aborted', undefined, RESEND_WAIT_MS)
    } else this.#over((observer) => (hasLeft ? observer.leave() : observer.fail(error)))
  }

  /** The SDK reads no more of this answer. An error answer it may have cut short to try again. */
  #over(tell: (observer: Observer) => void): void {
    const { call } = this.#open()
    if (call === null || this.#observer === null) return
    const isError = this.#status >= 400
    if (isError && mayRetry(this.#status, call.headers)) {
      this.#pauseForRetry('ok', undefined)
      return
    }
    call.settled = true
    this.#body = NOTHING
    if (isError) this.#observer.end()
    else tell(this.#observer)
  }

  #open(): { call: Call | null; attempt: Attempt | null } {
    if (this.#isOver || this.#call?.closed) return { call: null, attempt: null }
    return { call: this.#call, attempt: this.#attempt }
  }

  #begin(): void {
    if (this.isSent || this.#call === null) return
    const request = this.#request
    this.#body = this.#pieces.length === 1 ? (this.#pieces[0] as Uint8Array) : Buffer.concat(this.#pieces)
    this.#pieces = []
    const known = takeWaiting(request, this.#body)
    if (known !== null) {
      dropCall(this.#call)
      this.#call = known.call
    }
    if (known?.redirect) this.#attempt = resume(known.call, known.attempt)
    else this.#attempt = beginAttempt(this.#call, request.url, this.#init(), this.#at)
    const form = this.#form
    if (form !== null) this.#call.upload = () => form.fields() ?? undefined
    if (this.#attempt === null) this.#isOver = true
    else this.#observer = observe(this.#call, this.#attempt, undefined)
  }

  #init() {
    const { verb: method, headers } = this.#request
    if (this.#form !== null) return { method, headers, body: {} }
    return this.#body.byteLength === 0 ? { method, headers } : { method, headers, body: this.#body }
  }

  #mayBeResent(call: Call): boolean {
    if (Number.parseInt(this.#request.sdk ?? '', 10) < 7) return false
    return call.headers?.['content-type']?.includes('event-stream') !== true
  }

  #pauseForRetry(status: Status, error: unknown): void {
    this.#pause(status, error, retryWaitMs(this.#call?.headers, this.#call?.attempts.length ?? 1))
  }

  #pause(status: Status, error: unknown, waitMs: number): void {
    const { call, attempt } = this.#open()
    if (call === null || attempt === null) return
    this.#isOver = true
    waitForNext({
      request: this.#request,
      body: this.#body,
      call,
      attempt,
      status,
      error,
      redirect: this.#redirect,
      waitMs,
    })
  }
}

/** The attempt goes on with another request: a redirect, HTTP/1.1 in the place of HTTP/2. */
function resume(call: Call, attempt: Attempt): Attempt {
  call.answer.clear()
  call.ended = null
  call.busy = true
  return attempt
}
