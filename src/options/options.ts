// Configuration: what the environment and `start()` say, as `Options`. The table is table.ts. Leaf.
// In: an environment and the options given in code. Out: `Options` and one warning per bad value. Main thread and worker.
import { NeatlogsError } from '../errors.ts'
import { ALL_RULES } from './redact-rules.ts'
import type { Environment, ExporterName, Options } from './shape.ts'
import { OPTION_TABLE } from './table.ts'
import { describeAllowed, describeBad, type OptionRow, readGiven, readText } from './value.ts'

export type { Environment, ExporterName, LogLevel, Options } from './shape.ts'
export { NEATLOGS_ENDPOINT, OPTION_TABLE } from './table.ts'
export { describeAllowed, type OptionRow } from './value.ts'

export interface ParsedOptions {
  readonly options: Options
  /** One line each: variable, value (unless secret), what is allowed, what is used instead. */
  readonly warnings: readonly string[]
}

/**
 * Reads the options from an environment; what `given` (from code) names wins. Never throws over a variable: a bad value
 * gives one warning and the fallback (no content, where it was about content), an empty one counts as unset. A bad value in `given` throws `ERR_NEATLOGS_OPTION`.
 */
export function parseOptions(env: Environment, given: Partial<Options> = {}): ParsedOptions {
  const { values, warnings } = readRows(OPTION_TABLE, env)
  for (const row of OPTION_TABLE) {
    const value = given[row.key]
    if (value !== undefined && value !== null) values[row.key] = checkGiven(row, value)
  }
  // Only a choice that was made opens the OpenTelemetry spans: the default must not.
  if ((given.captureContent ?? null) !== null || env.NEATLOGS_CAPTURE_CONTENT?.trim()) {
    values.otlpContent = values.captureContent
  }
  // Rules that were asked for and are not understood: nothing private, rather than what they were to take away.
  if (values.redact === ALL_RULES) Object.assign(values, { captureContent: false, otlpContent: false })
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
    const value = readText(row, text)
    if (value === undefined) warnings.push(describeBad(row, text))
    values[row.key] = value ?? row.closed ?? row.fallback
  }
  return { values, warnings }
}

function checkGiven(row: OptionRow, value: unknown): unknown {
  const read = readGiven(row, value)
  if (read !== undefined) return read
  throw new NeatlogsError('ERR_NEATLOGS_OPTION', `The option ${row.key} must be ${describeAllowed(row)}`)
}

/** Chooses the destinations: what the user named, else what the keys and endpoints that are set imply, else files. */
export function chooseExporters(options: Options, env: Environment): readonly ExporterName[] {
  const tracers = (env.OTEL_TRACES_EXPORTER ?? '').split(',').map((name) => name.trim().toLowerCase())
  const isOff = env.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true' || tracers.includes('none')
  if (options.exporters.length > 0) {
    const named = options.exporters.filter((name) => name !== 'otlp' || !isOff)
    return named.length === 0 || named.includes('none') ? ['none'] : named
  }
  if (options.apiKey !== null) return ['neatlogs']
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?.trim() || env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim()
  return (endpoint || tracers.includes('otlp')) && !isOff ? ['otlp'] : ['file']
}

/** Says whether what a call says may not be written before the rules have been applied: it goes to the shipper by message then. */
export function mustNotTouchDisk({ redact, captureContent }: Options): boolean {
  return redact.length > 0 || !captureContent
}
