// Deliver: where the OpenTelemetry variables send a signal, and how. Pure; the main thread calls it once for `lane.json`, so this
// file loads nothing. https://opentelemetry.io/docs/specs/otel/protocol/exporter/
import type { Environment } from '../options/options.ts'

/** The signals that we send, as the variables spell them. */
export type Signal = 'TRACES' | 'METRICS'
export type OtlpProtocol = 'http/protobuf' | 'http/json' | 'grpc'

export interface OtlpTarget {
  /** What is posted to; for gRPC the path of the method. */
  readonly url: URL
  readonly protocol: OtlpProtocol
  /** The variable that named the address; null: the default. */
  readonly variable: string | null
}

const HTTP_ENDPOINT = 'http://localhost:4318'
const GRPC_ENDPOINT = 'http://localhost:4317'
/** OpenTelemetry's port for gRPC; what operators' set-ups give Node, often without naming the protocol. */
export const GRPC_PORT = '4317'
export const OTLP_PROTOCOLS: readonly string[] = ['http/protobuf', 'http/json', 'grpc']
const BASE = 'OTEL_EXPORTER_OTLP_ENDPOINT'
const PATHS = { TRACES: 'v1/traces', METRICS: 'v1/metrics' } as const
const METHODS = {
  TRACES: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
  METRICS: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
} as const
/** `host:port`, which gRPC clients take; it has no scheme to say whether TLS is spoken. */
const BARE = /^(\[[0-9a-f:.]+\]|[\w.-]+):(\d+)$/i

/** The variable of a signal that is set, the signal's own before the general one; null when neither is. */
export function signalVariable(env: Environment, signal: Signal, name: string): string | null {
  const names = [`OTEL_EXPORTER_OTLP_${signal}_${name}`, `OTEL_EXPORTER_OTLP_${name}`]
  return names.find((variable) => env[variable]?.trim()) ?? null
}

/**
 * Finds the address: a base gets the signal's path appended, the signal's own variable is used as it is, and gRPC has one method
 * for each signal whatever path is given. Port 4317 means gRPC unless a protocol is named.
 */
export function otlpTarget(env: Environment, signal: Signal): OtlpTarget {
  const asked = askedProtocol(env, signal)
  const own = `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`
  for (const variable of [own, BASE]) {
    const url = readEndpoint(env, signal, variable, asked)
    if (url === null) continue
    const protocol = asked ?? (url.port === GRPC_PORT ? 'grpc' : 'http/protobuf')
    return { url: complete(url, signal, protocol, variable === own), protocol, variable }
  }
  const protocol = asked ?? 'http/protobuf'
  const url = new URL(protocol === 'grpc' ? GRPC_ENDPOINT : HTTP_ENDPOINT)
  return { url: complete(url, signal, protocol, false), protocol, variable: null }
}

function askedProtocol(env: Environment, signal: Signal): OtlpProtocol | null {
  const names = [`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`, 'OTEL_EXPORTER_OTLP_PROTOCOL']
  const words = names.map((name) => env[name]?.trim().toLowerCase())
  return (words.find((word) => word !== undefined && OTLP_PROTOCOLS.includes(word)) as OtlpProtocol | undefined) ?? null
}

/** The URL of a variable, or null when it is not set or names none. */
function readEndpoint(env: Environment, signal: Signal, variable: string, asked: OtlpProtocol | null): URL | null {
  const text = env[variable]?.trim() ?? ''
  if (/^https?:\/\//i.test(text)) return URL.canParse(text) ? new URL(text) : null
  const bare = BARE.exec(text)
  if (bare === null || !(asked === 'grpc' || (asked === null && bare[2] === GRPC_PORT))) return null
  const insecure = env[signalVariable(env, signal, 'INSECURE') ?? ''] ?? ''
  const scheme = /^true$/i.test(insecure.trim()) ? 'http' : 'https'
  return URL.canParse(`${scheme}://${text}`) ? new URL(`${scheme}://${text}`) : null
}

function complete(url: URL, signal: Signal, protocol: OtlpProtocol, isExact: boolean): URL {
  if (protocol === 'grpc') {
    url.pathname = METHODS[signal]
    url.search = ''
  } else if (!isExact) url.pathname = `${url.pathname.replace(/\/+$/, '')}/${PATHS[signal]}`
  return url
}

/** The text of a signal's headers, the general ones first: the signal's own are merged over them. */
export function headerTexts(env: Environment, signal: Signal): { readonly variable: string; readonly text: string }[] {
  return ['OTEL_EXPORTER_OTLP_HEADERS', `OTEL_EXPORTER_OTLP_${signal}_HEADERS`].flatMap((variable) => {
    const text = env[variable]?.trim() ?? ''
    return text === '' ? [] : [{ variable, text }]
  })
}
