// The recorders of the programmatic API: one per set of options, shared by who asks for the same, ended when it has delivered
// all there is. In: options. Out: leases; flush and stats of all recorders of this thread. Main thread.

import type { Append } from '../frame.ts'
import type { Options } from '../options/options.ts'
import type { RedactRecord } from '../options/start-options.ts'
import { setTimeout, toJson } from '../originals.ts'
import type { FlushResult } from './flush.ts'
import { knownRecorder } from './known.ts'
import { openRecorder, type Recorder } from './recorder.ts'

/** A recorder that nobody uses is kept this long: programs make a provider per request. */
const LINGER_MS = 1000
const LOOK_MS = 500
const LIST = Symbol.for('neatlogs.recorders')

/** What flush and stats see, however many copies of neatlogs are loaded. */
interface Shared {
  /** Beside the process's own. */
  readonly live: Set<Recorder>
  /** Counts of the recorders that have ended. */
  ended: FlushResult
}

interface Pooled {
  readonly append: Append
  readonly recorder: Recorder
  inFlight: number
  users: number
}

/** A share in a recorder. */
export interface Lease {
  readonly append: Append
  /** Gives the share back; calls in flight may still append. */
  release(): void
}

const pool = new Map<string, Pooled>()
const functions = new Map<RedactRecord, number>()

/** Lends the recorder of these options. Nothing is opened on disk before its first frame. */
export function leaseRecorder(options: Options, redact: RedactRecord | undefined): Lease {
  const key = toJson([options, redact === undefined ? null : numberOf(redact)])
  const pooled = pool.get(key) ?? openPooled(key, options, redact)
  pooled.users++
  let isGiven = false
  return {
    append: pooled.append,
    release() {
      if (isGiven) return
      isGiven = true
      pooled.users--
      if (pooled.users === 0) setTimeout(() => retireUnused(key, pooled), LINGER_MS).unref()
    },
  }
}

function openPooled(key: string, options: Options, redact: RedactRecord | undefined): Pooled {
  const recorder = openRecorder(options, process.env, () => undefined, false, redact)
  sharedList().live.add(recorder)
  const pooled: Pooled = {
    recorder,
    append: countingAppend(recorder, (by) => (pooled.inFlight += by)),
    inFlight: 0,
    users: 0,
  }
  pool.set(key, pooled)
  return pooled
}

function countingAppend(recorder: Recorder, count: (by: number) => void): Append {
  return (head, body) => {
    if (head.t === 'open') count(1)
    else if (head.t === 'close') count(-1)
    return recorder.sink.append(head, body)
  }
}

function retireUnused(key: string, pooled: Pooled): void {
  if (pooled.users > 0 || pool.get(key) !== pooled) return
  pool.delete(key)
  retire(pooled.recorder, () => pooled.inFlight === 0)
}

/** Ends a recorder that gets no new calls, once those in flight have ended and all is delivered. Keeps no process alive. */
export function retire(recorder: Recorder, isQuiet: () => boolean): void {
  sharedList().live.add(recorder)
  const counts = recorder.stats()
  if (counts.pending > 0 || !isQuiet()) {
    setTimeout(() => retire(recorder, isQuiet), LOOK_MS).unref()
    return
  }
  recorder.close()
  const shared = sharedList()
  shared.live.delete(recorder)
  shared.ended = addCounts(shared.ended, counts)
}

function numberOf(redact: RedactRecord): number {
  const known = functions.get(redact) ?? functions.size
  functions.set(redact, known)
  return known
}

function sharedList(): Shared {
  const globals = globalThis as { [key: symbol]: unknown }
  const made: Shared = { live: new Set(), ended: { delivered: 0, pending: 0, dropped: 0, contentDropped: 0 } }
  if (globals[LIST] === undefined) Object.defineProperty(globalThis, LIST, { value: made, enumerable: false })
  return globals[LIST] as Shared
}

function allRecorders(): Recorder[] {
  const own = knownRecorder()?.recorder
  return [...sharedList().live, ...(own ? [own] : [])]
}

/**
 * Delivers all calls recorded so far by this thread, e.g. before a serverless function is frozen: `await flush()`. Resolves when
 * the destinations have taken them or have failed for now, at the latest after `timeoutMs` (default 30,000); never rejects.
 */
export async function flush(timeoutMs?: number): Promise<FlushResult> {
  await Promise.all(allRecorders().map((recorder) => recorder.flush(timeoutMs)))
  return stats()
}

/** Counts the calls recorded by this thread: delivered, waiting, and lost. Costs a few reads of memory. */
export function stats(): FlushResult {
  return allRecorders()
    .map((recorder) => recorder.stats())
    .reduce(addCounts, sharedList().ended)
}

function addCounts(one: FlushResult, other: FlushResult): FlushResult {
  return {
    delivered: one.delivered + other.delivered,
    pending: one.pending + other.pending,
    dropped: one.dropped + other.dropped,
    contentDropped: one.contentDropped + other.contentDropped,
  }
}
