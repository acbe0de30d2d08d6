// The table's storage: one typed array per column, about 114 bytes a call. NaN stands for null. Grows by doubling.

const LAYOUT = {
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
  method: Uint32Array,
  name: Uint32Array,
  service: Uint32Array,
  trace: Uint32Array,
  session: Uint32Array,
  tags: Uint32Array,
  operation: Uint16Array,
  http: Uint16Array,
  status: Uint8Array,
  attempts: Uint8Array,
  stream: Uint8Array,
} as const

type Layout = typeof LAYOUT

/** One array per column, all of one length. */
export type Columns = { -readonly [K in keyof Layout]: InstanceType<Layout[K]> }

const COLUMN_NAMES = Object.keys(LAYOUT) as (keyof Layout)[]

export function makeColumns(capacity: number): Columns {
  const columns: Partial<Record<keyof Layout, unknown>> = {}
  for (const name of COLUMN_NAMES) columns[name] = new LAYOUT[name](capacity)
  return columns as Columns
}

/** Doubles the columns in place when `row` does not fit. */
export function growColumns(columns: Columns, row: number): void {
  if (row < columns.started.length) return
  const larger = makeColumns(columns.started.length * 2)
  for (const name of COLUMN_NAMES) larger[name].set(columns[name])
  Object.assign(columns, larger)
}

/** Gives every distinct text a small number, so that a column of names costs four bytes a call. */
export interface Interner {
  readonly of: (text: string) => number
  readonly find: (text: string) => number | undefined
  readonly text: (number: number) => string
  readonly size: () => number
}

export function makeInterner(): Interner {
  const numbers = new Map<string, number>()
  const texts: string[] = []
  return {
    of: (text) => {
      const known = numbers.get(text)
      if (known !== undefined) return known
      numbers.set(text, texts.length)
      return texts.push(text) - 1
    },
    find: (text) => numbers.get(text),
    text: (number) => texts[number] ?? '',
    size: () => texts.length,
  }
}
