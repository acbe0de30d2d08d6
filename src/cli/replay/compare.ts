// Old and new side by side. In: the recorded call and its replays. Out: a table of facts, then what is different in the answer. Pure.
import { answeredText } from '../../export/said.ts'
import { type Bag, bag, finite, text } from '../../narrow.ts'
import { terminalLine, terminalText } from '../../safe-text.ts'
import { showCount, showMs, showUsd } from '../figures.ts'
import type { Paint } from '../paint.ts'
import { fitTo, widthOf } from '../width.ts'
import { diffWords, type Piece } from './words.ts'

/** What is told of one of the calls. */
export interface Side {
  readonly id: string | null
  readonly model: string | null
  readonly status: string
  readonly duration_ms: number | null
  readonly time_to_first_token_ms: number | null
  readonly input_tokens: number | null
  readonly output_tokens: number | null
  readonly cost_usd: number | null
  readonly error: string | null
  readonly answer: string
}

export function sideOf(record: Bag): Side {
  const usage = bag(record.usage)
  const { message, code, type } = bag(record.error)
  return {
    id: text(record.id),
    model: text(bag(record.response).model) ?? text(bag(record.request).model),
    status: text(record.status) ?? 'unknown',
    duration_ms: finite(record.duration_ms),
    time_to_first_token_ms: finite(record.time_to_first_token_ms),
    input_tokens: finite(usage.input_tokens),
    output_tokens: finite(usage.output_tokens),
    cost_usd: finite(record.cost_usd),
    error: text(message) === null ? null : `${text(code) ?? text(type) ?? 'error'}: ${text(message)}`,
    answer: record.error === null ? answeredText(bag(record.response).body) : '',
  }
}

const ROWS: readonly (readonly [name: string, cell: (side: Side, old: Side) => string])[] = [
  ['model', ({ model }) => model ?? ''],
  ['status', ({ status }) => status],
  ['latency', (side, old) => showMs(side.duration_ms) + change(side.duration_ms, old.duration_ms)],
  [
    'first token',
    (side, old) =>
      showMs(side.time_to_first_token_ms) + change(side.time_to_first_token_ms, old.time_to_first_token_ms),
  ],
  ['tokens in', (side, old) => showCount(side.input_tokens) + change(side.input_tokens, old.input_tokens)],
  ['tokens out', (side, old) => showCount(side.output_tokens) + change(side.output_tokens, old.output_tokens)],
  ['cost', (side, old) => showUsd(side.cost_usd) + change(side.cost_usd, old.cost_usd)],
]
const NAME_COLUMNS = Math.max(...ROWS.map(([name]) => name.length))
const GAP = '  '
const MIN_COLUMNS = 10

/** ` (+22 %)`, ` (−50 %)`; nothing where one of them is not known. */
function change(value: number | null, before: number | null): string {
  if (value === null || before === null || before === 0 || value === before) return ''
  const percent = Math.round((value / before - 1) * 100)
  return percent === 0 ? '' : ` (${percent > 0 ? '+' : '−'}${Math.abs(percent)} %)`
}

/** All lines, as wide as the terminal at most. */
export function comparison(old: Side, fresh: readonly Side[], paint: Paint, columns: number | undefined): string {
  const sides = [old, ...fresh]
  const names = ['recorded', ...fresh.map((_, at) => (fresh.length === 1 ? 'replay' : `replay ${at + 1}`))]
  const cells = ROWS.map(([, cell]) => sides.map((side) => terminalLine(cell(side, side === old ? side : old))))
  const room =
    columns === undefined ? Number.POSITIVE_INFINITY : Math.floor((columns - NAME_COLUMNS) / sides.length) - GAP.length
  const widths = names.map((name, at) => {
    const wanted = Math.max(name.length, ...cells.map((row) => widthOf(row[at] ?? '')))
    return Math.min(wanted, Math.max(MIN_COLUMNS, room))
  })
  const line = (name: string, row: readonly string[]): string =>
    [fitTo(name, NAME_COLUMNS), ...row.map((cell, at) => fitTo(cell, widths[at] ?? 0))].join(GAP).trimEnd()
  const table = [paint('dim', line('', names)), ...ROWS.map(([name], at) => line(name, cells[at] ?? []))]
  const answers = fresh.flatMap((side, at) => [
    '',
    paint('bold', `answer: recorded → ${names[at + 1]}`),
    ...answerLines(old, side, paint),
  ])
  return `${[...table, ...answers].join('\n')}\n`
}

function answerLines(old: Side, side: Side, paint: Paint): string[] {
  if (side.error !== null) return [paint('red', `✖ ${terminalLine(side.error)}`)]
  if (old.answer === side.answer)
    return [
      paint('dim', old.answer === '' ? 'no text in either' : 'the same'),
      ...(old.answer === '' ? [] : terminalText(old.answer).split('\n')),
    ]
  const pieces = diffWords(old.answer, side.answer)
  return pieces
    .map((piece) => shown(piece, paint))
    .join('')
    .split('\n')
}

/** As `git diff --word-diff`: readable without colour. Lines are painted one by one, so that a pager keeps them. */
function shown({ of, text: words }: Piece, paint: Paint): string {
  const safe = terminalText(words)
  if (of === 'both') return safe
  const [style, begin, end] = of === 'old' ? (['red', '[-', '-]'] as const) : (['green', '{+', '+}'] as const)
  return `${begin}${safe}${end}`
    .split('\n')
    .map((line) => (line === '' ? line : paint(style, line)))
    .join('\n')
}
