// One value of configuration: what a row of the table accepts, as a text or given in code. In: a row, a text or a value. Out: the value
// read, or undefined; in words what is allowed. Leaf.
import { printableSlip } from '../secrets/printable.ts'
import { badRules, MAX_PATTERN_SIZE, PATH_ROOTS, PATTERN_NAMES, splitRules } from './redact-rules.ts'
import type { Options } from './shape.ts'

/** Of an object that every record repeats. */
const MAX_JSON_CHARS = 65_536
const MAX_JSON_DEPTH = 64
/** Longest part of a bad value that a warning repeats, in characters. */
const SHOWN_MAX = 100

/** One variable. `Key` is the field it fills: of `Options` here, of the OpenTelemetry settings in destinations/otel-table.ts. */
export interface OptionRow<Key extends string = keyof Options> {
  readonly key: Key
  readonly env: string
  readonly kind: 'string' | 'list' | 'rules' | 'boolean' | 'number' | 'json' | 'url' | 'choice' | 'choices'
  readonly fallback: unknown
  /** Used instead of a bad value where the fallback would record what was perhaps to stay private. */
  readonly closed?: unknown
  readonly choices?: readonly string[]
  /** Further words that a boolean accepts. */
  readonly words?: { readonly [word: string]: boolean }
  readonly min?: number
  /** Of a text: its length in characters. */
  readonly max?: number
  readonly integer?: boolean
  /** A URL that is used as it is, not as a base: it may have a query. */
  readonly exact?: boolean
  /** A URL that gRPC clients also take without a scheme: `host:port`. */
  readonly bare?: boolean
  /** Never printed in a warning, by doctor or in diagnostics. */
  readonly secret?: boolean
  readonly description: string
}

/** Reads a text as the row's kind; undefined when it is not allowed. */
export function readText(row: OptionRow<string>, text: string): unknown {
  switch (row.kind) {
    case 'string':
      return text.length > (row.max ?? Infinity) ? undefined : text
    case 'list':
      return [...new Set(splitList(text))]
    case 'rules': {
      const rules = [...new Set(splitRules(text))]
      return rules.length > 0 && badRules(rules).length === 0 ? rules : undefined
    }
    case 'boolean':
      return new Map(Object.entries(row.words ?? {})).get(text.toLowerCase()) ?? readBoolean(text)
    case 'number':
      return readNumber(row, Number(text))
    case 'json':
      return readObject(text)
    case 'url':
      return readUrl(row, text)
    case 'choice':
      return row.choices?.includes(text.toLowerCase()) ? text.toLowerCase() : undefined
    case 'choices': {
      const names = splitList(text.toLowerCase())
      return names.length > 0 && names.every((name) => row.choices?.includes(name)) ? [...new Set(names)] : undefined
    }
  }
}

/** Reads a value given in code, typed or as text; undefined when it is not allowed. */
export function readGiven(row: OptionRow, value: unknown): unknown {
  if (typeof value === 'string') return readText(row, value.trim())
  if (row.kind === 'boolean') return typeof value === 'boolean' ? value : undefined
  if (row.kind === 'number') return typeof value === 'number' ? readNumber(row, value) : undefined
  if (row.kind === 'json') return isPlainObject(value) && isModest(value) ? value : undefined
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) return undefined
  if (row.kind === 'rules') return badRules(value).length === 0 ? value : undefined
  if (row.kind !== 'list' && row.kind !== 'choices') return undefined
  return value.length > 0 ? readText(row, value.join(',')) : []
}

/** Splits a comma list; blanks around entries and empty entries go. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function readBoolean(text: string): boolean | undefined {
  if (/^(1|true|yes|on)$/i.test(text)) return true
  if (/^(0|false|no|off)$/i.test(text)) return false
  return undefined
}

function readNumber(row: OptionRow<string>, value: number): number | undefined {
  if (!Number.isFinite(value) || (row.integer && !Number.isInteger(value))) return undefined
  if (value < (row.min ?? -Infinity) || value > (row.max ?? Infinity)) return undefined
  return value
}

function readObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject && isModest(value) ? value : undefined
  } catch {
    return undefined // not JSON: the caller warns with the value and what is allowed
  }
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** It stands in `lane.json` and in every record: nothing that cannot be written as JSON, is deeper than any reader, or is a load. */
function isModest(value: object): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_JSON_DEPTH || level.length > MAX_JSON_CHARS) return false
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []))
  }
  return JSON.stringify(value).length <= MAX_JSON_CHARS
}

function readUrl(row: OptionRow<string>, text: string): string | undefined {
  if (row.bare && /^(\[[0-9a-f:.]+\]|[\w.-]+):\d+$/i.test(text)) return text
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  if (!/^https?:$/.test(url.protocol)) return undefined
  if (row.exact) return text
  return url.search + url.hash === '' ? text.replace(/\/+$/, '') : undefined
}

/** Says in words what a row accepts, e.g. `a whole number from 0 to 60000`. */
export function describeAllowed(row: OptionRow<string>): string {
  if (row.kind === 'choice') return `one of ${row.choices?.join(', ')}`
  if (row.kind === 'choices') return `a comma list of ${row.choices?.join(', ')}`
  if (row.kind === 'boolean')
    return `true or false (1, 0, yes, no, on, off${Object.keys(row.words ?? {})
      .map((word) => `, ${word}`)
      .join('')})`
  if (row.kind === 'json')
    return `a JSON object of at most ${MAX_JSON_CHARS} characters, nested at most ${MAX_JSON_DEPTH} deep`
  if (row.kind === 'url')
    return `an http or https URL${row.exact ? '' : ' without a query'}${row.bare ? '; `host:port` for gRPC' : ''}`
  if (row.kind === 'list') return 'a comma list'
  if (row.kind === 'rules')
    return (
      `a comma list of ${PATTERN_NAMES.join(', ')}, paths that begin with ${PATH_ROOTS.join(', ')} or *, and expressions like /EMP-\\d{6}/i ` +
      `(flags g, i, m, s, u; no look-around, no back-reference; at most ${MAX_PATTERN_SIZE} characters with its counts written out)`
    )
  if (row.kind !== 'number') return row.max === undefined ? 'a text' : `a text of at most ${row.max} characters`
  const noun = row.integer ? 'a whole number' : 'a number'
  return row.max === undefined ? `${noun} of at least ${row.min}` : `${noun} from ${row.min} to ${row.max}`
}

/** The warning for a text that is not allowed: what it is, what is allowed, what is used instead. */
export function describeBad(row: OptionRow<string>, text: string): string {
  const bad = row.kind === 'rules' ? badRules(splitRules(text)).join(', ') : text
  const shown = row.secret ? 'its value' : JSON.stringify(printableSlip(bad).slice(0, SHOWN_MAX))
  return `${row.env}: ${shown} is not ${describeAllowed(row)}; ${insteadOf(row)}`
}

function insteadOf(row: OptionRow<string>): string {
  if (row.closed !== undefined) return 'no content is recorded'
  return row.fallback === null ? 'ignored' : `using ${JSON.stringify(row.fallback)}`
}
