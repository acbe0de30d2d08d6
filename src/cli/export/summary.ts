// What `neatlogs export` says in the end. In: counts by reason. Out: lines for people, or JSON. Pure.
import { terminalLine } from '../../safe-text.ts'
import { counted } from '../figures.ts'

/** Reasons name what records hold: they may be many. */
const MAX_REASONS = 50
const MAX_REASON_CHARS = 120
const OTHER = 'other reasons'

export interface Exported {
  readonly exported: number
  readonly left: ReadonlyMap<string, number>
  readonly damaged: number
}

/** Counts a call that was left out. */
export function addReason(left: Map<string, number>, reason: string): void {
  const short = reason.slice(0, MAX_REASON_CHARS)
  const key = left.has(short) || left.size < MAX_REASONS ? short : OTHER
  left.set(key, (left.get(key) ?? 0) + 1)
}

/** `neatlogs: 8 calls exported, 3 left out`, then a line for each reason. */
export function summaryOf({ exported, left, damaged }: Exported, isJson: boolean): string {
  if (isJson) return `${JSON.stringify({ exported, left_out: Object.fromEntries(left), damaged_lines: damaged })}\n`
  const count = [...left.values()].reduce((sum, one) => sum + one, 0)
  const reasons = [...left].sort(([, a], [, b]) => b - a)
  const lines = reasons.map(([reason, of]) => `  ${of.toLocaleString('en-US')}: ${terminalLine(reason)}`)
  const rest = count === 0 ? '' : `, ${count.toLocaleString('en-US')} left out`
  return `${[`neatlogs: ${counted(exported, 'call')} exported${rest}`, ...lines].join('\n')}\n`
}
