// Deliver: JSON text of a body or a record. Pure, worker thread. Never throws, however deep or odd the value.

/** Stands where a value contains itself; records come from JSON text and cannot, options given in code can. */
const CYCLE = '"[circular]"'

/**
 * Returns the JSON text of a value, `null` for what JSON cannot say. `JSON.stringify` is recursive before Node 26 and
 * overflows near 5,000 levels on a 1 MB stack, which a request may legally have; then a loop writes the same text.
 */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch {
    return writeJson(value) // RangeError (depth), TypeError (cycle, bigint)
  }
}

interface Level {
  readonly container: object
  readonly entries: readonly (readonly [string | null, unknown])[]
  next: number
}

function writeJson(root: unknown): string {
  const out: string[] = []
  const open: Level[] = []
  const within = new Set<object>()
  begin(root, out, open, within)
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    const entry = level.entries[level.next]
    if (entry === undefined) {
      out.push(Array.isArray(level.container) ? ']' : '}')
      within.delete(level.container)
      open.pop()
      continue
    }
    if (level.next > 0) out.push(',')
    level.next += 1
    if (entry[0] !== null) out.push(JSON.stringify(entry[0]), ':')
    begin(entry[1], out, open, within)
  }
  return out.join('')
}

function begin(value: unknown, out: string[], open: Level[], within: Set<object>): void {
  if (typeof value === 'bigint') out.push(JSON.stringify(value.toString()))
  else if (typeof value !== 'object' || value === null) out.push(JSON.stringify(value) ?? 'null')
  else if (within.has(value)) out.push(CYCLE)
  else {
    out.push(Array.isArray(value) ? '[' : '{')
    within.add(value)
    open.push({ container: value, entries: entriesOf(value), next: 0 })
  }
}

function entriesOf(value: object): readonly (readonly [string | null, unknown])[] {
  if (Array.isArray(value)) return value.map((entry) => [null, entry] as const)
  return Object.entries(value).filter(([, entry]) => entry !== undefined && typeof entry !== 'function')
}

/** Narrows to a JSON object, the way the encoders look into bodies whose shape nobody promises. */
export function asObject(value: unknown): { readonly [key: string]: unknown } | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: unknown })
    : null
}

/** The entries of an array, none when it is not one. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : NONE
}

const NONE: readonly unknown[] = []

/** A string as it is, anything else as JSON text, nothing as the empty text. `String()` throws for `{"toString":1}`. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value
  return value === null || value === undefined ? '' : toJson(value)
}
