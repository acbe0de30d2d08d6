// The calls of this thread that have begun and not ended, and the frames that go to each one's listeners. Main thread, hot path.
import type { AttemptHead, FrameBody, FrameContext, FrameHead } from '../frame.ts'
import { monotonicMs } from '../originals.ts'
import type { Status } from '../record.ts'
import type { Answer } from './answer.ts'
import { noteFailure } from './guard.ts'
import type { RequestInitLike } from './request.ts'
import type { Sink } from './sinks.ts'
import type { Upload } from './upload.ts'

/** One listener's share of a call: several providers each record it under an id of their own. */
export interface Leg {
  readonly sink: Sink
  readonly id: string
  readonly ctx: FrameContext | undefined
}

export interface Attempt extends AttemptHead {
  ms: number | null
  status: number | null
  requestId?: string
  retryAfter?: string
  error?: string
  code?: string
}

export interface Call {
  readonly client: object
  readonly sdk: string | null
  /** By the methods of its class, or by its requests (wire.ts). */
  readonly seen: 'patch' | 'wire'
  readonly at: number
  readonly t0: number
  legs: readonly Leg[]
  readonly attempts: Attempt[]
  readonly answer: Answer
  /** The outermost method of the SDK has given its response or its error. */
  settled: boolean
  /** The answer has ended, `ms` after the call's begin, and the SDK has not settled or not parsed it yet. */
  ended: { readonly status: Status; readonly error: unknown; readonly ms: number } | null
  /** How often the SDK parses the answer, or is about to. */
  parsingCount: number
  opened: boolean
  closed: boolean
  /** An attempt is under way: its request has left and its head has not come. */
  busy: boolean
  /** A request was made for it by `prepareRequest`. */
  linked: boolean
  /** Headers of the last attempt's answer. */
  headers: { readonly [name: string]: string } | undefined
  /** The last attempt's answer has a body that can be read. */
  hasBody: boolean
  /** What watches the last answer, until the sweep has registered it for collection: it lives as long as the answer can be read. */
  watcher: object | null
  /** The SDK's options of this call, once they are ready. */
  options: object | null
  /** Its neighbours in the list of open calls. */
  before: Call | null
  after: Call | null
  /** The request that the SDK has prepared and not sent yet. */
  prepared: { readonly url: string | undefined; readonly init: RequestInitLike } | null
  /** What is known of a body that leaves as a stream. */
  upload: Upload | null
  /** Values of secret fields of the request: its answer may echo them. */
  secrets: readonly string[]
  /** No model call: keys are made and listed there, and no prompt is in the answer. */
  isOther: boolean
  /** Waits for a possible re-send before an aborted body counts as the end (openai 7). */
  grace: NodeJS.Timeout | null
  idleSince: number
  /** Over a socket: the session it belongs to, as it was known at its end. */
  session?: string
}

/** A list that makes nothing when it grows or shrinks, as a Set does (stamp.ts, `openMarks`). */
class OpenCalls implements Iterable<Call> {
  size = 0
  #first: Call | null = null
  #last: Call | null = null

  add(call: Call): void {
    call.before = this.#last
    if (this.#last === null) this.#first = call
    else this.#last.after = call
    this.#last = call
    this.size++
  }

  delete(call: Call): void {
    const { before, after } = call
    if (before === null && this.#first !== call) return // not in the list
    if (before === null) this.#first = after
    else before.after = after
    if (after === null) this.#last = before
    else after.before = before
    call.before = null
    call.after = null
    this.size--
  }

  clear(): void {
    for (const call of this) this.delete(call)
  }

  /** As they are now: who walks through them may end any. */
  [Symbol.iterator](): Iterator<Call> {
    const calls: Call[] = []
    for (let call = this.#first; call !== null; call = call.after) calls.push(call)
    return calls[Symbol.iterator]()
  }
}

/** Calls that have begun and not ended, oldest first. */
export const openCalls = new OpenCalls()

/** Writes one frame to every listener of a call, each under its own id. */
export function emit(call: Call, head: (leg: Leg) => FrameHead, body: FrameBody | undefined): void {
  for (const leg of call.legs) {
    if (isResting(leg.sink)) continue
    try {
      leg.sink.append(head(leg), body)
    } catch (error) {
      noteFailure('append', error) // one listener's failure is not the others'
      countFailure(leg.sink)
    }
  }
}

/** A listener that has failed this often in a row is left out for a while: it may not switch observing off for the others. */
const MAX_SINK_FAILURES = 5
const SINK_REST_MS = 60_000
const sinkFailures = new WeakMap<Sink, { count: number; untilMs: number }>()

function countFailure(sink: Sink): void {
  const count = (sinkFailures.get(sink)?.count ?? 0) + 1
  const untilMs = count >= MAX_SINK_FAILURES ? monotonicMs() + SINK_REST_MS : 0
  sinkFailures.set(sink, { count: untilMs > 0 ? 0 : count, untilMs })
}

function isResting(sink: Sink): boolean {
  const known = sinkFailures.get(sink)
  return known !== undefined && monotonicMs() < known.untilMs
}

/** The head of the answer has come and the request is on disk: nobody needs its text here. Who asks again comes with the same options. */
export function letGoOfRequest(call: Call): void {
  call.prepared = null
  call.options = null
}

/** An answer that is no stream, of an openai that sends again when its body is late. */
export function mayComeBack(call: Call): boolean {
  const isStream = call.headers?.['content-type']?.includes('event-stream') === true
  return !isStream && 'parseResponseWithTimeout' in call.client
}

/** Takes a call that has ended from the list. */
export function leave(call: Call): void {
  openCalls.delete(call)
  letGoOfRequest(call)
  tellWhenQuiet()
}

let onQuiet: (() => void) | null = null

/** Says whether a call still has to come back through the wrapped methods: for its next attempt, or to be sent again (openai ≥ 7). */
export function isQuiet(): boolean {
  for (const call of openCalls) {
    if (call.seen === 'wire') continue
    if (!call.settled || mayComeBack(call)) return false
  }
  return true
}

/** Calls back once, as soon as `isQuiet`. A second listener replaces the first. */
export function whenQuiet(work: () => void): void {
  onQuiet = work
  tellWhenQuiet()
}

/** A call has got further: one comparison, unless somebody waits. */
export function tellWhenQuiet(): void {
  if (onQuiet === null || !isQuiet()) return
  const work = onQuiet
  onQuiet = null
  work()
}
