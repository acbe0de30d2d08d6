// The guard: anything of ours that fails beside a user's call is caught, told once per code, counted; after repeated
// failures observing is switched off for this thread. Main thread, hot path: `guarded` costs a try block.

import { sayByHand } from '../originals.ts'

/** Failures after which a thread stops observing: something is wrong for good, and each failure costs the user time. */
const MAX_FAILURES = 20

const failures = new Map<string, number>()
let total = 0
let report: (code: string, error: unknown) => void = (code, error) =>
  sayByHand(`failed beside a call (${code}): ${String(error)}; the call goes on`)

/** Names the one who hears about the first failure of each code (the diagnostics logger). */
export function onFailure(listener: (code: string, error: unknown) => void): void {
  report = listener
}

/** True once observing was switched off. */
export function isSwitchedOff(): boolean {
  return total >= MAX_FAILURES
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

/** Counts a failure and reports the first of its code. Never throws. */
export function noteFailure(code: string, error: unknown): void {
  const count = failures.get(code) ?? 0
  failures.set(code, count + 1)
  total++
  if (count > 0 && total !== MAX_FAILURES) return
  try {
    report(total === MAX_FAILURES ? 'switched_off' : code, error)
  } catch {
    // the listener is ours too: its failure may not reach the user either
  }
}
