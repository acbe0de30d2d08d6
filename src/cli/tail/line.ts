// One record as one line. In: a record of any shape. Out: NDJSON, or words a person reads, e.g.
// `15:04:05 ok    chat gpt-4o-mini 663 ms (first 120 ms) 12→8 tokens $0.0001 "Say hi" → "Hello!"`.
import { once } from 'node:events'
import { type Bag, bag, finite, list, text } from '../../narrow.ts'
import { terminalJson, terminalLine } from '../../safe-text.ts'
import { answerPreview, promptPreview } from '../../viewer/preview.ts'
import { type Paint, paintFor, type Style } from '../paint.ts'
import type { PrintRecord } from './records.ts'

export const STATUS_STYLES: ReadonlyMap<string, Style> = new Map([
  ['ok', 'green'],
  ['error', 'red'],
  ['aborted', 'yellow'],
  ['incomplete', 'magenta'],
])
const STATUS_CHARS = 10
const MIN_COLUMNS = 40
/** What a cut leaves of a character beyond the basic plane. */
const HALF_PAIR = /[\ud800-\udbff]$/

/** Makes the printer. Lines for a terminal end at its edge. */
export function linePrinter(
  /** `exact`: for a program, the very lines of the files; `json` may stand on a terminal and has what would drive it escaped. */
  form: 'text' | 'json' | 'exact',
  stream: NodeJS.WriteStream,
  env: { readonly [name: string]: string | undefined },
): PrintRecord {
  const paint = paintFor(stream, env)
  return async (line, record) => {
    const readable = (): string => readableLine(record, paint, stream.isTTY ? stream.columns : undefined)
    const shown = form === 'text' ? readable() : form === 'json' ? terminalJson(line) : line
    if (!stream.write(`${shown}\n`)) await once(stream, 'drain')
  }
}

/** Makes the readable line, at most `columns` characters wide (default: as long as it is). */
export function readableLine(value: unknown, paint: Paint, columns = Number.POSITIVE_INFINITY): string {
  const record = bag(value)
  const status = text(record.status) ?? 'unknown'
  const model = text(bag(record.request).model) ?? text(bag(record.response).model)
  const parts: (readonly [Style | null, string])[] = [
    ['dim', clockTime(record.time)],
    [STATUS_STYLES.get(status) ?? null, status.padEnd(STATUS_CHARS)],
    [null, text(record.method) ?? text(record.operation) ?? 'call'],
    ['cyan', model ?? ''],
    [null, timing(record)],
    ['dim', usage(record)],
    [null, outcome(record, status)],
  ]
  return fitLine(parts, paint, Math.max(columns, MIN_COLUMNS))
}

function fitLine(parts: readonly (readonly [Style | null, string])[], paint: Paint, columns: number): string {
  let left = columns
  const shown: string[] = []
  for (const [style, words] of parts) {
    const safe = terminalLine(words)
    if (safe === '' || left < 2) continue
    const cut = safe.length <= left ? safe : `${safe.slice(0, left - 1).replace(HALF_PAIR, '')}…`
    left -= cut.length + 1
    shown.push(style === null ? cut : paint(style, cut))
  }
  return shown.join(' ')
}

/** Local time of day, as a person at this terminal reads it. */
function clockTime(time: unknown): string {
  const ms = finite(time)
  if (ms === null || Math.abs(ms) > 8.64e15) return '--:--:--'
  return new Date(ms).toTimeString().slice(0, 8)
}

function timing(record: Bag): string {
  const ms = finite(record.duration_ms)
  const first = finite(record.time_to_first_token_ms)
  const attempts = list(record.attempts).length
  const total = ms === null ? '' : `${Math.round(ms)} ms`
  const extras = [first === null ? '' : `first ${Math.round(first)} ms`, attempts > 1 ? `${attempts} attempts` : '']
  const inside = extras.filter(Boolean).join(', ')
  return inside === '' ? total : `${total} (${inside})`
}

function usage(record: Bag): string {
  const { input_tokens, output_tokens } = bag(record.usage)
  const [input, output] = [finite(input_tokens), finite(output_tokens)]
  const cost = finite(record.cost_usd)
  const tokens = input === null && output === null ? '' : `${input ?? '?'}→${output ?? '?'} tokens`
  // Only a price of the server's own is one: the list's is what the tokens should have cost.
  const source = record.cost_source === 'server' ? ' (server)' : ''
  const price = cost === null ? '' : `$${cost.toFixed(cost < 0.01 ? 6 : 4)}${source}`
  return [tokens, price].filter(Boolean).join(' ')
}

function outcome(record: Bag, status: string): string {
  const prompt = promptPreview(bag(record.request).body)
  const answer = (status === 'error' && errorText(bag(record.error))) || quote(answerPreview(bag(record.response).body))
  return [quote(prompt), answer].filter(Boolean).join(' → ')
}

/** Status and code are left out where the message says them itself, as the SDK's messages do. */
function errorText(error: Bag): string {
  const message = text(error.message) ?? ''
  const facts = [finite(error.status), text(error.code)].filter((fact) => fact !== null && !message.includes(`${fact}`))
  return [...facts, message].join(' ').trim()
}

function quote(words: string): string {
  return words === '' ? '' : `"${words}"`
}
