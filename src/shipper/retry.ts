// When to try again: exponential with full jitter, or what the server asked for. Pure. Worker.

const FIRST_MS = 500
const MAX_MS = 30_000
/** A refused key is asked again this often: it may be accepted later, and nothing may be lost meanwhile. */
export const PAUSE_MS = 30_000
/** A server may not silence us for longer by `Retry-After`. */
const MAX_RETRY_AFTER_MS = 300_000

/** Milliseconds until attempt number `failures + 1`. `random` is in [0, 1). */
export function retryDelayMs(failures: number, afterMs: number | null, random: number): number {
  if (afterMs !== null) return Math.min(Math.max(0, afterMs), MAX_RETRY_AFTER_MS)
  const ceiling = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(failures, 10))
  return ceiling / 2 + (random * ceiling) / 2
}
