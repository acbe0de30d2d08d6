// The index of all known calls, in memory: columns, and where each record lies. In: entries, in any order.
// Out: rows, and the order by start time. A call's record replaces the call in flight in place, because `id` is the key.
import { type Row, VIEW_STATUSES } from './api.ts'
import { type Columns, growColumns, makeColumns } from './columns.ts'
import { addId, findId, type Ids, idOf, makeIds, removeId } from './ids.ts'
import { makeNames, type Names } from './names.ts'
import { appendRows, sortRows } from './order.ts'

/** What a call adds to the index. */
export interface Entry extends Row {
  /** The socket that it went over. */
  readonly session_id?: string
  /** The model that answered, where it is not the one asked for. */
  readonly served?: string
  /** Code, type and status of its error. */
  readonly errors?: readonly string[]
}

/** Where a record's line lies. */
export interface Place {
  readonly file: number
  readonly offset: number
  readonly bytes: number
}

/** The file number of calls whose record is not written yet. */
export const NO_FILE = -1
export const REMOVED = 255
const IN_FLIGHT = VIEW_STATUSES.indexOf('in_flight')
/** First words that are kept in memory: some MB; a screen has 20. */
export const MAX_PREVIEWS = 20_000
const FIRST_CAPACITY = 4096
/** Start times of a frame and its record differ by rounding; a smaller change than this does not move a row. */
const SAME_START_MS = 1

export interface Table extends Names {
  readonly columns: Columns
  readonly ids: Ids
  /** First words of what was asked and answered, of some rows: see previews.ts. */
  readonly previews: Map<number, { readonly prompt: string; readonly answer: string }>
  /** Rows by start time, oldest first; complete only after `rowsByStart`. */
  order: Uint32Array
  fresh: number[]
  /** True when a row moved: the order is made anew. */
  stale: boolean
  /** True when rows went away: they are left out. Sorting a million for each file that goes would take a second. */
  hasGone: boolean
  inFlight: number
  /** Grows with every change. */
  version: number
  /** Grows when a record is found in another place than before. */
  moves: number
}

export function makeTable(): Table {
  return {
    columns: makeColumns(FIRST_CAPACITY),
    ids: makeIds(FIRST_CAPACITY),
    previews: new Map(),
    ...makeNames(),
    order: new Uint32Array(0),
    fresh: [],
    stale: false,
    hasGone: false,
    inFlight: 0,
    version: 1,
    moves: 0,
  }
}

/** Adds a call or replaces what is known of it. With `keep`, a record that is already there stays. Gives its row. */
export function putEntry(table: Table, entry: Entry, place: Place, keep = false): number {
  const known = findRow(table, entry.id)
  if (known !== undefined && place.file === NO_FILE && table.columns.file[known] !== NO_FILE) return known
  if (known !== undefined && keep && table.columns.file[known] !== NO_FILE) return known
  const row = known ?? addId(table.ids, entry.id)
  growColumns(table.columns, row)
  if (known === undefined) {
    table.fresh.push(row)
    table.columns.started[row] = entry.started_ms
  } else if (isInFlight(table, row)) table.inFlight--
  if (known !== undefined && table.columns.file[row] !== NO_FILE) table.moves++
  writeColumns(table, row, entry, place)
  if (place.file === NO_FILE || table.previews.has(row) || table.previews.size < MAX_PREVIEWS)
    table.previews.set(row, { prompt: entry.prompt, answer: entry.answer })
  if (isInFlight(table, row)) table.inFlight++
  table.version++
  return row
}

function writeColumns(table: Table, row: number, entry: Entry, place: Place): void {
  const { columns } = table
  if (Math.abs((columns.started[row] ?? 0) - entry.started_ms) > SAME_START_MS) {
    columns.started[row] = entry.started_ms
    table.stale = true
  }
  columns.duration[row] = entry.duration_ms ?? Number.NaN
  columns.firstToken[row] = entry.time_to_first_token_ms ?? Number.NaN
  columns.inputTokens[row] = entry.input_tokens ?? Number.NaN
  columns.outputTokens[row] = entry.output_tokens ?? Number.NaN
  columns.totalTokens[row] = entry.total_tokens ?? Number.NaN
  columns.cost[row] = entry.cost_usd ?? Number.NaN
  columns.file[row] = place.file
  columns.offset[row] = place.offset
  columns.bytes[row] = place.bytes
  columns.http[row] = entry.http_status ?? 0
  columns.status[row] = VIEW_STATUSES.indexOf(entry.status)
  columns.attempts[row] = Math.min(entry.attempts, 255)
  columns.stream[row] = entry.stream ? 1 : 0
  writeNames(table, row, entry)
}

function writeNames(table: Table, row: number, entry: Entry): void {
  const { columns } = table
  columns.model[row] = table.models.of(entry.model ?? '')
  columns.served[row] = table.served.of(entry.served ?? '')
  columns.method[row] = table.methods.of(entry.method)
  columns.name[row] = table.names.of(entry.name ?? '')
  columns.service[row] = table.services.of(entry.service)
  columns.trace[row] = table.traces.of(entry.trace_id)
  columns.session[row] = table.sessions.of(entry.session_id ?? '')
  columns.conversation[row] = table.conversations.of(entry.conversation_id ?? '')
  columns.user[row] = table.users.of(entry.user_id ?? '')
  columns.tags[row] = table.tagLists.of(JSON.stringify(entry.tags))
  columns.error[row] = table.errorLists.of(JSON.stringify(entry.errors ?? []))
  columns.operation[row] = table.operations.of(entry.operation)
}

/** The row of a call; undefined when there is none. */
export function findRow(table: Table, id: string): number | undefined {
  return findId(table.ids, id)
}

/** The id of a row's call. */
export function idOfRow(table: Table, row: number): string {
  return idOf(table.ids, row)
}

/** Forgets a call: its file went away. */
export function removeRow(table: Table, row: number): void {
  if (table.columns.status[row] === REMOVED) return
  if (isInFlight(table, row)) table.inFlight--
  table.columns.status[row] = REMOVED
  table.columns.file[row] = NO_FILE
  removeId(table.ids, row)
  table.previews.delete(row)
  table.hasGone = true
  table.moves++
  table.version++
}

/** Forgets every call whose record lay in this file. */
export function removeFile(table: Table, file: number): void {
  for (const row of rowsByStart(table)) if (table.columns.file[row] === file) removeRow(table, row)
}

/** All rows by start time, oldest first. Rows that came since the last call are merged in. */
export function rowsByStart(table: Table): Uint32Array {
  const isPresent = (row: number) => table.columns.status[row] !== REMOVED
  if (table.stale) table.order = sortRows(table.columns.started, presentRows(table))
  else {
    if (table.hasGone) table.order = table.order.filter(isPresent)
    const fresh = table.hasGone ? table.fresh.filter(isPresent) : table.fresh
    if (fresh.length > 0) table.order = appendRows(table.columns.started, table.order, fresh)
  }
  table.stale = false
  table.hasGone = false
  table.fresh = []
  return table.order
}

function presentRows({ ids, columns }: Table): number[] {
  return Array.from({ length: ids.rows }, (_, row) => row).filter((row) => columns.status[row] !== REMOVED)
}

function isInFlight(table: Table, row: number): boolean {
  return table.columns.status[row] === IN_FLIGHT
}

/** Whether a row has no record yet. */
export function isPending({ columns }: Table, row: number): boolean {
  return columns.file[row] === NO_FILE
}
