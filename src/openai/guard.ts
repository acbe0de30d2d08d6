// The guard: anything of ours that fails beside a user's call is caught, told once per code, counted; after repeated
// failures observing is switched off in this thread for a minute. Main thread, hot path: `guarded` costs a try block.

import { monotonicMs, sayByHand } from '../originals.ts'
import { faultOf } from '../safe-text.ts'

/** So many failures within the window: something is wrong, and each failure costs the user time. */
const MAX_FAILURES = 20
const WINDOW_MS = 60_000
/** Then a thread observes nothing for this long, and tries again: what one server sends must not end recording for good. */
const OFF_MS = 60_000

const failures = new Map<string, number>()
/** When the last failures were, by the monotonic clock. */
let recentMs: number[] = []
let offUntilMs = 0
let report: (code: string, error: unknown) => void = (code, error) =>
  sayByHand(`failed beside a call (${code}): ${faultOf(error)}; the call goes on`)

/** Names the one who hears about the first failure of each code (the diagnostics logger). */
export function onFailure(listener: (code: string, error: unknown) => void): void {
  report = listener
}

/** True while observing is switched off. `nowMs`: the monotonic clock's. */
export function isSwitchedOff(nowMs?: number): boolean {
  return offUntilMs > 0 && (nowMs ?? monotonicMs()) < offUntilMs
}

/** Runs `work`; a throw gives undefined instead. */
export function guarded<T>(code: string, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    noteFailure(code, error)
    return undefined
  }
}

/** Counts a failure and reports the first of its code, and each time that observing is switched off. Never throws. */
export function noteFailure(code: string, error: unknown, nowMs = monotonicMs()): void {
  const count = failures.get(code) ?? 0
  failures.set(code, count + 1)
  recentMs = [...recentMs.filter((at) => nowMs - at < WINDOW_MS), nowMs]
  const switchesOff = recentMs.length >= MAX_FAILURES
  if (switchesOff) {
    offUntilMs = nowMs + OFF_MS
    recentMs = []
  }
  if (count > 0 && !switchesOff) return
  try {
    report(switchesOff ? 'switched_off' : code, error)
  } catch {
    // the listener is ours too: its failure may not reach the user either
  }
}
