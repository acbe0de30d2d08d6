// The answers of the JSON API. In: query parameters. Out: the shapes of api.ts, from the table; one file read for a call.
import type { CallAnswer, Change, Facet, FacetsAnswer, ListAnswer, OverviewAnswer, TraceAnswer } from './api.ts'
import { VIEW_STATUSES } from './api.ts'
import { type Files, loadingOf, withFile } from './files.ts'
import { type Filter, filterRows, parseFilter } from './filter.ts'
import { readPending } from './flight.ts'
import { readRange } from './lines.ts'
import type { Lanes } from './live.ts'
import { bag } from './narrow.ts'
import { overviewOf } from './overview.ts'
import { type Found, type Searches, searchRows } from './search.ts'
import { NO_FILE, readRow, rowsByStart, type Table } from './table.ts'

const MAX_WINDOW_ROWS = 500
const MAX_TRACE_ROWS = 1000
const MAX_FACETS = 200

/** Everything an answer is made from. */
export interface Sources {
  readonly table: Table
  readonly files: Files
  readonly lanes: Lanes
  readonly searches: Searches
}

export function changeOf({ table, files }: Sources): Change {
  return {
    version: table.version,
    calls: table.rowOfId.size,
    in_flight: table.inFlight,
    loading: loadingOf(files),
  }
}

/** Rows that pass the filter and hold its words, newest first. */
function findRows({ table, searches }: Sources, filter: Filter): Found | { readonly rows: Uint32Array; state: null } {
  const rows = filterRows(table, filter)
  return filter.query === '' ? { rows, state: null } : searchRows(searches, filter.query, rows)
}

/** `GET /api/calls?offset=0&limit=50&anchor=<id>&…filter` */
export function answerList(sources: Sources, params: URLSearchParams): ListAnswer {
  const { rows, state } = findRows(sources, parseFilter(params, Date.now()))
  const offset = wholeNumber(params.get('offset'), 0, rows.length)
  const limit = wholeNumber(params.get('limit'), 50, MAX_WINDOW_ROWS)
  const anchor = sources.table.rowOfId.get(params.get('anchor') ?? '')
  const anchorOffset = anchor === undefined ? -1 : rows.indexOf(anchor)
  return {
    change: changeOf(sources),
    total: rows.length,
    offset,
    rows: [...rows.subarray(offset, offset + limit)].map((row) => readRow(sources.table, row)),
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
  const row = table.rowOfId.get(id)
  if (row === undefined) return null
  const calls = rowsOfTrace(table, table.columns.trace[row])
  const at = calls.indexOf(row)
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
  return row === undefined ? null : (table.ids[row] ?? null)
}

/** The record of a row as it lies in its file; null when it went away. */
export async function readRecord({ table, files, lanes }: Sources, row: number): Promise<Buffer | string | null> {
  const { file, offset, bytes } = table.columns
  if (file[row] === NO_FILE) return JSON.stringify(await readPending(lanes, table.ids[row] ?? ''))
  const begin = offset[row] as number
  let json: Buffer | null = null
  await withFile(files.paths[file[row] as number] ?? '', async (handle) => {
    json = await readRange(handle, begin, begin + (bytes[row] as number))
  })
  return json !== null && isRecord(json, table.ids[row]) ? json : null
}

/** Whether these bytes still are the record: its file may have been replaced since it was indexed. */
function isRecord(json: Buffer, id: string | undefined): boolean {
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
export function answerTrace({ table }: Sources, id: string): TraceAnswer | null {
  const trace = table.traces.find(id)
  const rows = trace === undefined ? new Uint32Array(0) : rowsOfTrace(table, trace)
  if (rows.length === 0) return null
  const before = Math.max(0, rows.length - MAX_TRACE_ROWS)
  return {
    trace_id: id,
    total: rows.length,
    before,
    rows: [...rows.subarray(before)].map((row) => readRow(table, row)),
  }
}

/** `GET /api/overview?…filter` */
export function answerOverview(sources: Sources, params: URLSearchParams): OverviewAnswer {
  const nowMs = Date.now()
  const filter = parseFilter(params, nowMs)
  const toMs = filter.toMs ?? (filter.fromMs === null ? null : nowMs)
  return overviewOf(sources.table, findRows(sources, filter).rows, filter.fromMs, toMs)
}

/** `GET /api/facets`: what the filters can choose from, over all calls. */
export function answerFacets({ table }: Sources): FacetsAnswer {
  const { columns } = table
  const rows = rowsByStart(table)
  const tags = new Map<string, number>()
  for (const [number, count] of countBy(rows, columns.tags))
    for (const tag of JSON.parse(table.tagLists.text(number)) as string[]) tags.set(tag, (tags.get(tag) ?? 0) + count)
  return {
    statuses: facets(countBy(rows, columns.status), (number) => VIEW_STATUSES[number] ?? ''),
    models: facets(countBy(rows, columns.model), table.models.text),
    operations: facets(countBy(rows, columns.operation), table.operations.text),
    tags: facets(tags, (tag) => tag),
    services: facets(countBy(rows, columns.service), table.services.text),
  }
}

function countBy(rows: Uint32Array, column: ArrayLike<number>): Map<number, number> {
  const counts = new Map<number, number>()
  for (const row of rows) counts.set(column[row] as number, (counts.get(column[row] as number) ?? 0) + 1)
  return counts
}

function facets<K>(counts: ReadonlyMap<K, number>, name: (key: K) => string): Facet[] {
  const all = [...counts].map(([key, count]) => ({ value: name(key), count })).filter(({ value }) => value !== '')
  return all.sort((a, b) => b.count - a.count || a.value.localeCompare(b.value)).slice(0, MAX_FACETS)
}
