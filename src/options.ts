// Configuration: what the environment and `start()` say, as `Options`. The table is option-table.ts. Leaf.
// In: an environment and the options given in code. Out: `Options` and one warning per bad value. Main thread and worker.
import { NeatlogsError } from './errors.ts'
import { OPTION_TABLE, type OptionRow } from './option-table.ts'

export { NEATLOGS_ENDPOINT, OPTION_TABLE, type OptionRow } from './option-table.ts'

export type ExporterName = 'neatlogs' | 'otlp' | 'file' | 'stdout' | 'none'
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug' | 'trace'
export interface Environment {
  readonly [name: string]: string | undefined
}

export interface Options {
  readonly apiKey: string | null
  readonly traceId: string | null
  readonly tags: readonly string[]
  readonly endpoint: string
  /** Empty when the destination is to be chosen from what is set (see `chooseExporters`). */
  readonly exporters: readonly ExporterName[]
  readonly protocol: 'otlp' | 'trace' | 'v1'
  readonly project: string | null
  readonly dir: string | null
  readonly service: string | null
  readonly userId: string | null
  readonly metadata: { readonly [key: string]: unknown }
  readonly capture: 'inference' | 'all'
  readonly captureContent: boolean
  /** Content in spans to an OpenTelemetry backend: only when asked for, never when `captureContent` is false. */
  readonly otlpContent: boolean
  readonly redact: readonly string[]
  readonly maxBodyBytes: number
  readonly sampleRate: number
  readonly spoolMaxBytes: number
  readonly exitTimeoutMs: number
  readonly logLevel: LogLevel
  readonly debug: boolean
  readonly disabled: boolean
}

export interface ParsedOptions {
  readonly options: Options
  /** One line each: variable, value (unless secret), what is allowed, what is used instead. */
  readonly warnings: readonly string[]
}

/**
 * Reads the options from an environment; what `given` (from code) names wins. Never throws over a variable: a bad value
 * gives one warning and the fallback, an empty one counts as unset. A bad value in `given` throws `ERR_NEATLOGS_OPTION`.
 */
export function parseOptions(env: Environment, given: Partial<Options> = {}): ParsedOptions {
  const { values, warnings } = readRows(OPTION_TABLE, env)
  for (const row of OPTION_TABLE) {
    const value = given[row.key]
    if (value !== undefined && value !== null) values[row.key] = checkGiven(row, value)
  }
  // Only a choice that was made, and understood, opens the OpenTelemetry spans: the default must not.
  const content = given.captureContent ?? parseBoolean(env.NEATLOGS_CAPTURE_CONTENT?.trim() ?? '')
  if (content !== undefined) values.otlpContent = content
  if (values.debug === true) values.logLevel = 'debug'
  return { options: values as unknown as Options, warnings }
}

/** Reads every row of a table from an environment; the values are keyed by `row.key`. Never throws. */
export function readRows(
  rows: readonly OptionRow<string>[],
  env: Environment,
): { values: { [key: string]: unknown }; warnings: string[] } {
  const values: { [key: string]: unknown } = {}
  const warnings: string[] = []
  for (const row of rows) {
    const text = env[row.env]?.trim()
    values[row.key] = row.fallback
    if (!text) continue
    const value = parseValue(row, text)
    if (value === undefined) warnings.push(describeBad(row, text))
    else values[row.key] = value
  }
  return { values, warnings }
}

/** Longest part of a bad value that a warning repeats, in characters. */
const SHOWN_MAX = 100

function describeBad(row: OptionRow<string>, text: string): string {
  // A URL that does not parse may still hold a password.
  const safe = text.replace(/\/\/[^/@]*@/, '//…@').slice(0, SHOWN_MAX)
  const shown = row.secret ? 'its value' : JSON.stringify(safe)
  const instead = row.fallback === null ? 'ignored' : `using ${JSON.stringify(row.fallback)}`
  return `${row.env}: ${shown} is not ${describeAllowed(row)}; ${instead}`
}

function parseValue(row: OptionRow<string>, text: string): unknown {
  switch (row.kind) {
    case 'string':
      return text
    case 'list':
      return [...new Set(splitList(text))]
    case 'boolean':
      return new Map(Object.entries(row.words ?? {})).get(text.toLowerCase()) ?? parseBoolean(text)
    case 'number':
      return parseNumber(row, Number(text))
    case 'json':
      return parseObject(text)
    case 'url':
      return parseUrl(row, text)
    case 'choice':
      return row.choices?.includes(text.toLowerCase()) ? text.toLowerCase() : undefined
    case 'choices': {
      const names = splitList(text.toLowerCase())
      return names.length > 0 && names.every((name) => row.choices?.includes(name)) ? [...new Set(names)] : undefined
    }
  }
}

function checkGiven(row: OptionRow, value: unknown): unknown {
  let read: unknown
  if (typeof value === 'string') read = parseValue(row, value.trim())
  else if (row.kind === 'boolean' && typeof value === 'boolean') read = value
  else if (row.kind === 'number' && typeof value === 'number') read = parseNumber(row, value)
  else if (row.kind === 'json' && typeof value === 'object' && !Array.isArray(value)) read = value
  else if ((row.kind === 'list' || row.kind === 'choices') && Array.isArray(value)) {
    const strings = value.every((entry) => typeof entry === 'string')
    read = strings && value.length > 0 ? parseValue(row, value.join(',')) : strings ? [] : undefined
  }
  if (read !== undefined) return read
  throw new NeatlogsError('ERR_NEATLOGS_OPTION', `The option ${row.key} must be ${describeAllowed(row)}`)
}

/** Splits a comma list; blanks around entries and empty entries go. */
export function splitList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function parseBoolean(text: string): boolean | undefined {
  if (/^(1|true|yes|on)$/i.test(text)) return true
  if (/^(0|false|no|off)$/i.test(text)) return false
  return undefined
}

function parseNumber(row: OptionRow<string>, value: number): number | undefined {
  if (!Number.isFinite(value) || (row.integer && !Number.isInteger(value))) return undefined
  if (value < (row.min ?? -Infinity) || value > (row.max ?? Infinity)) return undefined
  return value
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined // not JSON: the caller warns with the value and what is allowed
  }
}

function parseUrl(row: OptionRow<string>, text: string): string | undefined {
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
  if (row.kind === 'json') return 'a JSON object'
  if (row.kind === 'url') return `an http or https URL${row.exact ? '' : ' without a query'}`
  if (row.kind === 'list') return 'a comma list'
  if (row.kind !== 'number') return 'a text'
  const noun = row.integer ? 'a whole number' : 'a number'
  return row.max === undefined ? `${noun} of at least ${row.min}` : `${noun} from ${row.min} to ${row.max}`
}

/** Chooses the destinations: what the user named, else what the keys and endpoints that are set imply, else files. */
export function chooseExporters(options: Options, env: Environment): readonly ExporterName[] {
  const isOff = /^true$/i.test(env.OTEL_SDK_DISABLED?.trim() ?? '') || env.OTEL_TRACES_EXPORTER?.trim() === 'none'
  if (options.exporters.length > 0) {
    const named = options.exporters.filter((name) => name !== 'otlp' || !isOff)
    return named.length === 0 || named.includes('none') ? ['none'] : named
  }
  if (options.apiKey !== null) return ['neatlogs']
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?.trim() || env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim()
  return endpoint && !isOff ? ['otlp'] : ['file']
}
