// The table's storage: one typed array per column, about 130 bytes a call. NaN stands for null. Grows by doubling.

export const LAYOUT = {
  started: Float64Array,
  duration: Float64Array,
  firstToken: Float64Array,
  inputTokens: Float64Array,
  outputTokens: Float64Array,
  totalTokens: Float64Array,
  cost: Float64Array,
  offset: Float64Array,
  bytes: Float64Array,
  /** Number of the file that holds the record; the table's `NO_FILE` for a call in flight. */
  file: Int32Array,
  model: Uint32Array,
  served: Uint32Array,
  method: Uint32Array,
  name: Uint32Array,
  service: Uint32Array,
  trace: Uint32Array,
  session: Uint32Array,
  conversation: Uint32Array,
  user: Uint32Array,
  error: Uint32Array,
  tags: Uint32Array,
  operation: Uint16Array,
  http: Uint16Array,
  status: Uint8Array,
  attempts: Uint8Array,
  stream: Uint8Array,
} as const

export type Layout = typeof LAYOUT

/** One array per column, all of one length. */
export type Columns = { -readonly [K in keyof Layout]: InstanceType<Layout[K]> }

export const COLUMN_NAMES = Object.keys(LAYOUT) as (keyof Layout)[]

export function makeColumns(capacity: number): Columns {
  const columns: Partial<Record<keyof Layout, unknown>> = {}
  for (const name of COLUMN_NAMES) columns[name] = new LAYOUT[name](capacity)
  return columns as Columns
}

/** Doubles the columns in place when `row` does not fit. One after the other: twice all of them would be hundreds of MB. */
export function growColumns(columns: Columns, row: number): void {
  const length = columns.started.length
  if (row < length) return
  for (const name of COLUMN_NAMES) {
    const larger = new LAYOUT[name](Math.max(length * 2, row + 1))
    larger.set(columns[name])
    Object.assign(columns, { [name]: larger })
  }
}
