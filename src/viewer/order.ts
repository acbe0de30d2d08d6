// Rows by start time. In: the start times and row numbers. Out: row numbers, oldest first; ties keep the order of arrival. Pure.

/** Sorts rows by start time. */
export function sortRows(started: Float64Array, rows: readonly number[]): Uint32Array {
  return Uint32Array.from(rows).sort((a, b) => at(started, a) - at(started, b) || a - b)
}

/** Merges rows that came later, in any order, into rows that are sorted. Linear, whatever their start times. */
export function appendRows(started: Float64Array, sorted: Uint32Array, fresh: readonly number[]): Uint32Array {
  const added = sortRows(started, fresh)
  const merged = new Uint32Array(sorted.length + added.length)
  let left = 0
  let right = 0
  for (let i = 0; i < merged.length; i++) {
    const a = sorted[left]
    const b = added[right]
    const takeLeft = b === undefined || (a !== undefined && at(started, a) <= at(started, b))
    merged[i] = (takeLeft ? sorted[left++] : added[right++]) as number
  }
  return merged
}

function at(started: Float64Array, row: number): number {
  return started[row] as number
}
