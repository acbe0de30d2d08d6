// What the filters can choose from, over all calls. In: the table. Out: names with their counts, most frequent first.
import { type Facet, type FacetsAnswer, VIEW_STATUSES } from './api.ts'
import type { Interner } from './names.ts'
import { rowsByStart, type Table } from './table.ts'

const MAX_FACETS = 200

/** `GET /api/facets` */
export function answerFacets(table: Table): FacetsAnswer {
  const { columns } = table
  const rows = rowsByStart(table)
  const named = (column: ArrayLike<number>, names: Interner) =>
    facets(countBy(rows, column, names.size()), (number) => [names.text(number)])
  const listed = (column: ArrayLike<number>, lists: Interner) =>
    facets(countBy(rows, column, lists.size()), (number) => JSON.parse(lists.text(number)) as string[])
  return {
    statuses: facets(countBy(rows, columns.status, VIEW_STATUSES.length), (number) => [VIEW_STATUSES[number] ?? '']),
    models: named(columns.model, table.models),
    operations: named(columns.operation, table.operations),
    services: named(columns.service, table.services),
    users: named(columns.user, table.users),
    tags: listed(columns.tags, table.tagLists),
    errors: listed(columns.error, table.errorLists),
  }
}

/** Calls per number of a column. */
function countBy(rows: Uint32Array, column: ArrayLike<number>, size: number): Uint32Array {
  const counts = new Uint32Array(size)
  for (const row of rows) {
    const number = column[row] as number
    counts[number] = (counts[number] ?? 0) + 1
  }
  return counts
}

function facets(counts: Uint32Array, namesOf: (number: number) => readonly string[]): Facet[] {
  const byName = new Map<string, number>()
  for (const [number, count] of counts.entries()) {
    if (count === 0) continue
    for (const name of namesOf(number)) if (name !== '') byName.set(name, (byName.get(name) ?? 0) + count)
  }
  const all = [...byName].map(([value, count]) => ({ value, count }))
  return all.sort((a, b) => b.count - a.count || a.value.localeCompare(b.value)).slice(0, MAX_FACETS)
}
