// What `neatlogs export` says in the end. In: counts by reason. Out: lines for people, or JSON. Pure.
import { byCount } from '../../export/reasons.ts'
import { terminalLine } from '../../safe-text.ts'
import { counted } from '../figures.ts'

export interface Exported {
  readonly exported: number
  readonly left: ReadonlyMap<string, number>
  readonly damaged: number
}

/** `neatlogs: 8 calls exported, 3 left out`, then a line for each reason. */
export function summaryOf({ exported, left, damaged }: Exported, isJson: boolean): string {
  if (isJson) return `${JSON.stringify({ exported, left_out: Object.fromEntries(left), damaged_lines: damaged })}\n`
  const count = [...left.values()].reduce((sum, one) => sum + one, 0)
  const lines = byCount(left).map(([reason, of]) => `  ${of.toLocaleString('en-US')}: ${terminalLine(reason)}`)
  const rest = count === 0 ? '' : `, ${count.toLocaleString('en-US')} left out`
  return `${[`neatlogs: ${counted(exported, 'call')} exported${rest}`, ...lines].join('\n')}\n`
}
