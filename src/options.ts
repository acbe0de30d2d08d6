// Configuration: one table is the source for parsing, warnings, `neatlogs doctor` and docs/configuration.md. Leaf.
// In: an environment and the options given in code. Out: `Options` and one warning per bad value. Main thread and worker.

export type ExporterName = 'neatlogs' | 'otlp' | 'file' | 'stdout' | 'none'
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug' | 'trace'

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
  readonly redact: readonly string[]
  readonly maxBodyBytes: number
  readonly sampleRate: number
  readonly spoolMaxBytes: number
  readonly exitTimeoutMs: number
  readonly logLevel: LogLevel
  readonly debug: boolean
  readonly disabled: boolean
}

export interface OptionRow {
  readonly key: keyof Options
  readonly env: string
  readonly kind: 'string' | 'list' | 'boolean' | 'number' | 'json' | 'url' | 'choice' | 'choices'
  readonly fallback: unknown
  readonly choices?: readonly string[]
  readonly min?: number
  readonly max?: number
  readonly integer?: boolean
  /** Never printed in a warning, by doctor or in diagnostics. */
  readonly secret?: boolean
  readonly description: string
}

const MIB = 1024 * 1024

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
    fallback: 'https://ingest.neatlogs.com',
    description: 'Base URL of the NeatLogs server.',
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
    description:
      'Name of the program; default `OTEL_SERVICE_NAME`, else the name in its package.json, else `neatlogs-app`.',
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
    description: 'When false, no prompt, answer or tool argument is written or sent.',
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

export interface ParsedOptions {
  readonly options: Options
  /** One line each: variable, value (unless secret), what is allowed, what is used instead. */
  readonly warnings: readonly string[]
}

/** Reads the options from an environment. Never throws: a bad value gives a warning and the fallback. Empty counts as unset. */
export function parseOptions(env: { readonly [name: string]: string | undefined }): ParsedOptions {
  const values: { [key: string]: unknown } = {}
  const warnings: string[] = []
  for (const row of OPTION_TABLE) {
    const text = env[row.env]?.trim()
    values[row.key] = row.fallback
    if (!text) continue
    const value = parseValue(row, text)
    if (value === undefined) {
      const shown = row.secret ? 'its value' : JSON.stringify(text)
      warnings.push(`${row.env}: ${shown} is not ${describeAllowed(row)}; using ${JSON.stringify(row.fallback)}`)
    } else values[row.key] = value
  }
  if (values.debug === true) values.logLevel = 'debug'
  return { options: values as unknown as Options, warnings }
}

function parseValue(row: OptionRow, text: string): unknown {
  switch (row.kind) {
    case 'string':
      return text
    case 'list':
      return [...new Set(splitList(text))]
    case 'boolean':
      return parseBoolean(text)
    case 'number':
      return parseNumber(row, text)
    case 'json':
      return parseObject(text)
    case 'url':
      return parseUrl(text)
    case 'choice':
      return row.choices?.includes(text.toLowerCase()) ? text.toLowerCase() : undefined
    case 'choices': {
      const names = splitList(text.toLowerCase())
      return names.every((name) => row.choices?.includes(name)) ? names : undefined
    }
  }
}

function splitList(text: string): string[] {
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

function parseNumber(row: OptionRow, text: string): number | undefined {
  const value = Number(text)
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

function parseUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  return /^https?:$/.test(new URL(text).protocol) ? text.replace(/\/+$/, '') : undefined
}

/** Says in words what a row accepts, e.g. `a whole number from 0 to 60000`. */
export function describeAllowed(row: OptionRow): string {
  if (row.kind === 'choice') return `one of ${row.choices?.join(', ')}`
  if (row.kind === 'choices') return `a comma list of ${row.choices?.join(', ')}`
  if (row.kind === 'boolean') return 'true or false (1, 0, yes, no, on, off)'
  if (row.kind === 'json') return 'a JSON object'
  if (row.kind === 'url') return 'an http or https URL'
  if (row.kind !== 'number') return 'a text'
  const noun = row.integer ? 'a whole number' : 'a number'
  return row.max === undefined ? `${noun} of at least ${row.min}` : `${noun} from ${row.min} to ${row.max}`
}

/** Chooses the destinations: what the user named, else what the keys and endpoints that are set imply, else files. */
export function chooseExporters(
  options: Options,
  env: { readonly [name: string]: string | undefined },
): readonly ExporterName[] {
  if (options.exporters.length > 0) return options.exporters.includes('none') ? ['none'] : options.exporters
  if (options.apiKey !== null) return ['neatlogs']
  if (env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT) return ['otlp']
  return ['file']
}
