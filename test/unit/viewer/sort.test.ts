import { describe, expect, test } from 'vitest'
import { makeColumns } from '../../../src/viewer/columns.ts'
import { sortRowsBy } from '../../../src/viewer/sort.ts'
import { randomFrom } from '../../integration/viewer/records.ts'

const COUNT = 5000
const random = randomFrom(3)
const columns = makeColumns(COUNT)
for (let row = 0; row < COUNT; row++) {
  columns.duration[row] = random() < 0.1 ? Number.NaN : Math.round(random() * 90_000) / 100
  columns.cost[row] = random() < 0.1 ? 0 : random() ** 9
  columns.totalTokens[row] = Math.floor(random() * 50)
}
const rows = Uint32Array.from({ length: COUNT }, (_, at) => COUNT - 1 - at)

describe.each([
  ['latency', 'duration'],
  ['cost', 'cost'],
  ['tokens', 'totalTokens'],
] as const)('by %s', (sort, name) => {
  test.each([null, 'asc'])('order %s: unknown last, equals as they were', (order) => {
    const sign = order === 'asc' ? 1 : -1
    const key = (row: number) => Math.fround(columns[name][row] as number)
    const known = [...rows].filter((row) => !Number.isNaN(key(row)))
    const wanted = [...known.sort((a, b) => sign * (key(a) - key(b))), ...rows.filter((row) => Number.isNaN(key(row)))]
    expect([...sortRowsBy(columns, rows, sort, order)]).toEqual(wanted)
  })
})

test('by time, or by what is not known', () => {
  expect(sortRowsBy(columns, rows, null, null)).toEqual(rows)
  expect(sortRowsBy(columns, rows, 'constructor', null)).toEqual(rows)
  expect(sortRowsBy(columns, rows, null, 'asc')).toEqual(rows.toReversed())
  expect(sortRowsBy(columns, new Uint32Array(0), 'cost', null)).toHaveLength(0)
})
