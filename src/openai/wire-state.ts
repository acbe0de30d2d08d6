// What patch and wire know of each other, and undici's request as far as we touch it. Leaf of this folder: shapes, and the way to the
// thread's one state, which preload/watch-wire.ts makes. Main thread.
import type { AsyncLocalStorage } from 'node:async_hooks'

/** An attempt that the patch records: the wire must find it again, and leave it. */
export interface Claim {
  readonly verb: string
  readonly url: string
  /** Of its request, as the SDK gave them. */
  readonly headers: unknown
  /** The request in which the wire has found it. */
  request: object | null
  /** Where its request was sent on to. */
  redirect: string | null
  isOpen: boolean
  /** Of the attempt alone: who sends it listens to it. Null where `fetch` sends at once. */
  readonly signal: AbortSignal | null
  /** Its signal has told of its request. */
  isTouched: boolean
  /** The program's own `fetch`, through which it is sent; null for Node's and node-fetch's, which send at once. */
  readonly by: object | null
  /** Its request was found by something else than the call in progress. */
  isLate: boolean
  readonly before: Claim | null
  readonly storage: AsyncLocalStorage<Claim | undefined> | null
  readonly stored: Claim | undefined
}

/** What patch and wire know of each other, one per thread, whichever copies of neatlogs are loaded. */
export interface WireState {
  /** Node's own `fetch`, before the program could replace it. */
  readonly fetch: unknown
  /** The attempt whose `fetch` is being called right now. */
  current: Claim | null
  /** The attempt to whose signal somebody has just begun to listen. */
  touched: Claim | null
  /** Attempts whose head has not come. A list: a Set makes a new table for each call (stamp.ts, `openMarks`). */
  readonly open: Claim[]
  storage: AsyncLocalStorage<Claim | undefined> | null
  /** The wire has recorded a call that the patch did not: the same may be sent by both. Absent: not yet. */
  hasOthers?: boolean
}

/** What we touch of undici's own request. */
export interface UndiciRequest {
  readonly method: string
  readonly origin: unknown
  readonly path: string
  /** Names and values in turn; one text before undici 6. */
  readonly headers: readonly unknown[] | string
  readonly body: unknown
  readonly contentLength: number | null
}

const WIRE = Symbol.for('neatlogs.wire')

let known: WireState | undefined

/** The thread's state, which stays the same once it is there; undefined when nobody watches the wire. */
export function wireState(): WireState | undefined {
  known ??= (globalThis as { [key: symbol]: unknown })[WIRE] as WireState | undefined
  return known
}
