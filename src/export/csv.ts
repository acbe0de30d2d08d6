// One call → one row of CSV (RFC 4180), for a spreadsheet. In: a record. Out: a row; cells that a spreadsheet would run begin with an
// apostrophe. Pure.
import { bag, list, msOfNs, text } from '../narrow.ts'
import { answeredText, askedText } from './said.ts'

type Record = ReturnType<typeof bag>

const COLUMNS: { readonly [name: string]: (record: Record) => unknown } = {
  id: (record) => record.id,
  started_at: (record) => isoTime(record.started_at),
  status: (record) => record.status,
  operation: (record) => record.operation,
  method: (record) => record.method,
  model: (record) => bag(record.request).model ?? bag(record.response).model,
  service: (record) => record.service,
  user_id: (record) => record.user_id,
  trace_id: (record) => record.trace_id,
  tags: (record) => list(record.tags).join(' '),
  metadata: (record) => jsonOf(record.metadata),
  duration_ms: (record) => record.duration_ms,
  time_to_first_token_ms: (record) => record.time_to_first_token_ms,
  input_tokens: (record) => bag(record.usage).input_tokens,
  cached_tokens: (record) => bag(record.usage).cache_read_input_tokens,
  output_tokens: (record) => bag(record.usage).output_tokens,
  reasoning_tokens: (record) => bag(record.usage).reasoning_output_tokens,
  cost_usd: (record) => record.cost_usd,
  cost_source: (record) => record.cost_source,
  attempts: (record) => list(record.attempts).length,
  http_status: (record) => record.http_status,
  error: (record) => bag(record.error).code ?? bag(record.error).type,
  error_message: (record) => bag(record.error).message,
  finish_reasons: (record) => list(bag(record.response).finish_reasons).join(' '),
  asked: (record) => askedText(bag(record.request).body),
  answered: (record) => answeredText(bag(record.response).body),
}

export const CSV_HEAD = csvRow(Object.keys(COLUMNS))

export function csvCall(record: unknown): string {
  return csvRow(Object.values(COLUMNS).map((cell) => cell(bag(record))))
}

/** One row, without its line end. */
export function csvRow(cells: readonly unknown[]): string {
  return cells.map(cellOf).join(',')
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const words = typeof value === 'string' ? value : JSON.stringify(value)
  // A spreadsheet takes these for a formula: https://owasp.org/www-community/attacks/CSV_Injection
  const safe = /^[=+\-@\t\r]/.test(words) ? `'${words}` : words
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function jsonOf(value: unknown): string {
  return Object.keys(bag(value)).length === 0 ? '' : JSON.stringify(value)
}

/** An ISO time that sorts. */
function isoTime(value: unknown): string | null {
  const ms = msOfNs(text(value))
  return ms === null || ms > 8.64e15 ? null : new Date(ms).toISOString()
}
