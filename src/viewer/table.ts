// The index of all known calls, in memory: columns, previews and where each record lies. In: entries, in any order.
// Out: rows, and the order by start time. A call's record replaces the call in flight in place, because `id` is the key.
import { type Row, VIEW_STATUSES, type ViewStatus } from './api.ts'
import { type Columns, growColumns, type Interner, makeColumns, makeInterner } from './columns.ts'
import { appendRows, sortRows } from './order.ts'

/** What a call adds to the index. */
export interface Entry extends Row {
  /** The socket that it went over. */
  readonly session_id?: string
}

/** Where a record's line lies. */
export interface Place {
  readonly file: number
  readonly offset: number
  readonly bytes: number
}

/** The file number of calls whose record is not written yet. */
export const NO_FILE = -1
const REMOVED = 255
const IN_FLIGHT = VIEW_STATUSES.indexOf('in_flight')
const FIRST_CAPACITY = 4096
/** Start times of a frame and its record differ by rounding; a smaller change than this does not move a row. */
const SAME_START_MS = 1

export interface Table {
  readonly columns: Columns
  readonly ids: string[]
  readonly prompts: string[]
  readonly answers: string[]
  readonly rowOfId: Map<string, number>
  readonly models: Interner
  readonly methods: Interner
  readonly names: Interner
  readonly services: Interner
  readonly traces: Interner
  readonly sessions: Interner
  readonly operations: Interner
  /** Lists of tags as JSON text. */
  readonly tagLists: Interner
  /** Rows by start time, oldest first; complete only after `rowsByStart`. */
  order: Uint32Array
  fresh: number[]
  /** True when rows went away or moved: the order is rebuilt. */
  stale: boolean
  inFlight: number
  /** Grows with every change. */
  version: number
}

export function makeTable(): Table {
  return {
    columns: makeColumns(FIRST_CAPACITY),
    ids: [],
    prompts: [],
    answers: [],
    rowOfId: new Map(),
    models: makeInterner(),
    methods: makeInterner(),
    names: makeInterner(),
    services: makeInterner(),
    traces: makeInterner(),
    sessions: makeInterner(),
    operations: makeInterner(),
    tagLists: makeInterner(),
    order: new Uint32Array(0),
    fresh: [],
    stale: false,
    inFlight: 0,
    version: 1,
  }
}

/** Adds a call or replaces what is known of it. With `keep`, a record that is already there stays. Gives its row. */
export function putEntry(table: Table, entry: Entry, place: Place, keep = false): number {
  const known = table.rowOfId.get(entry.id)
  if (known !== undefined && place.file === NO_FILE && table.columns.file[known] !== NO_FILE) return known
  if (known !== undefined && keep && table.columns.file[known] !== NO_FILE) return known
  const row = known ?? table.ids.length
  growColumns(table.columns, row)
  if (known === undefined) {
    table.rowOfId.set(entry.id, row)
    table.ids.push(entry.id)
    table.fresh.push(row)
    table.columns.started[row] = entry.started_ms
  } else if (isInFlight(table, row)) table.inFlight--
  writeColumns(table, row, entry, place)
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
  columns.model[row] = table.models.of(entry.model ?? '')
  columns.method[row] = table.methods.of(entry.method)
  columns.name[row] = table.names.of(entry.name ?? '')
  columns.service[row] = table.services.of(entry.service)
  columns.trace[row] = table.traces.of(entry.trace_id)
  columns.session[row] = table.sessions.of(entry.session_id ?? '')
  columns.tags[row] = table.tagLists.of(JSON.stringify(entry.tags))
  columns.operation[row] = table.operations.of(entry.operation)
  columns.http[row] = entry.http_status ?? 0
  columns.status[row] = VIEW_STATUSES.indexOf(entry.status)
  columns.attempts[row] = Math.min(entry.attempts, 255)
  columns.stream[row] = entry.stream ? 1 : 0
  table.prompts[row] = entry.prompt
  table.answers[row] = entry.answer
}

/** Forgets a call: its file went away. */
export function removeRow(table: Table, row: number): void {
  if (table.columns.status[row] === REMOVED) return
  if (isInFlight(table, row)) table.inFlight--
  table.columns.status[row] = REMOVED
  table.columns.file[row] = NO_FILE
  table.rowOfId.delete(table.ids[row] ?? '')
  table.prompts[row] = ''
  table.answers[row] = ''
  table.stale = true
  table.version++
}

/** Forgets every call whose record lay in this file. */
export function removeFile(table: Table, file: number): void {
  for (const row of rowsByStart(table)) if (table.columns.file[row] === file) removeRow(table, row)
}

/** All rows by start time, oldest first. Rows that came since the last call are merged in. */
export function rowsByStart(table: Table): Uint32Array {
  if (table.stale) {
    const rows = [...table.rowOfId.values()]
    table.order = sortRows(table.columns.started, rows)
  } else if (table.fresh.length > 0) table.order = appendRows(table.columns.started, table.order, table.fresh)
  table.stale = false
  table.fresh = []
  return table.order
}

function isInFlight(table: Table, row: number): boolean {
  return table.columns.status[row] === IN_FLIGHT
}

/** Gives one call as the page sees it. */
export function readRow(table: Table, row: number): Row {
  const { columns } = table
  return {
    id: table.ids[row] ?? '',
    started_ms: columns.started[row] ?? 0,
    status: (VIEW_STATUSES[columns.status[row] ?? 0] ?? 'incomplete') as ViewStatus,
    http_status: columns.http[row] || null,
    model: table.models.text(columns.model[row] ?? 0) || null,
    operation: table.operations.text(columns.operation[row] ?? 0),
    method: table.methods.text(columns.method[row] ?? 0),
    name: table.names.text(columns.name[row] ?? 0) || null,
    service: table.services.text(columns.service[row] ?? 0),
    stream: columns.stream[row] === 1,
    attempts: columns.attempts[row] ?? 0,
    duration_ms: known(columns.duration[row]),
    time_to_first_token_ms: known(columns.firstToken[row]),
    input_tokens: known(columns.inputTokens[row]),
    output_tokens: known(columns.outputTokens[row]),
    total_tokens: known(columns.totalTokens[row]),
    cost_usd: known(columns.cost[row]),
    prompt: table.prompts[row] ?? '',
    answer: table.answers[row] ?? '',
    trace_id: table.traces.text(columns.trace[row] ?? 0),
    tags: JSON.parse(table.tagLists.text(columns.tags[row] ?? 0) || '[]'),
  }
}

/** A column's value, null where it is unknown (NaN). */
export function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value
}
