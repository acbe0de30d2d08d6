// The answer about one socket session: its calls with what was said in each. In: the session's id. Out: the shape of api.ts.
import { readRecord, type Sources } from './answers.ts'
import type { SessionAnswer, SessionCall } from './api.ts'
import { bag } from './narrow.ts'
import { readRow } from './rows.ts'
import { rowsByStart } from './table.ts'

/** Calls whose content is read for one page: some minutes of talk. */
const MAX_CALLS = 100

/** `GET /api/session?id=<session id>`: its newest hundred calls, oldest first. Null: no such session. */
export async function answerSession(sources: Sources, id: string): Promise<SessionAnswer | null> {
  const { table } = sources
  const session = id === '' ? undefined : table.sessions.find(id)
  if (session === undefined) return null
  const rows = rowsByStart(table).filter((row) => table.columns.session[row] === session)
  if (rows.length === 0) return null
  const before = Math.max(0, rows.length - MAX_CALLS)
  const calls: SessionCall[] = []
  for (const row of rows.subarray(before)) {
    const json = await readRecord(sources, row)
    const record = json === null ? {} : bag(JSON.parse(String(json)))
    calls.push({ row: readRow(table, row), request: bag(record.request).body, response: bag(record.response).body })
  }
  return { session_id: id, total: rows.length, before, calls }
}
