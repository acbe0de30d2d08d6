// All recorders of this thread, as `flush` and `stats` see them, however many copies of neatlogs are loaded. Main thread.
import type { FlushResult } from './flush.ts'
import { knownRecorder } from './known.ts'
import type { Recorder } from './recorder.ts'

const LIST = Symbol.for('neatlogs.recorders')

/** What flush and stats see, however many copies of neatlogs are loaded. */
interface Shared {
  /** Beside the process's own. */
  readonly live: Set<Recorder>
  /** Counts of the recorders that have ended. */
  ended: FlushResult
}

/** The list of this thread, whichever copy made it. */
export function sharedList(): Shared {
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

/** Adds up what two recorders count. */
export function addCounts(one: FlushResult, other: FlushResult): FlushResult {
  return {
    delivered: one.delivered + other.delivered,
    pending: one.pending + other.pending,
    dropped: one.dropped + other.dropped,
    contentDropped: one.contentDropped + other.contentDropped,
  }
}
