// The table of options: the one source for parsing, warnings, `neatlogs doctor` and docs/configuration.md. Leaf: data only.
import type { Options } from './options.ts'

/** One variable. `Key` is the field it fills: of `Options` here, of the OpenTelemetry settings in destinations/otel-env.ts. */
export interface OptionRow<Key extends string = keyof Options> {
  readonly key: Key
  readonly env: string
  readonly kind: 'string' | 'list' | 'boolean' | 'number' | 'json' | 'url' | 'choice' | 'choices'
  readonly fallback: unknown
  readonly choices?: readonly string[]
  /** Further words that a boolean accepts. */
  readonly words?: { readonly [word: string]: boolean }
  readonly min?: number
  readonly max?: number
  readonly integer?: boolean
  /** A URL that is used as it is, not as a base: it may have a query. */
  readonly exact?: boolean
  /** Never printed in a warning, by doctor or in diagnostics. */
  readonly secret?: boolean
  readonly description: string
}

const MIB = 1024 * 1024
export const NEATLOGS_ENDPOINT = 'https://ingest.neatlogs.com'

export const OPTION_TABLE: readonly OptionRow[] = [
  {
    key: 'apiKey',
    env: 'NEATLOGS_API_KEY',
    kind: 'string',
    fallback: null,
    secret: true,
    description: 'NeatLogs project key; when set, records go to the NeatLogs server.',
  },
  {
    key: 'traceId',
    env: 'NEATLOGS_TRACE_ID',
    kind: 'string',
    fallback: null,
    description: 'The session that all calls of the process belong to; default one UUID per process.',
  },
  {
    key: 'tags',
    env: 'NEATLOGS_TAGS',
    kind: 'list',
    fallback: [],
    description: 'Comma list of tags put on every record.',
  },
  {
    key: 'endpoint',
    env: 'NEATLOGS_ENDPOINT',
    kind: 'url',
    fallback: NEATLOGS_ENDPOINT,
    description:
      'Base URL of the NeatLogs server; with `NEATLOGS_PROTOCOL=v1` the default is `https://app.neatlogs.com`.',
  },
  {
    key: 'exporters',
    env: 'NEATLOGS_EXPORTER',
    kind: 'choices',
    choices: ['neatlogs', 'otlp', 'file', 'stdout', 'none'],
    fallback: [],
    description: 'Comma list of destinations; wins over what the other variables imply.',
  },
  {
    key: 'protocol',
    env: 'NEATLOGS_PROTOCOL',
    kind: 'choice',
    choices: ['otlp', 'trace', 'v1'],
    fallback: 'otlp',
    description: 'Wire format towards NeatLogs: OTLP protobuf, one nested JSON trace, or the first API.',
  },
  {
    key: 'project',
    env: 'NEATLOGS_PROJECT',
    kind: 'string',
    fallback: null,
    description: 'Project name; needed by `nlw_` write keys with `NEATLOGS_PROTOCOL=trace`.',
  },
  {
    key: 'dir',
    env: 'NEATLOGS_DIR',
    kind: 'string',
    fallback: null,
    description: 'Folder of spool and record files; default the user’s state folder.',
  },
  {
    key: 'service',
    env: 'NEATLOGS_SERVICE',
    kind: 'string',
    fallback: null,
    description: 'Name of the program; default `OTEL_SERVICE_NAME`, else of its package.json, else `neatlogs-app`.',
  },
  {
    key: 'userId',
    env: 'NEATLOGS_USER_ID',
    kind: 'string',
    fallback: null,
    description: 'End user put on every record.',
  },
  {
    key: 'metadata',
    env: 'NEATLOGS_METADATA',
    kind: 'json',
    fallback: {},
    description: 'JSON object put on every record.',
  },
  {
    key: 'capture',
    env: 'NEATLOGS_CAPTURE',
    kind: 'choice',
    choices: ['inference', 'all'],
    fallback: 'inference',
    description: '`inference`: model calls only. `all`: files, batches, models and every other endpoint too.',
  },
  {
    key: 'captureContent',
    env: 'NEATLOGS_CAPTURE_CONTENT',
    kind: 'boolean',
    fallback: true,
    description: 'When false, no prompt, answer, tool argument or error text quoting them is written or sent.',
  },
  {
    key: 'otlpContent',
    env: 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
    kind: 'boolean',
    words: { span_only: true, span_and_event: true, event_only: false, no_content: false },
    fallback: false,
    description:
      'When true, spans to an OpenTelemetry backend carry prompts and answers too; `NEATLOGS_CAPTURE_CONTENT=true` does the same, `false` wins.',
  },
  {
    key: 'redact',
    env: 'NEATLOGS_REDACT',
    kind: 'list',
    fallback: [],
    description:
      'Comma list of paths (pino syntax) and named patterns (`email`, `phone`, `card`, `key`) to mask before anything touches disk or network.',
  },
  {
    key: 'maxBodyBytes',
    env: 'NEATLOGS_MAX_BODY_BYTES',
    kind: 'number',
    integer: true,
    min: 1024,
    max: 64 * MIB,
    fallback: MIB,
    description: 'Limit of each recorded body in bytes; longer strings are cut and marked.',
  },
  {
    key: 'sampleRate',
    env: 'NEATLOGS_SAMPLE_RATE',
    kind: 'number',
    min: 0,
    max: 1,
    fallback: 1,
    description: 'Share of traces kept, 0 to 1; a trace is whole or absent, errors are always kept.',
  },
  {
    key: 'spoolMaxBytes',
    env: 'NEATLOGS_SPOOL_MAX_BYTES',
    kind: 'number',
    integer: true,
    min: MIB,
    fallback: 1024 * MIB,
    description: 'Bytes kept on disk while the destination is away; beyond it the oldest are dropped and counted.',
  },
  {
    key: 'exitTimeoutMs',
    env: 'NEATLOGS_EXIT_TIMEOUT_MS',
    kind: 'number',
    integer: true,
    min: 0,
    max: 60_000,
    fallback: 2000,
    description: 'Longest wait for delivery at exit in milliseconds; the rest stays on disk.',
  },
  {
    key: 'logLevel',
    env: 'NEATLOGS_LOG_LEVEL',
    kind: 'choice',
    choices: ['silent', 'error', 'warn', 'info', 'debug', 'trace'],
    fallback: 'warn',
    description: 'Level of our own diagnostics on stderr.',
  },
  {
    key: 'debug',
    env: 'NEATLOGS_DEBUG',
    kind: 'boolean',
    fallback: false,
    description: 'Short for `NEATLOGS_LOG_LEVEL=debug`.',
  },
  {
    key: 'disabled',
    env: 'NEATLOGS_DISABLED',
    kind: 'boolean',
    fallback: false,
    description: 'When true, nothing is installed and nothing is recorded.',
  },
]
