// The filter as the URL holds it, and the rows it lets through. In: query parameters, the table. Out: rows, newest first. Pure.
import { VIEW_STATUSES, type ViewStatus } from './api.ts'
import type { Interner } from './columns.ts'
import { rowsByStart, type Table } from './table.ts'

export interface Filter {
  readonly statuses: readonly ViewStatus[]
  readonly models: readonly string[]
  readonly operations: readonly string[]
  readonly services: readonly string[]
  readonly tag: string | null
  readonly trace: string | null
  /** Start times, epoch milliseconds; null: unbounded. */
  readonly fromMs: number | null
  readonly toMs: number | null
  /** Words to search for in the records; empty: no search. */
  readonly query: string
}

const UNIT_MS: ReadonlyMap<string, number> = new Map(Object.entries({ m: 60_000, h: 3_600_000, d: 86_400_000 }))
const MAX_QUERY_CHARS = 500

/** Reads a filter from e.g. `status=error&model=gpt-4o&since=1h&q=refund`. What is not understood does not filter. */
export function parseFilter(params: URLSearchParams, nowMs: number): Filter {
  const statuses = params.getAll('status').filter((name) => VIEW_STATUSES.includes(name as ViewStatus))
  return {
    statuses: statuses as ViewStatus[],
    models: params.getAll('model').filter(Boolean),
    operations: params.getAll('operation').filter(Boolean),
    services: params.getAll('service').filter(Boolean),
    tag: params.get('tag') || null,
    trace: params.get('trace') || null,
    fromMs: sinceMs(params.get('since'), nowMs) ?? epochOf(params.get('from')),
    toMs: epochOf(params.get('to')),
    query: (params.get('q') ?? '').slice(0, MAX_QUERY_CHARS).trim(),
  }
}

function sinceMs(value: string | null, nowMs: number): number | null {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(value ?? '') ?? []
  return unit === undefined ? null : nowMs - Number(count) * (UNIT_MS.get(unit) ?? 0)
}

function epochOf(value: string | null): number | null {
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null
}

/** Rows that pass, newest first. The words of `query` are not looked at: see search.ts. */
export function filterRows(table: Table, filter: Filter): Uint32Array {
  const order = rowsByStart(table)
  const passes = compile(table, filter)
  const rows = new Uint32Array(order.length)
  let count = 0
  for (let i = order.length - 1; i >= 0; i--) {
    const row = order[i] as number
    if (passes(row)) rows[count++] = row
  }
  return rows.subarray(0, count)
}

function compile(table: Table, filter: Filter): (row: number) => boolean {
  const { columns } = table
  const tests: ((row: number) => boolean)[] = []
  const addSet = (column: ArrayLike<number>, numbers: ReadonlySet<number>) =>
    tests.push((row) => numbers.has(column[row] as number))
  if (filter.statuses.length > 0)
    addSet(columns.status, new Set(filter.statuses.map((status) => VIEW_STATUSES.indexOf(status))))
  if (filter.models.length > 0) addSet(columns.model, numbersOf(table.models, filter.models))
  if (filter.operations.length > 0) addSet(columns.operation, numbersOf(table.operations, filter.operations))
  if (filter.services.length > 0) addSet(columns.service, numbersOf(table.services, filter.services))
  if (filter.trace !== null) addSet(columns.trace, numbersOf(table.traces, [filter.trace]))
  if (filter.tag !== null) addSet(columns.tags, tagListsWith(table.tagLists, filter.tag))
  const from = filter.fromMs ?? -Infinity
  const to = filter.toMs ?? Infinity
  if (from !== -Infinity || to !== Infinity)
    tests.push((row) => (columns.started[row] as number) >= from && (columns.started[row] as number) <= to)
  return (row) => {
    for (const test of tests) if (!test(row)) return false
    return true
  }
}

function numbersOf(interner: Interner, texts: readonly string[]): ReadonlySet<number> {
  return new Set(texts.flatMap((text) => interner.find(text) ?? []))
}

function tagListsWith(tagLists: Interner, tag: string): ReadonlySet<number> {
  const numbers = new Set<number>()
  for (let number = 0; number < tagLists.size(); number++)
    if ((JSON.parse(tagLists.text(number)) as string[]).includes(tag)) numbers.add(number)
  return numbers
}
