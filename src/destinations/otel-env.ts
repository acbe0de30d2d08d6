// Deliver: the OpenTelemetry variables, by the specification 1.60 (protocol/exporter, configuration/sdk-environment-variables). Pure.
// In: an environment. Out: settings and one warning per bad value; the signal's own variable wins over the general one.
import { validateHeaderName, validateHeaderValue } from 'node:http'
import { type Environment, type OptionRow, readRows } from '../options/options.ts'
import { otlpUrl } from './fingerprint.ts'
import { parsePairs, resourceFromEnvironment } from './otel-pairs.ts'
import { SEMCONV_TABLE, type Semconv, semconvOf } from './semconv.ts'

export interface OtlpSettings {
  readonly url: URL
  readonly headers: { readonly [name: string]: string }
  readonly timeoutMs: number
  readonly gzip: boolean
  readonly json: boolean
  /** Paths of PEM files. */
  readonly certificate: string | null
  readonly clientKey: string | null
  readonly clientCertificate: string | null
  readonly maxBatchCount: number
  readonly semconv: Semconv
  /** Why nothing can be sent, or null. */
  readonly refusal: string | null
  readonly warnings: readonly string[]
}

const GRPC_PORT = '4317'
const DEFAULT_TIMEOUT_MS = 10_000
const DEFAULT_BATCH_COUNT = 512
/** We set these ourselves; another value would make the request unreadable. */
const OWN_HEADERS = ['content-type', 'content-length', 'content-encoding', 'host', 'transfer-encoding', 'connection']

type Row = OptionRow<string>
type Signal = Omit<Row, 'key' | 'env' | 'fallback'>

/** The general variable and its `TRACES` twin. */
function pair(name: string, shape: Signal): Row[] {
  const twin = { ...shape, description: `${shape.description.replace(/\.$/, '')}; for traces only, wins.` }
  return [
    { ...shape, key: name, env: `OTEL_EXPORTER_OTLP_${name}`, fallback: null },
    { ...twin, key: `TRACES_${name}`, env: `OTEL_EXPORTER_OTLP_TRACES_${name}`, fallback: null },
  ]
}

const LIMIT = { kind: 'number', integer: true, min: 0, fallback: null } as const

/** The OpenTelemetry variables that the otlp destination reads, in the form of the option table; documented beside it. */
export const OTEL_TABLE: readonly Row[] = [
  {
    key: 'ENDPOINT',
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    kind: 'url',
    fallback: null,
    description: 'Base URL of the OpenTelemetry backend, `v1/traces` is appended; default `http://localhost:4318`.',
  },
  {
    key: 'TRACES_ENDPOINT',
    env: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    kind: 'url',
    exact: true,
    fallback: null,
    description: 'URL for traces, used as it is; wins over the base.',
  },
  ...pair('HEADERS', { kind: 'list', secret: true, description: 'Comma list of `name=value` headers, URL-encoded.' }),
  ...pair('TIMEOUT', {
    kind: 'number',
    integer: true,
    min: 1,
    description: 'Longest wait for an answer in milliseconds; default 10000.',
  }),
  ...pair('COMPRESSION', { kind: 'choice', choices: ['gzip', 'none'], description: 'Compression; default `none`.' }),
  ...pair('PROTOCOL', {
    kind: 'choice',
    choices: ['http/protobuf', 'http/json', 'grpc'],
    description: 'Encoding; default `http/protobuf`. `grpc` is not spoken and warned about.',
  }),
  ...pair('CERTIFICATE', { kind: 'string', description: 'PEM file of the authority that the server is checked by.' }),
  ...pair('CLIENT_KEY', { kind: 'string', description: 'PEM file of our private key (mTLS).' }),
  ...pair('CLIENT_CERTIFICATE', { kind: 'string', description: 'PEM file of our certificate (mTLS).' }),
  {
    key: 'SERVICE',
    env: 'OTEL_SERVICE_NAME',
    kind: 'string',
    fallback: null,
    description: 'Name of the program unless `NEATLOGS_SERVICE` is set.',
  },
  {
    key: 'RESOURCE',
    env: 'OTEL_RESOURCE_ATTRIBUTES',
    kind: 'list',
    fallback: null,
    description: 'Comma list of `key=value` put on the resource, URL-encoded; to NeatLogs too.',
  },
  {
    key: 'SDK_DISABLED',
    env: 'OTEL_SDK_DISABLED',
    kind: 'boolean',
    fallback: false,
    description: 'When true, nothing goes to the OpenTelemetry backend.',
  },
  {
    key: 'TRACES_EXPORTER',
    env: 'OTEL_TRACES_EXPORTER',
    kind: 'string',
    fallback: null,
    description: '`none`: nothing goes to the OpenTelemetry backend. Other values are for other SDKs.',
  },
  {
    key: 'BATCH',
    env: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
    kind: 'number',
    integer: true,
    min: 1,
    fallback: DEFAULT_BATCH_COUNT,
    description: 'Largest number of spans in one request.',
  },
  {
    key: 'LIMIT',
    env: 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    ...LIMIT,
    description: 'Longest attribute value in characters.',
  },
  {
    key: 'SPAN_LIMIT',
    env: 'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    ...LIMIT,
    description: 'Longest attribute value of a span in characters; wins.',
  },
  ...SEMCONV_TABLE,
]

