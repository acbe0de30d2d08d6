// The filter as the URL holds it, and the rows it lets through. In: query parameters, the table. Out: rows, newest first. Pure.
// What a name must be says `src/filter`, as for every command; here each distinct name is asked for once, not each call.
import { type Filter, type NameField, type NameTest, nameTests } from '../filter/filter.ts'
import { VIEW_STATUSES, type ViewStatus } from './api.ts'
import type { Interner } from './names.ts'
import { rowsByStart, type Table } from './table.ts'

export interface ViewFilter {
  /** What the table knows. */
  readonly names: Filter
  readonly conversation: string | null
  /** Start times, epoch milliseconds; null: unbounded. */
  readonly fromMs: number | null
  readonly toMs: number | null
  /** What only the records know: words, fields of metadata. Null: nothing to look for. */
  readonly wanted: Pick<Filter, 'text' | 'metadata'> | null
}

const UNIT_MS: ReadonlyMap<string, number> = new Map(
  Object.entries({ ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }),
)
const MAX_QUERY_CHARS = 500

/** Reads a filter from e.g. `status=error&model=gpt-4o*&meta=plan%3Dpro&since=1h&q=refund`. What is not understood does not filter. */
export function parseFilter(params: URLSearchParams, nowMs: number): ViewFilter {
  const minCostUsd = Number(params.get('min_cost') || Number.NaN)
  const minLatencyMs = durationMs(params.get('min_latency'))
  return {
    names: {
      ...given('status', params.getAll('status').filter(isStatus)),
      ...given('model', params.getAll('model')),
      ...given('operation', params.getAll('operation')),
      ...given('service', params.getAll('service')),
      ...given('user', params.getAll('user')),
      ...given('error', params.getAll('error')),
      ...given('tag', params.getAll('tag')),
      ...given('trace', params.getAll('trace')),
      ...(minCostUsd >= 0 && { minCostUsd }),
      ...(minLatencyMs !== null && { minLatencyMs }),
    },
    conversation: params.get('conversation') || null,
    fromMs: sinceMs(params.get('since'), nowMs) ?? epochOf(params.get('from')),
    toMs: epochOf(params.get('to')),
    wanted: wantedOf(params),
  }
}

function isStatus(name: string): boolean {
  return VIEW_STATUSES.includes(name as ViewStatus)
}

function given(field: NameField, values: readonly string[]): Filter {
  const names = values.filter(Boolean)
  return names.length > 0 ? { [field]: names } : {}
}

/** `meta=plan=pro`: the field ends at the first `=`. */
function wantedOf(params: URLSearchParams): ViewFilter['wanted'] {
  const text = (params.get('q') ?? '').slice(0, MAX_QUERY_CHARS).trim()
  const metadata = params.getAll('meta').flatMap((pair): (readonly [string, string])[] => {
    const at = pair.indexOf('=')
    return at > 0 ? [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()]] : []
  })
  if (text === '' && metadata.length === 0) return null
  return { ...(text !== '' && { text }), ...(metadata.length > 0 && { metadata }) }
}

function sinceMs(value: string | null, nowMs: number): number | null {
  return /^\d{1,4}[mhd]$/.test(value ?? '') ? nowMs - (durationMs(value) ?? 0) : null
}

/** `2s`, `500ms`, `1.5m`; a bare number is seconds. */
function durationMs(value: string | null): number | null {
  const [, count, unit = 's'] = /^(\d{1,9}(?:\.\d{1,6})?)(ms|[smhd])?$/.exec(value ?? '') ?? []
  return count === undefined ? null : Number(count) * (UNIT_MS.get(unit) ?? 0)
}

function epochOf(value: string | null): number | null {
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null
}

/** Rows that pass, newest first. What is `wanted` is not looked at: see search.ts. */
export function filterRows(table: Table, filter: ViewFilter): Uint32Array {
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

type RowTest = (row: number) => boolean

function compile(table: Table, filter: ViewFilter): RowTest {
  const { columns } = table
  const tests: RowTest[] = [...nameTests(filter.names)].map(([field, passes]) => TESTS[field](table, passes))
  const { minCostUsd, minLatencyMs } = filter.names
  const from = filter.fromMs ?? -Infinity
  const to = filter.toMs ?? Infinity
  if (filter.conversation !== null) {
    const number = table.conversations.find(filter.conversation)
    tests.push((row) => columns.conversation[row] === number)
  }
  if (minCostUsd !== undefined) tests.push((row) => (columns.cost[row] as number) >= minCostUsd)
  if (minLatencyMs !== undefined) tests.push((row) => (columns.duration[row] as number) >= minLatencyMs)
  if (from !== -Infinity || to !== Infinity)
    tests.push((row) => (columns.started[row] as number) >= from && (columns.started[row] as number) <= to)
  return (row) => {
    for (const test of tests) if (!test(row)) return false
    return true
  }
}

const TESTS: { readonly [Field in NameField]: (table: Table, passes: NameTest) => RowTest } = {
  status: ({ columns }, passes) => onColumn(columns.status, VIEW_STATUSES.map(passes)),
  operation: ({ columns, operations }, passes) => onNames(columns.operation, operations, passes),
  trace: ({ columns, traces }, passes) => onNames(columns.trace, traces, passes),
  service: ({ columns, services }, passes) => onNames(columns.service, services, passes),
  user: ({ columns, users }, passes) => onNames(columns.user, users, passes),
  tag: ({ columns, tagLists }, passes) => onLists(columns.tags, tagLists, passes),
  error: ({ columns, errorLists }, passes) => onLists(columns.error, errorLists, passes),
  model: ({ columns, models, served }, passes) => {
    const asked = onNames(columns.model, models, passes)
    const answered = onNames(columns.served, served, passes)
    return (row) => asked(row) || answered(row)
  },
}

/** The name '' stands for none, which fits no pattern. */
function onNames(column: ArrayLike<number>, names: Interner, passes: NameTest): RowTest {
  return onColumn(
    column,
    names.all().map((name) => name !== '' && passes(name)),
  )
}

function onLists(column: ArrayLike<number>, lists: Interner, passes: NameTest): RowTest {
  return onColumn(
    column,
    lists.all().map((list) => (JSON.parse(list) as string[]).some(passes)),
  )
}

function onColumn(column: ArrayLike<number>, verdicts: readonly boolean[]): RowTest {
  return (row) => verdicts[column[row] as number] === true
}
