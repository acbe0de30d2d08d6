// Deliver: the OpenTelemetry variables as settings. Pure. In: an environment. Out: settings and one warning per bad value; a signal's
// own variable wins over the general one, its headers are merged over the general ones.

import { type Environment, readRows } from '../options/options.ts'
import { printableName } from '../secrets/printable.ts'
import { parsePairs, resourceFromEnvironment } from './otel-pairs.ts'
import { OTEL_TABLE } from './otel-table.ts'
import { GRPC_PORT, headerTexts, type OtlpProtocol, otlpTarget, type Signal, signalVariable } from './otlp-target.ts'
import { type Semconv, semconvOf } from './semconv.ts'

/** A file that a variable names. */
export interface NamedFile {
  readonly path: string
  readonly variable: string
}

/** How one signal is sent. */
export interface SignalSettings {
  readonly url: URL
  readonly protocol: OtlpProtocol
  /** The variable that named the address; null: the default. */
  readonly variable: string | null
  readonly headers: { readonly [name: string]: string }
  readonly timeoutMs: number
  readonly gzip: boolean
  /** PEM files. */
  readonly certificate: NamedFile | null
  readonly clientKey: NamedFile | null
  readonly clientCertificate: NamedFile | null
}

export interface OtlpSettings extends SignalSettings {
  readonly maxBatchCount: number
  readonly semconv: Semconv
  readonly warnings: readonly string[]
}

const DEFAULT_TIMEOUT_MS = 10_000
/** We set these ourselves; another value would make the request unreadable. */
const OWN_HEADERS = ['content-type', 'content-length', 'content-encoding', 'host', 'transfer-encoding', 'connection']

/** Reads every variable that the otlp destination honours. Never throws. */
export function readOtelEnvironment(env: Environment): OtlpSettings {
  const read = readRows(OTEL_TABLE, env)
  const values = read.values
  // What is said of metrics is said by those who send them.
  const warnings = read.warnings.filter((warning) => !/^OTEL_(EXPORTER_OTLP_METRICS|METRICS?)_/.test(warning))
  const resource = resourceFromEnvironment(env)
  if (resource.bad.length > 0) {
    warnings.push(`OTEL_RESOURCE_ATTRIBUTES: ${resource.bad.join(', ')} cannot be read; all of it is ignored`)
  }
  return {
    ...readSignal(env, 'TRACES', values, warnings),
    maxBatchCount: values.BATCH as number,
    semconv: semconvOf(values),
    warnings,
  }
}

/** Reads how a signal is sent; what is wrong with its address or headers is added to `warnings`. */
export function readSignal(
  env: Environment,
  signal: Signal,
  values: { readonly [key: string]: unknown },
  warnings: string[],
): SignalSettings {
  const value = (name: string): unknown => values[`${signal}_${name}`] ?? values[name]
  const file = (name: string): NamedFile | null => {
    const variable = signalVariable(env, signal, name)
    return variable === null ? null : { variable, path: env[variable]?.trim() ?? '' }
  }
  const target = otlpTarget(env, signal)
  warnings.push(...addressWarnings(env, signal, target))
  return {
    ...target,
    headers: readHeaders(env, signal, warnings),
    timeoutMs: (value('TIMEOUT') as number | null) ?? DEFAULT_TIMEOUT_MS,
    gzip: value('COMPRESSION') === 'gzip',
    certificate: file('CERTIFICATE'),
    clientKey: file('CLIENT_KEY'),
    clientCertificate: file('CLIENT_CERTIFICATE'),
  }
}

/** What is used and perhaps not meant: each line names the variable and what is done with it. */
function addressWarnings(env: Environment, signal: Signal, target: ReturnType<typeof otlpTarget>): string[] {
  const { url, protocol, variable } = target
  const warnings: string[] = []
  const named = `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`
  for (const one of [named, 'OTEL_EXPORTER_OTLP_ENDPOINT']) {
    const text = env[one]?.trim() ?? ''
    if (one === variable) break
    if (/^(\[[0-9a-f:.]+\]|[\w.-]+):\d+$/i.test(text)) {
      warnings.push(`${one}: ${JSON.stringify(text)} has no http:// or https:// before it; ignored`)
    }
  }
  if (variable === null) return warnings
  const text = env[variable]?.trim() ?? ''
  const path = /^https?:\/\/[^?#]*/i.exec(text)?.[0] ?? ''
  if (variable !== named && /\/v1\/(traces|metrics)\/*$/.test(path) && protocol !== 'grpc') {
    warnings.push(`${variable} is a base: its path ends in one of a signal already, and ${url.pathname} is posted to`)
  }
  if (variable !== named && /\?/.test(text)) {
    const use = protocol === 'grpc' ? 'gRPC has none, it is left out' : `it is kept, ${url.pathname}?… is posted to`
    warnings.push(`${variable} has a query: ${use}`)
  }
  if (url.port === GRPC_PORT && protocol !== 'grpc') {
    warnings.push(`${variable}: port ${GRPC_PORT} usually speaks gRPC, and ${protocol} is asked for`)
  }
  return warnings
}

function readHeaders(env: Environment, signal: Signal, warnings: string[]): { [name: string]: string } {
  const headers: { [name: string]: string } = Object.create(null)
  for (const { variable, text } of headerTexts(env, signal)) {
    const { pairs, bad } = parsePairs(text)
    const refused = [...bad]
    for (const [name, value] of pairs) {
      if (isHeader(name, value)) headers[name.toLowerCase()] = value
      else refused.push(printableName(name) ?? 'a name')
    }
    // The names help, the values are secret.
    if (refused.length > 0) warnings.push(`${variable}: ${refused.join(', ')} cannot be used as a header; ignored`)
  }
  return headers
}

function isHeader(name: string, value: string): boolean {
  if (OWN_HEADERS.includes(name.toLowerCase())) return false
  try {
    const { validateHeaderName, validateHeaderValue } = process.getBuiltinModule('node:http')
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return true
  } catch {
    return false // the caller names it in one warning
  }
}
