// The figures as a table for people. In: a result and the width of the terminal. Out: lines; a narrow terminal gets fewer columns, the last of them
// the cost. Pure.
import { terminalLine } from '../../safe-text.ts'
import { counted, showCount, showMs, showShare, showUsd } from '../figures.ts'
import type { Paint } from '../paint.ts'
import { fitTo, widthOf } from '../width.ts'
import { type Grouping, localTime } from './group-key.ts'
import { type ModelLimits, type Room, tightness } from './limits.ts'
import type { Figures, Result } from './tally.ts'

interface Column {
  readonly name: string
  readonly cell: (figures: Figures) => string
  /** Columns with a greater number go first when there is no room. */
  readonly rank: number
}

const COLUMNS: readonly Column[] = [
  { name: 'calls', rank: 1, cell: ({ calls }) => showCount(calls) },
  { name: 'errors', rank: 3, cell: ({ errors }) => (errors === 0 ? '' : showCount(errors)) },
  { name: 'p50', rank: 5, cell: ({ latency_ms }) => showMs(latency_ms.p50) },
  { name: 'p95', rank: 4, cell: ({ latency_ms }) => showMs(latency_ms.p95) },
  { name: 'p99', rank: 9, cell: ({ latency_ms }) => showMs(latency_ms.p99) },
  { name: 'first p50', rank: 8, cell: ({ first_token_ms }) => showMs(first_token_ms.p50) },
  { name: 'first p95', rank: 10, cell: ({ first_token_ms }) => showMs(first_token_ms.p95) },
  { name: 'in', rank: 6, cell: ({ input_tokens }) => showCount(input_tokens) },
  { name: 'cached', rank: 11, cell: ({ cached_tokens }) => (cached_tokens === 0 ? '' : showCount(cached_tokens)) },
  { name: 'out', rank: 7, cell: ({ output_tokens }) => showCount(output_tokens) },
  { name: 'cost', rank: 0, cell: ({ cost_usd }) => showUsd(cost_usd) },
  { name: 'share', rank: 2, cell: ({ share }) => showShare(share) },
]
const GAP = '  '
/** Rate limits: the tightest of them; beside other figures than the models' only what is nearly used up. */
const MAX_LIMITS = 3
const TIGHT_SHARE = 0.2
const MIN_KEY_COLUMNS = 12
/** Beside the cost alone. */
const LEAST_KEY_COLUMNS = 5
const MAX_KEY_COLUMNS = 48
/** Where nobody says how wide it is: what a table of all columns takes. */
const ANY_COLUMNS = 160

export interface Period {
  readonly fromMs: number
  readonly toMs: number
}

/** Makes the lines. */
export function statsTable(result: Result, by: Grouping, period: Period, paint: Paint, width = ANY_COLUMNS): string {
  const rows = [...result.groups, ...(result.groups.length > 1 ? [result.total] : [])]
  const { keyColumns, columns } = layout(rows, by, width)
  const line = (key: string, cellsOf: (column: Column) => string): string =>
    [fitTo(key, keyColumns), ...columns.map((column) => fitTo(cellsOf(column), widthIn(column, rows), 'end'))].join(GAP)
  const lines = rows.map((figures) => {
    const words = line(terminalLine(figures.label), (column) => column.cell(figures))
    return figures === result.total ? paint('bold', words) : words
  })
  const head = paint(
    'dim',
    line(by, ({ name }) => name),
  )
  return `${[summary(result, period), '', head, ...lines, ...notes(result, by)].join('\n')}\n`
}

function layout(
  rows: readonly Figures[],
  by: Grouping,
  width: number,
): { keyColumns: number; columns: readonly Column[] } {
  const wanted = Math.max(widthOf(by), ...rows.map(({ label }) => widthOf(terminalLine(label))))
  const full = Math.min(wanted, MAX_KEY_COLUMNS)
  const least = Math.min(full, MIN_KEY_COLUMNS)
  const kept = [...COLUMNS].sort((a, b) => a.rank - b.rank)
  const taken = (): number => kept.reduce((sum, column) => sum + GAP.length + widthIn(column, rows), 0)
  while (kept.length > 1 && least + taken() > width) kept.pop()
  const columns = COLUMNS.filter((column) => kept.includes(column))
  return { keyColumns: Math.max(LEAST_KEY_COLUMNS, Math.min(full, width - taken())), columns }
}

function widthIn({ name, cell }: Column, rows: readonly Figures[]): number {
  return Math.max(name.length, ...rows.map((figures) => cell(figures).length))
}

function summary({ total }: Result, { fromMs, toMs }: Period): string {
  const [from, to] = [localTime(fromMs), localTime(toMs)].map((time) => time?.replace('T', ' ') ?? '')
  const time = from === to ? from : `${from} to ${to}`
  const errors = total.errors === 0 ? [] : [counted(total.errors, 'error')]
  return [counted(total.calls, 'call'), ...errors, showUsd(total.cost_usd), time].join(' · ')
}

function notes({ total, groups, limits }: Result, by: Grouping): string[] {
  const dearest = groups.find(({ dearest_call }) => dearest_call !== null)
  const lines = [
    ...limits
      .filter((one) => by === 'model' || isTight(one))
      .slice(0, MAX_LIMITS)
      .flatMap(limitLines),
    ...priceNotes(total),
    ...(groups.reduce((sum, { calls }) => sum + calls, 0) > total.calls
      ? ['a call with several tags counts under each of them']
      : []),
    ...(by === 'prompt' && dearest ? [`the dearest prompt, in full: npx neatlogs show ${dearest.dearest_call}`] : []),
  ]
  return lines.length === 0 ? [] : ['', ...lines.map(terminalLine)]
}

function priceNotes({ unpriced_calls: count, cost_usd: cost }: Figures): string[] {
  if (count === 0) return []
  const source = cost === null ? ' (a server states it, or @pydantic/genai-prices where the program finds it)' : ''
  return [`${counted(count, 'call')} without a known price: not in the cost${source}`]
}

function isTight(limits: ModelLimits): boolean {
  return tightness(limits) < TIGHT_SHARE
}

function limitLines({ model, requests, tokens }: ModelLimits): string[] {
  const room = (what: string, { limit, least_left }: Room): string =>
    `${showCount(least_left)} of ${showCount(limit)} ${what}`
  const rooms = [requests && room('requests', requests), tokens && room('tokens', tokens)].filter(Boolean)
  return [`rate limit of ${model}: at worst ${rooms.join(' and ')} left`]
}
