// When to try again: exponential with full jitter, or later when the server asks for it. Pure. Worker.

const FIRST_MS = 500
const MAX_MS = 30_000
/** A refused key is asked again this often: it may be accepted later, and nothing may be lost meanwhile. */
export const PAUSE_MS = 30_000
/** A server may not silence us for longer by `Retry-After`. */
const MAX_RETRY_AFTER_MS = 300_000

/**
 * Milliseconds until attempt number `failures + 1`. `random` is in [0, 1). `afterMs` is the server's wish: a `Retry-After: 0`, or a
 * date that its clock puts in our past, would have it asked 2,500 times a second, so a wish only makes us slower.
 */
export function retryDelayMs(failures: number, afterMs: number | null, random: number): number {
  const ceiling = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(failures, 10))
  const ownMs = ceiling / 2 + (random * ceiling) / 2
  return Math.max(ownMs, Math.min(afterMs ?? 0, MAX_RETRY_AFTER_MS))
}
