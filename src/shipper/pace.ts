// How fast one destination is sent to: pauses after failures, requests in flight, size of a batch. In: what became of requests.
// Out: when the next may leave, how many at once, how large. A server can make us slower than our own pauses, never faster. Pure. Worker.
import { PAUSE_MS, retryDelayMs } from './retry.ts'

/** Requests in flight to a server that takes what it gets: enough for 1,000 calls of 5 KB a second at 500 ms. */
const MAX_IN_FLIGHT = 8
const FIRST_IN_FLIGHT = 2
/** So many answers in a row that refuse for good: then it is not the records that are at fault. */
const FEW_REFUSALS = 8
/** A batch is never planned smaller than this share of its limits by time-outs; one record always goes. */
const LEAST_SHARE = 1 / 4096
const MOST_PATIENCE = 4
/** A key that is refused is asked again soon, with other records: a firewall may have refused one of them. */
export const FEW_PAUSES = 2
/** While somebody waits, the pause between two tries, and how many of them a server is worth that does not take anything. */
export const DRAIN_DELAY_MS = 150
export const DRAIN_TRIES = 2

export interface Failure {
  readonly kind: 'retry' | 'pause'
  readonly afterMs: number | null
  readonly isTimeout: boolean
  /** Monotonic, when its request left. */
  readonly beganMs: number
}

export interface Pace {
  /** Requests that may be in flight at once. */
  inFlight(): number
  /** Monotonic time before which nothing more is sent. */
  dueMs(): number
  /** 0 to 1: how much of the largest batch is worth sending at once. */
  share(): number
  /** Times the usual limit that an answer is waited for: a slow line needs more, even for one record. */
  patience(): number
  /** Failures since anything was taken. */
  failures(): number
  /** Monotonic time at which a batch was last taken. */
  takenAtMs(): number
  onTaken(nowMs: number, beganMs: number): void
  /** Returns the pause in milliseconds. */
  onFailed(failure: Failure, nowMs: number): number
  /** Refused for good, or too large. */
  onRefused(isTooLarge: boolean, nowMs: number): void
  /** Somebody waits: there is a try at once, and soon another. */
  beginDrain(): void
  /** True while somebody waits and it is worth it. */
  isDraining(): boolean
}

export function openPace(isLocal: boolean, random: () => number = Math.random): Pace {
  const most = isLocal ? 1 : MAX_IN_FLIGHT
  let window = Math.min(most, FIRST_IN_FLIGHT)
  let share = 1
  let failures = 0
  let failedAtMs = Number.NEGATIVE_INFINITY
  let dueMs = 0
  let takenAtMs = Number.NEGATIVE_INFINITY
  let refusals = 0
  let patience = 1
  let tooLongMs = Number.POSITIVE_INFINITY
  let drainTriesLeft = 0
  let drainBeganMs = 0

  return {
    inFlight: () => window,
    dueMs: () => dueMs,
    share: () => (refusals >= FEW_REFUSALS ? 0 : share),
    patience: () => patience,
    failures: () => failures,
    takenAtMs: () => takenAtMs,
    onTaken(nowMs, beganMs) {
      failures = 0
      patience = Math.max(1, patience - 0.25)
      refusals = 0
      dueMs = 0
      takenAtMs = nowMs
      window = Math.min(most, window + 1)
      // As long as answers take near to what was too long, little by little.
      share = Math.min(1, nowMs - beganMs < tooLongMs / 8 ? share * 2 : share * 1.05)
      if (drainTriesLeft > 0) drainTriesLeft = DRAIN_TRIES
    },
    onFailed({ kind, afterMs, isTimeout, beganMs }, nowMs) {
      // What was under way together fails together: that is one failure.
      if (beganMs >= failedAtMs) {
        failures++
        if (isTimeout) {
          tooLongMs = nowMs - beganMs
          share = Math.max(LEAST_SHARE, share / 2)
          patience = Math.min(MOST_PATIENCE, patience + 1)
        }
        if (drainTriesLeft > 0 && beganMs >= drainBeganMs) drainTriesLeft--
      }
      failedAtMs = nowMs
      window = 1
      const isLong = kind === 'pause' && failures > FEW_PAUSES
      const ownMs = isLong ? PAUSE_MS : retryDelayMs(failures - 1, afterMs, random())
      const delayMs = drainTriesLeft > 0 ? Math.min(ownMs, DRAIN_DELAY_MS) : ownMs
      dueMs = nowMs + delayMs
      return ownMs
    },
    onRefused(isTooLarge, nowMs) {
      refusals++
      if (isTooLarge) share = Math.max(LEAST_SHARE, share / 2)
      if (refusals < FEW_REFUSALS) return
      window = 1
      dueMs = nowMs + retryDelayMs(refusals - FEW_REFUSALS, null, random())
      if (drainTriesLeft > 0) drainTriesLeft--
    },
    beginDrain() {
      drainTriesLeft = DRAIN_TRIES
      drainBeganMs = performance.now()
      // Not at once for a caller who asks again and again.
      dueMs = Math.min(dueMs, Math.max(failedAtMs + DRAIN_DELAY_MS, 0))
    },
    isDraining: () => drainTriesLeft > 0,
  }
}
