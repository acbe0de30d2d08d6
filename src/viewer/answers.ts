// The answers of the JSON API. In: query parameters. Out: the shapes of api.ts, from the table; one file read for a call.

import { bag } from '../narrow.ts'
import type { CallAnswer, Change, ListAnswer, OverviewAnswer, TraceAnswer } from './api.ts'
import { type Files, loadingOf, withFile } from './files.ts'
import { filterRows, parseFilter, type ViewFilter } from './filter.ts'
import { readPending } from './flight.ts'
import { readRange } from './lines.ts'
import type { Lanes } from './live.ts'
import { overviewOf } from './overview.ts'
import { loadPreviews } from './previews.ts'
import { readRow } from './rows.ts'
import { type Found, type Searches, searchRows } from './search.ts'
import { sortRowsBy } from './sort.ts'
import { findRow, idOfRow, NO_FILE, rowsByStart, type Table } from './table.ts'

const MAX_WINDOW_ROWS = 500
const MAX_TRACE_ROWS = 1000

/** Everything an answer is made from. */
export interface Sources {
  readonly table: Table
  readonly files: Files
  readonly lanes: Lanes
  readonly searches: Searches
  /** The rows of the last list that was asked for. */
  last?: { readonly key: string; readonly found: ReturnType<typeof findRows> }
}

export function changeOf({ table, files }: Sources): Change {
  return {
    version: table.version,
    calls: table.ids.size,
    in_flight: table.inFlight,
    loading: loadingOf(files),
  }
}

/** Rows that pass the filter and hold what it wants, newest first. */
export function findRows({ table, searches }: Sources, filter: ViewFilter): Found | { rows: Uint32Array; state: null } {
  const rows = filterRows(table, filter)
  return filter.wanted === null ? { rows, state: null } : searchRows(searches, filter.wanted, rows)
}

/** The rows of a query in its order. Scrolling asks for the same ones again and again. */
function listRows(sources: Sources, params: URLSearchParams): ReturnType<typeof findRows> {
  const wish = new URLSearchParams(params)
  for (const name of ['offset', 'limit', 'anchor', 'token']) wish.delete(name)
  const key = `${sources.table.version} ${wish}`
  if (sources.last?.key === key && !wish.has('since')) return sources.last.found
  const { rows, state } = findRows(sources, parseFilter(params, Date.now()))
  const sorted = sortRowsBy(sources.table.columns, rows, params.get('sort'), params.get('order'))
  const found = { rows: sorted, state } as ReturnType<typeof findRows>
  sources.last = { key, found }
  return found
}

/** `GET /api/calls?offset=0&limit=50&anchor=<id>&sort=cost&order=asc&…filter` */
export async function answerList(sources: Sources, params: URLSearchParams): Promise<ListAnswer> {
  const { table, files } = sources
  const { rows, state } = listRows(sources, params)
  const offset = wholeNumber(params.get('offset'), 0, rows.length)
  const limit = wholeNumber(params.get('limit'), 50, MAX_WINDOW_ROWS)
  const anchor = findRow(table, params.get('anchor') ?? '')
  const anchorOffset = anchor === undefined ? -1 : rows.indexOf(anchor)
  const change = changeOf(sources)
  const window = [...rows.subarray(offset, offset + limit)]
  await loadPreviews(table, files, window)
  return {
    change,
    total: rows.length,
    offset,
    rows: window.map((row) => readRow(table, row)),
    anchor_offset: anchorOffset < 0 ? null : anchorOffset,
    search: state,
  }
}

function wholeNumber(text: string | null, fallback: number, max: number): number {
  return text !== null && /^\d{1,9}$/.test(text) ? Math.min(Number(text), max) : fallback
}

/** `GET /api/call?id=<id>`: everything but the record, and the record's JSON as it lies in the file. Null: no such call. */
export async function answerCall(
  sources: Sources,
  id: string,
): Promise<{ readonly answer: Omit<CallAnswer, 'record'>; readonly json: Buffer | string } | null> {
  const { table } = sources
  const row = findRow(table, id)
  if (row === undefined) return null
  const calls = rowsOfTrace(table, table.columns.trace[row])
  const at = calls.indexOf(row)
  await loadPreviews(table, sources.files, [row])
  const answer = {
    row: readRow(table, row),
    previous: idAt(table, calls[at - 1]),
    next: idAt(table, calls[at + 1]),
    trace_position: at + 1,
    trace_size: calls.length,
  }
  const json = await readRecord(sources, row)
  return json === null ? null : { answer, json }
}

function idAt(table: Table, row: number | undefined): string | null {
  return row === undefined ? null : idOfRow(table, row)
}

/** The record of a row as it lies in its file; null when it went away. */
export async function readRecord({ table, files, lanes }: Sources, row: number): Promise<Buffer | string | null> {
  const { file, offset, bytes } = table.columns
  if (file[row] === NO_FILE) return JSON.stringify(await readPending(lanes, idOfRow(table, row)))
  const begin = offset[row] as number
  let json: Buffer | null = null
  await withFile(files.paths[file[row] as number] ?? '', async (handle) => {
    json = await readRange(handle, begin, begin + (bytes[row] as number))
  })
  return json !== null && isRecord(json, idOfRow(table, row)) ? json : null
}

/** Whether these bytes still are the record: its file may have been replaced since it was indexed. */
function isRecord(json: Buffer, id: string): boolean {
  try {
    return bag(JSON.parse(json.toString())).id === id
  } catch {
    return false
  }
}

function rowsOfTrace(table: Table, trace: number | undefined): Uint32Array {
  return rowsByStart(table).filter((row) => table.columns.trace[row] === trace)
}

/** `GET /api/trace?id=<trace id>`: its newest thousand calls, oldest first. Null: no such trace. */
export async function answerTrace({ table, files }: Sources, id: string): Promise<TraceAnswer | null> {
  const trace = table.traces.find(id)
  const rows = trace === undefined ? new Uint32Array(0) : rowsOfTrace(table, trace)
  if (rows.length === 0) return null
  const before = Math.max(0, rows.length - MAX_TRACE_ROWS)
  const shown = [...rows.subarray(before)]
  await loadPreviews(table, files, shown)
  return {
    trace_id: id,
    total: rows.length,
    before,
    rows: shown.map((row) => readRow(table, row)),
  }
}

/** `GET /api/overview?…filter` */
export function answerOverview(sources: Sources, params: URLSearchParams): OverviewAnswer {
  const nowMs = Date.now()
  const filter = parseFilter(params, nowMs)
  const toMs = filter.toMs ?? (filter.fromMs === null ? null : nowMs)
  return overviewOf(sources.table, findRows(sources, filter).rows, filter.fromMs, toMs)
}
