// Rows by latency, tokens or cost. In: rows, newest first. Out: the same in another order; calls of which it is not known come last. Pure.
import type { Columns } from './columns.ts'

const COLUMNS: ReadonlyMap<string, keyof Columns> = new Map([
  ['latency', 'duration'],
  ['tokens', 'totalTokens'],
  ['cost', 'cost'],
])
/** Bits of a whole number that a double holds. */
const DOUBLE_BITS = 53
const FLOAT_BITS = 32

/** Sorts by `sort=latency|tokens|cost`, dearest and slowest first; `order=asc` turns it. Anything else is the order of time. */
export function sortRowsBy(
  columns: Columns,
  rows: Uint32Array,
  sort: string | null,
  order: string | null,
): Uint32Array {
  const name = COLUMNS.get(sort ?? '')
  const isAscending = order === 'asc'
  if (name === undefined) return isAscending ? rows.toReversed() : rows
  return sortBy(columns[name] as Float64Array, rows, isAscending)
}

/**
 * A million rows in 0.1 s, where a comparing function needs more than one: value and place become one number each, which the engine sorts
 * by itself. The upper bits are the value's, as a 32-bit float, whose bits grow with it; the lower ones the place, so that equals keep theirs.
 */
function sortBy(column: Float64Array, rows: Uint32Array, isAscending: boolean): Uint32Array {
  const placeBits = Math.max(1, Math.ceil(Math.log2(rows.length + 1)))
  const places = 2 ** placeBits
  const shift = 2 ** Math.max(0, FLOAT_BITS + placeBits - DOUBLE_BITS)
  const value = new Float32Array(1)
  const bits = new Uint32Array(value.buffer)
  const keys = new Float64Array(rows.length)
  for (let at = 0; at < rows.length; at++) {
    value[0] = column[rows[at] as number] as number
    const known = (value[0] as number) >= 0
    const rank = Math.floor((bits[0] as number) / shift)
    keys[at] = (known ? (isAscending ? rank : -rank - 1) : 2 ** FLOAT_BITS) * places + at
  }
  keys.sort()
  const sorted = new Uint32Array(rows.length)
  for (let at = 0; at < keys.length; at++) {
    const place = (keys[at] as number) % places
    sorted[at] = rows[place < 0 ? place + places : place] as number
  }
  return sorted
}
