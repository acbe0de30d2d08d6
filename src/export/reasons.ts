// Why calls were left out, counted. In: reasons. Out: how often each. Pure.

/** Reasons name what records hold: they may be many. */
const MAX_REASONS = 50
const MAX_REASON_CHARS = 120
const OTHER = 'other reasons'

/** Counts a call that was left out. */
export function addReason(left: Map<string, number>, reason: string): void {
  const short = reason.slice(0, MAX_REASON_CHARS)
  const key = left.has(short) || left.size < MAX_REASONS ? short : OTHER
  left.set(key, (left.get(key) ?? 0) + 1)
}

/** The commonest first. */
export function byCount(left: ReadonlyMap<string, number>): [reason: string, count: number][] {
  return [...left].sort(([, a], [, b]) => b - a)
}