/** Reads every variable that the otlp destination honours. Never throws. */
export function readOtelEnvironment(env: Environment): OtlpSettings {
  const { values, warnings } = readRows(OTEL_TABLE, env)
  const signal = (name: string): unknown => values[`TRACES_${name}`] ?? values[name]
  const text = (name: string): string | null => (signal(name) as string | null) ?? null
  const url = otlpUrl(env)
  const resource = resourceFromEnvironment(env)
  if (resource.bad.length > 0) {
    warnings.push(`OTEL_RESOURCE_ATTRIBUTES: ${resource.bad.join(', ')} cannot be read; all of it is ignored`)
  }
  return {
    url,
    headers: readHeaders(env, warnings),
    timeoutMs: (signal('TIMEOUT') as number | null) ?? DEFAULT_TIMEOUT_MS,
    gzip: signal('COMPRESSION') === 'gzip',
    json: signal('PROTOCOL') === 'http/json',
    certificate: text('CERTIFICATE'),
    clientKey: text('CLIENT_KEY'),
    clientCertificate: text('CLIENT_CERTIFICATE'),
    maxBatchCount: values.BATCH as number,
    semconv: semconvOf(values),
    refusal: checkGrpc(url, signal('PROTOCOL') === 'grpc', warnings),
    warnings,
  }
}

/** We speak OTLP over HTTP only. On gRPC's own port nobody would understand us; elsewhere HTTP is worth a try. */
function checkGrpc(url: URL, isAsked: boolean, warnings: string[]): string | null {
  if (url.port === GRPC_PORT) {
    const reason = `port ${GRPC_PORT} of ${url.hostname} speaks gRPC; use OTLP over HTTP, usually port 4318`
    warnings.push(`OTEL_EXPORTER_OTLP_ENDPOINT: ${reason}`)
    return reason
  }
  if (isAsked) warnings.push('OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" is not supported; using "http/protobuf"')
  return null
}

function readHeaders(env: Environment, warnings: string[]): { [name: string]: string } {
  const own = 'OTEL_EXPORTER_OTLP_TRACES_HEADERS'
  const variable = env[own]?.trim() ? own : 'OTEL_EXPORTER_OTLP_HEADERS'
  const { pairs, bad } = parsePairs(env[variable] ?? '')
  const refused = [...bad]
  const headers: { [name: string]: string } = Object.create(null)
  for (const [name, value] of pairs) {
    if (isHeader(name, value)) headers[name.toLowerCase()] = value
    else refused.push(name)
  }
  // The names help, the values are secret.
  if (refused.length > 0) warnings.push(`${variable}: ${refused.join(', ')} cannot be used as a header; ignored`)
  return headers
}

function isHeader(name: string, value: string): boolean {
  if (OWN_HEADERS.includes(name.toLowerCase())) return false
  try {
    validateHeaderName(name)
    validateHeaderValue(name, value)
    return true
  } catch {
    return false // the caller names it in one warning
  }
}
