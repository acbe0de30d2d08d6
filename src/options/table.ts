// The table of options: the one source for parsing, warnings, `neatlogs doctor` and docs/configuration.md. Leaf: data only.

import { OTLP_ROWS } from './otlp-rows.ts'
import { ALL_RULES } from './redact-rules.ts'
import type { OptionRow } from './value.ts'

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
    // Threads agree on it in a thousand bytes of shared memory.
    max: 200,
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
    description:
      '`inference`: calls of a model, by whatever endpoint, and reads of what they made. `all`: files, batches, models and every other endpoint too.',
  },
  {
    key: 'captureContent',
    env: 'NEATLOGS_CAPTURE_CONTENT',
    kind: 'boolean',
    fallback: true,
    closed: false,
    description: 'When false, no prompt, answer, tool argument or error text quoting them is written or sent.',
  },
  ...OTLP_ROWS,
  {
    key: 'redact',
    env: 'NEATLOGS_REDACT',
    kind: 'rules',
    fallback: [],
    closed: ALL_RULES,
    description:
      'Comma list of paths (pino syntax), named patterns (`email`, `phone`, `card`, `iban`, `ip`, `key`) and own regular expressions to mask before anything touches disk or network.',
  },
  {
    key: 'secretNames',
    env: 'NEATLOGS_SECRET_NAMES',
    kind: 'list',
    fallback: [],
    description:
      'Comma list of further names whose values are secret, beside `api_key`, `password` and the like: fields of bodies, headers, parameters of URLs. Case, `-`, `_` and `.` do not matter.',
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
    key: 'fileMaxBytes',
    env: 'NEATLOGS_FILE_MAX_BYTES',
    kind: 'number',
    integer: true,
    min: 0,
    fallback: 10 * 1024 * MIB,
    description: 'Bytes of record files kept by the destination `file`; beyond it the oldest files go. 0: no limit.',
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
