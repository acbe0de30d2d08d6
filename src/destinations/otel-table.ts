// Deliver: the table of the OpenTelemetry variables that the otlp destination reads, in the form of the option table. Data only: for
// parsing, warnings, `neatlogs doctor` and docs/configuration.md. By the specification 1.60 (protocol/exporter, sdk-environment-variables).
import type { OptionRow } from '../options/options.ts'
import { METRIC_TABLE } from './metric-table.ts'
import { SAMPLERS } from './otel-sampler.ts'
import { OTLP_PROTOCOLS } from './otlp-target.ts'
import { SEMCONV_TABLE } from './semconv.ts'

const DEFAULT_BATCH_COUNT = 512

type Row = OptionRow<string>
type Shape = Omit<Row, 'key' | 'env' | 'fallback'>

/** The general variable and its twins for one signal. */
function threefold(name: string, shape: Shape): Row[] {
  const text = shape.description.replace(/\.$/, '')
  return [
    { ...shape, key: name, env: `OTEL_EXPORTER_OTLP_${name}`, fallback: null },
    ...(['TRACES', 'METRICS'] as const).map((signal) => ({
      ...shape,
      key: `${signal}_${name}`,
      env: `OTEL_EXPORTER_OTLP_${signal}_${name}`,
      fallback: null,
      description: `${text}; for ${signal.toLowerCase()} only, ${name === 'HEADERS' ? 'merged over the general ones' : 'wins'}.`,
    })),
  ]
}

const LIMIT = { kind: 'number', integer: true, min: 0, fallback: null } as const
const URL_ROW = { kind: 'url', exact: true, bare: true, fallback: null } as const

/** The OpenTelemetry variables that the otlp destination reads. */
export const OTEL_TABLE: readonly Row[] = [
  {
    ...URL_ROW,
    key: 'ENDPOINT',
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    description:
      'Base URL of the OpenTelemetry backend, `v1/traces` is appended to its path, a query is kept; default `http://localhost:4318`, with gRPC `http://localhost:4317`.',
  },
  {
    ...URL_ROW,
    key: 'TRACES_ENDPOINT',
    env: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    description: 'URL for traces, used as it is; wins over the base.',
  },
  ...METRIC_TABLE,
  ...threefold('HEADERS', {
    kind: 'list',
    secret: true,
    description: 'Comma list of `name=value` headers, URL-encoded.',
  }),
  ...threefold('TIMEOUT', {
    kind: 'number',
    integer: true,
    min: 1,
    description: 'Longest wait for an answer in milliseconds; default 10000.',
  }),
  ...threefold('COMPRESSION', {
    kind: 'choice',
    choices: ['gzip', 'none'],
    description: 'Compression; default `none`.',
  }),
  ...threefold('PROTOCOL', {
    kind: 'choice',
    choices: OTLP_PROTOCOLS,
    description: 'Encoding and transport; default `grpc` on port 4317, else `http/protobuf`.',
  }),
  ...threefold('INSECURE', {
    kind: 'choice',
    choices: ['true', 'false'],
    description: '`true`: gRPC to an address without a scheme (`host:4317`) goes without TLS; default `false`.',
  }),
  ...threefold('CERTIFICATE', {
    kind: 'string',
    description: 'PEM file of the authority that the server is checked by; read again when it changes.',
  }),
  ...threefold('CLIENT_KEY', {
    kind: 'string',
    description: 'PEM file of our private key (mTLS); read again when it changes.',
  }),
  ...threefold('CLIENT_CERTIFICATE', {
    kind: 'string',
    description: 'PEM file of our certificate (mTLS); read again when it changes.',
  }),
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
    // Not our kind of boolean: by the specification nothing but "true" is true.
    kind: 'choice',
    choices: ['true', 'false'],
    fallback: 'false',
    description: 'When true, nothing goes to the OpenTelemetry backend.',
  },
  {
    key: 'TRACES_EXPORTER',
    env: 'OTEL_TRACES_EXPORTER',
    kind: 'string',
    fallback: null,
    description:
      '`otlp`: to the OpenTelemetry backend, at its default address where no endpoint is set. `none`: nothing goes there. Other values are for other SDKs.',
  },
  {
    key: 'SAMPLER',
    env: 'OTEL_TRACES_SAMPLER',
    kind: 'choice',
    choices: SAMPLERS,
    fallback: null,
    description:
      'Which calls are sent: all, none, a part, by the parent where there is one. Followed when set, unless `NEATLOGS_UNSAMPLED=link`; metrics count every call.',
  },
  {
    key: 'SAMPLER_ARG',
    env: 'OTEL_TRACES_SAMPLER_ARG',
    kind: 'number',
    min: 0,
    max: 1,
    fallback: null,
    description: 'The part of `traceidratio`, 0 to 1; default 1.',
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
    description: 'Longest attribute value in characters; of events and the text of a status too.',
  },
  {
    key: 'SPAN_LIMIT',
    env: 'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    ...LIMIT,
    description: 'Longest attribute value of a span in characters; wins.',
  },
  {
    key: 'COUNT',
    env: 'OTEL_ATTRIBUTE_COUNT_LIMIT',
    ...LIMIT,
    description: 'Most attributes of a span, an event, a link; those added first stay.',
  },
  {
    key: 'SPAN_COUNT',
    env: 'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
    ...LIMIT,
    description: 'Most attributes of a span; wins.',
  },
  { key: 'EVENT_COUNT', env: 'OTEL_SPAN_EVENT_COUNT_LIMIT', ...LIMIT, description: 'Most events of a span.' },
  { key: 'LINK_COUNT', env: 'OTEL_SPAN_LINK_COUNT_LIMIT', ...LIMIT, description: 'Most links of a span.' },
  {
    key: 'EVENT_ATTRIBUTES',
    env: 'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
    ...LIMIT,
    description: 'Most attributes of an event; wins.',
  },
  {
    key: 'LINK_ATTRIBUTES',
    env: 'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
    ...LIMIT,
    description: 'Most attributes of a link; wins.',
  },
  ...SEMCONV_TABLE,
]
