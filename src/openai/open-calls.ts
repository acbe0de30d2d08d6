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
  watcher: Watcher | null
  /** What is left of it while nobody reads its answer: it is in no list then, and goes with the answer. */
  parked: Parked | null
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

/** What is left of a call whose answer nobody reads (parked.ts), for one of its listeners. */
export interface Parked {
  readonly sink: Sink
  readonly id: string
  readonly t0: number
  readonly mayReturn: boolean
  isOver: boolean
  /** The same call for its next listener. */
  readonly also: Parked | null
  before: Parked | null
  after: Parked | null
}

/** What watches an answer. */
export interface Watcher {
  /** An object that whoever can read the answer holds; null when somebody has begun to read. */
  unasked(): object | null
}

interface Neighbour<Item> {
  before: Item | null
  after: Item | null
}

/** A list that makes nothing when it grows or shrinks, as a Set does (stamp.ts, `openMarks`). */
export class Chain<Item extends Neighbour<Item>> implements Iterable<Item> {
  size = 0
  first: Item | null = null
  #last: Item | null = null

  add(item: Item): void {
    item.before = this.#last
    if (this.#last === null) this.first = item
    else this.#last.after = item
    this.#last = item
    this.size++
  }

  delete(item: Item): void {
    const { before, after } = item
    if (before === null && this.first !== item) return // not in the list
    if (before === null) this.first = after
    else before.after = after
    if (after === null) this.#last = before
    else after.before = before
    item.before = null
    item.after = null
    this.size--
  }

  clear(): void {
    for (const item of this) this.delete(item)
  }

  /** As they are now: who walks through them may end any. */
  [Symbol.iterator](): Iterator<Item> {
    const items: Item[] = []
    for (let item = this.first; item !== null; item = item.after) items.push(item)
    return items[Symbol.iterator]()
  }
}

/** Calls that have begun and not ended, oldest first. */
export const openCalls = new Chain<Call>()

/** Writes one frame to every listener of a call, each under its own id. */
export function emit(call: Call, head: (leg: Leg) => FrameHead, body: FrameBody | undefined): void {
  for (const leg of call.legs) emitTo(leg.sink, head(leg), body)
}

/** Writes one frame to one listener. */
export function emitTo(sink: Sink, head: FrameHead, body: FrameBody | undefined): void {
  if (isResting(sink)) return
  try {
    sink.append(head, body)
  } catch (error) {
    noteFailure('append', error) // one listener's failure is not the others'
    countFailure(sink)
  }
}

/** A listener that has failed this often in a row is left out for a while: it may not switch observing off for the others. */
const MAX_SINK_FAILURES = 5
const SINK_REST_MS = 60_000
const sinkFailures = new WeakMap<Sink, { count: number; untilMs: number }>()

let hasFailed = false

function countFailure(sink: Sink): void {
  hasFailed = true
  const count = (sinkFailures.get(sink)?.count ?? 0) + 1
  const untilMs = count >= MAX_SINK_FAILURES ? monotonicMs() + SINK_REST_MS : 0
  sinkFailures.set(sink, { count: untilMs > 0 ? 0 : count, untilMs })
}

function isResting(sink: Sink): boolean {
  if (!hasFailed) return false
  const known = sinkFailures.get(sink)
  return known !== undefined && monotonicMs() < known.untilMs
}

/** The head of the answer has come and the request is on disk: nobody needs its text here. Who asks again comes with the same options. */
export function letGoOfRequest(call: Call): void {
  call.prepared = null
  call.options = null
}
