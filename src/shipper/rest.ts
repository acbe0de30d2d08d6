// How long to rest after work that nobody waits for, so that it takes a small share of the thread. Pure. Worker.

/**
 * Milliseconds to rest after `tookMs`: `share` times as long, and never longer than `maxMs`. A process that was stopped for an hour, or a
 * disk that hung, has not worked for an hour; without a bound its spool would be looked after again after days.
 */
export function restMs(tookMs: number, share: number, maxMs: number): number {
  return Math.min(Math.max(1, tookMs * share), maxMs)
}
