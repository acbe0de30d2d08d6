// The recorders of the programmatic API: one per set of options, shared by who asks for the same, ended when it has delivered
// all there is. In: options. Out: leases. Main thread.

import type { Append } from '../frame.ts'
import type { Options } from '../options/options.ts'
import type { RedactRecord } from '../options/start-options.ts'
import { setTimeout, toJson } from '../originals.ts'
import { addCounts, sharedList } from './all.ts'
import { openRecorder, type Recorder } from './recorder.ts'

/** A recorder that nobody uses is kept this long: programs make a provider per request. */
const LINGER_MS = 1000
const LOOK_MS = 500

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
