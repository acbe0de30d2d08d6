// The answer about calls that belong together, with what was said in each: those of one socket, one conversation, one trace. In: what
// binds them and its id. Out: the shape of api.ts.

import { bag } from '../narrow.ts'
import { readRecord, type Sources } from './answers.ts'
import type { SessionAnswer, SessionCall, SessionKind } from './api.ts'
import { readRow } from './rows.ts'
import { rowsByStart, type Table } from './table.ts'

/** Calls whose content is read for one page: some minutes of talk. */
const MAX_CALLS = 100
/** And so many bytes of it. */
const MAX_BYTES = 16 * 1024 * 1024

/** `GET /api/session?by=conversation&id=<id>`: its newest hundred calls, oldest first. Null: no such session. */
export async function answerSession(sources: Sources, by: SessionKind, id: string): Promise<SessionAnswer | null> {
  const { table } = sources
  const rows = rowsOf(table, by, id)
  if (rows.length === 0) return null
  const shown = newest(table, rows)
  const calls: SessionCall[] = []
  for (const row of shown) {
    const json = await readRecord(sources, row)
    const record = json === null ? {} : bag(JSON.parse(String(json)))
    calls.push({ row: readRow(table, row), request: bag(record.request).body, response: bag(record.response).body })
  }
  return { by, session_id: id, total: rows.length, before: rows.length - shown.length, calls }
}

/** Names what was asked for; anything else is a socket's session. */
export function sessionKind(by: string | null): SessionKind {
  return by === 'conversation' || by === 'trace' ? by : 'session'
}

function rowsOf(table: Table, by: SessionKind, id: string): Uint32Array {
  const names = { session: table.sessions, conversation: table.conversations, trace: table.traces }[by]
  const number = id === '' ? undefined : names.find(id)
  return number === undefined
    ? new Uint32Array(0)
    : rowsByStart(table).filter((row) => table.columns[by][row] === number)
}

/** The newest ones that one page bears; the newest always. */
function newest({ columns }: Table, rows: Uint32Array): Uint32Array {
  let bytes = 0
  let from = rows.length
  while (from > 0 && rows.length - from < MAX_CALLS) {
    bytes += columns.bytes[rows[from - 1] as number] as number
    if (bytes > MAX_BYTES && from < rows.length) break
    from--
  }
  return rows.subarray(from)
}
