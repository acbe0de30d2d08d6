import { describe, expect, test } from 'vitest'
import { OTEL_TABLE } from '../../../src/destinations/otel-table.ts'
import {
  chooseExporters,
  describeAllowed,
  OPTION_TABLE,
  type OptionRow,
  type Options,
  parseOptions,
} from '../../../src/options/options.ts'

const DEFAULTS = parseOptions({}).options
const MIB = 1024 * 1024

/** Each variable: good values and what they become; bad values, each of which is one warning and the default, or no content. */
const CASES: { readonly [variable: string]: { good: readonly [string, Partial<Options>][]; bad: readonly string[] } } =
  {
    NEATLOGS_API_KEY: { good: [[' nl_key ', { apiKey: 'nl_key' }]], bad: [] },
    NEATLOGS_TRACE_ID: { good: [['session-1', { traceId: 'session-1' }]], bad: [] },
    NEATLOGS_TAGS: { good: [[' a, b ,,a', { tags: ['a', 'b'] }]], bad: [] },
    NEATLOGS_ENDPOINT: {
      good: [
        ['http://127.0.0.1:4000', { endpoint: 'http://127.0.0.1:4000' }],
        ['https://h/base//', { endpoint: 'https://h/base' }],
      ],
      bad: ['ingest.neatlogs.com', 'ftp://h', 'https://h/?key', 'https://h/#x'],
    },
    NEATLOGS_EXPORTER: {
      good: [
        ['file', { exporters: ['file'] }],
        ['OTLP, stdout, otlp', { exporters: ['otlp', 'stdout'] }],
      ],
      bad: ['console', 'file,console', ','],
    },
    NEATLOGS_PROTOCOL: {
      good: [
        ['V1', { protocol: 'v1' }],
        ['trace', { protocol: 'trace' }],
      ],
      bad: ['grpc'],
    },
    NEATLOGS_PROJECT: { good: [['p', { project: 'p' }]], bad: [] },
    NEATLOGS_DIR: { good: [['/var/neatlogs', { dir: '/var/neatlogs' }]], bad: [] },
    NEATLOGS_SERVICE: { good: [['shop', { service: 'shop' }]], bad: [] },
    NEATLOGS_USER_ID: { good: [['u1', { userId: 'u1' }]], bad: [] },
    NEATLOGS_METADATA: {
      good: [['{"plan":"pro","n":{"a":[1]}}', { metadata: { plan: 'pro', n: { a: [1] } } }]],
      bad: ['{', '[]', 'null', '"x"', '7'],
    },
    NEATLOGS_CAPTURE: { good: [['all', { capture: 'all' }]], bad: ['some'] },
    NEATLOGS_CAPTURE_CONTENT: {
      good: [
        ['false', { captureContent: false }],
        ['0', { captureContent: false }],
        ['Off', { captureContent: false }],
        ['true', { captureContent: true, otlpContent: true }],
      ],
      bad: ['maybe', '2'],
    },
    OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: {
      good: [
        ['true', { otlpContent: true }],
        ['SPAN_ONLY', { otlpContent: true }],
        ['span_and_event', { otlpContent: true }],
        ['event_only', {}],
        ['no_content', {}],
        ['false', {}],
      ],
      bad: ['constructor', 'all'],
    },
    NEATLOGS_REDACT: {
      good: [
        ['email, request.body.user', { redact: ['email', 'request.body.user'] }],
        ['Phone,*', { redact: ['Phone', '*'] }],
        ['/a{1,2}/i, ip ,IBAN', { redact: ['/a{1,2}/i', 'ip', 'IBAN'] }],
        ['error["message"],["metadata"].a', { redact: ['error["message"]', '["metadata"].a'] }],
      ],
      bad: ['emial', 'messages[*].content', 'request..body', 'tagz', 'request[', '.', '/(/', '/(a)\\1/', '/a/v', '/a'],
    },
    NEATLOGS_SECRET_NAMES: { good: [['Tenant-Pin, x', { secretNames: ['Tenant-Pin', 'x'] }]], bad: [] },
    NEATLOGS_MAX_BODY_BYTES: { good: [['1024', { maxBodyBytes: 1024 }]], bad: ['1023', '1e9', '2048.5', 'big', 'NaN'] },
    NEATLOGS_SAMPLE_RATE: {
      good: [
        ['0.25', { sampleRate: 0.25 }],
        ['0', { sampleRate: 0 }],
      ],
      bad: ['-0.1', '1.1', '25%'],
    },
    NEATLOGS_UNSAMPLED: {
      good: [
        ['Follow', { unsampled: 'follow' }],
        ['link', { unsampled: 'link' }],
      ],
      bad: ['drop'],
    },
    NEATLOGS_SPOOL_MAX_BYTES: { good: [[String(MIB), { spoolMaxBytes: MIB }]], bad: ['1000', 'Infinity'] },
    NEATLOGS_FILE_MAX_BYTES: { good: [['0', { fileMaxBytes: 0 }]], bad: ['-1', '1.5', '10G'] },
    NEATLOGS_EXIT_TIMEOUT_MS: { good: [['0', { exitTimeoutMs: 0 }]], bad: ['-1', '60001', '2s'] },
    NEATLOGS_LOG_LEVEL: { good: [['Info', { logLevel: 'info' }]], bad: ['loud'] },
    NEATLOGS_DEBUG: { good: [['1', { debug: true, logLevel: 'debug' }]], bad: ['please'] },
    NEATLOGS_DISABLED: { good: [['yes', { disabled: true }]], bad: ['never'] },
  }

/** What a bad value of a variable about content leaves: nothing private. */
const CLOSED: { readonly [variable: string]: Partial<Options> } = {
  NEATLOGS_CAPTURE_CONTENT: { captureContent: false },
  NEATLOGS_REDACT: { captureContent: false, redact: ['*', 'email', 'phone', 'card', 'iban', 'ip', 'key'] },
}

test('every variable of the table is tested', () => {
  expect(Object.keys(CASES).sort()).toEqual(OPTION_TABLE.map(({ env }) => env).sort())
})

describe.each(Object.keys(CASES))('%s', (variable) => {
  const { good, bad } = CASES[variable] as (typeof CASES)[string]

  test('empty is unset', () => {
    for (const value of ['', '   ']) {
      expect(parseOptions({ [variable]: value })).toEqual({ options: DEFAULTS, warnings: [] })
    }
  })

  test.each(good)('good: %s', (value, change) => {
    expect(parseOptions({ [variable]: value })).toEqual({ options: { ...DEFAULTS, ...change }, warnings: [] })
  })

  if (bad.length > 0) {
    test.each(bad)('bad: %s', (value) => {
      const row = OPTION_TABLE.find(({ env }) => env === variable) as OptionRow
      const { options, warnings } = parseOptions({ [variable]: value })
      const closed = CLOSED[variable]
      expect(options).toEqual({ ...DEFAULTS, ...closed })
      expect(warnings).toHaveLength(1)
      expect(warnings[0]).toContain(`${variable}: ${JSON.stringify(value)}`)
      expect(warnings[0]).toContain(describeAllowed(row))
      expect(warnings[0]).toContain(
        closed ? 'no content is recorded' : row.fallback === null ? 'ignored' : `using ${JSON.stringify(row.fallback)}`,
      )
    })
  }
})

test('several bad values are one warning each; a long one is cut, a password is not shown', () => {
  const { warnings } = parseOptions({
    NEATLOGS_DEBUG: 'x'.repeat(5000),
    NEATLOGS_ENDPOINT: 'htp://user:secret@host',
    NEATLOGS_SAMPLE_RATE: '2',
  })
  expect(warnings).toHaveLength(3)
  expect(Math.max(...warnings.map((line) => line.length))).toBeLessThan(300)
  expect(warnings.join('\n')).not.toContain('secret')
})

describe('a slip in what keeps content out', () => {
  test('one bad rule among good ones is named, and closes all', () => {
    const { options, warnings } = parseOptions({
      NEATLOGS_REDACT: 'email, emial, request.body.user',
      NEATLOGS_TAGS: 'a',
    })
    expect(options).toMatchObject({ ...CLOSED.NEATLOGS_REDACT, tags: ['a'], otlpContent: false })
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/^NEATLOGS_REDACT: "emial" is not a comma list of email, .*; no content is recorded$/)
  })

  test('nothing but commas is a slip, too', () => {
    expect(parseOptions({ NEATLOGS_REDACT: ' , ' }).options.captureContent).toBe(false)
  })

  test('`captureContent: true` in code does not open what the bad rules have closed; rules in code do', () => {
    const env = { NEATLOGS_REDACT: 'emial' }
    expect(parseOptions(env, { captureContent: true }).options).toMatchObject({
      captureContent: false,
      otlpContent: false,
    })
    expect(parseOptions(env, { redact: ['email'] }).options).toMatchObject({ captureContent: true, redact: ['email'] })
  })

  test('a bad NEATLOGS_CAPTURE_CONTENT closes OpenTelemetry spans, and `captureContent` in code wins over it', () => {
    const env = { NEATLOGS_CAPTURE_CONTENT: 'ture', OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true' }
    expect(parseOptions(env).options).toMatchObject({ captureContent: false, otlpContent: false })
    expect(parseOptions(env, { captureContent: true }).options.captureContent).toBe(true)
  })
})

describe('options given in code', () => {
  test('win over the environment', () => {
    const env = { NEATLOGS_TAGS: 'env', NEATLOGS_SAMPLE_RATE: '0.5', NEATLOGS_USER_ID: 'u' }
    const { options } = parseOptions(env, { tags: ['code'], sampleRate: 0, logLevel: 'error', metadata: { a: 1 } })
    expect(options).toMatchObject({ tags: ['code'], sampleRate: 0, userId: 'u', logLevel: 'error', metadata: { a: 1 } })
    expect(parseOptions(env, { tags: [] }).options.tags).toEqual([])
  })

  test.each<[keyof Options, unknown]>([
    ['sampleRate', 2],
    ['sampleRate', 'often'],
    ['maxBodyBytes', 1.5],
    ['tags', [1]],
    ['tags', 7],
    ['exporters', ['console']],
    ['endpoint', 'nowhere'],
    ['captureContent', 'perhaps'],
    ['redact', ['emial']],
    ['redact', ['request..body']],
    ['redact', [1]],
    ['redact', 'messages'],
    ['metadata', [1]],
    ['debug', {}],
  ])('a bad %s is thrown at the caller: %j', (key, value) => {
    expect(() => parseOptions({}, { [key]: value })).toThrow(
      expect.objectContaining({ code: 'ERR_NEATLOGS_OPTION', message: expect.stringContaining(key) }),
    )
  })
})

describe('content for an OpenTelemetry backend', () => {
  const content = (env: { readonly [name: string]: string }, given = {}) => parseOptions(env, given).options.otlpContent
  const OTEL = 'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT'

  test('is sent only when somebody asked for it', () => {
    expect(content({})).toBe(false)
    expect(content({ [OTEL]: 'true' })).toBe(true)
    expect(content({ NEATLOGS_CAPTURE_CONTENT: 'true' })).toBe(true)
    expect(content({}, { captureContent: true })).toBe(true)
    expect(content({ NEATLOGS_CAPTURE_CONTENT: 'treu' })).toBe(false)
  })

  test('is never sent when content is not captured', () => {
    expect(content({ [OTEL]: 'true', NEATLOGS_CAPTURE_CONTENT: 'false' })).toBe(false)
    expect(content({ [OTEL]: 'true' }, { captureContent: false })).toBe(false)
  })
})

describe('where records go', () => {
  const OTLP = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }
  test.each<[{ readonly [name: string]: string }, readonly string[]]>([
    [{}, ['file']],
    [{ NEATLOGS_API_KEY: 'k' }, ['neatlogs']],
    [OTLP, ['otlp']],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c' }, ['otlp']],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }, ['file']],
    [{ ...OTLP, NEATLOGS_API_KEY: 'k' }, ['neatlogs']],
    [{ ...OTLP, NEATLOGS_API_KEY: 'k', NEATLOGS_EXPORTER: 'otlp,file' }, ['otlp', 'file']],
    [{ NEATLOGS_API_KEY: 'k', NEATLOGS_EXPORTER: 'none' }, ['none']],
    [{ NEATLOGS_EXPORTER: 'file,none' }, ['none']],
    [{ ...OTLP, OTEL_SDK_DISABLED: 'true' }, ['file']],
    [{ ...OTLP, OTEL_SDK_DISABLED: 'false' }, ['otlp']],
    [{ ...OTLP, OTEL_TRACES_EXPORTER: 'none' }, ['file']],
    [{ NEATLOGS_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'TRUE' }, ['none']],
    [{ NEATLOGS_EXPORTER: 'otlp,file', OTEL_TRACES_EXPORTER: 'none' }, ['file']],
    [{ NEATLOGS_API_KEY: 'k', OTEL_SDK_DISABLED: 'true' }, ['neatlogs']],
    [{ ...OTLP, OTEL_SDK_DISABLED: '1' }, ['otlp']],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, ['otlp']],
    [{ OTEL_TRACES_EXPORTER: 'console, otlp' }, ['otlp']],
    [{ OTEL_TRACES_EXPORTER: 'otlp', OTEL_SDK_DISABLED: 'true' }, ['file']],
    [{ OTEL_TRACES_EXPORTER: 'console' }, ['file']],
    [{ OTEL_TRACES_EXPORTER: 'otlp', NEATLOGS_API_KEY: 'k' }, ['neatlogs']],
  ])('%j: %j', (env, names) => expect(chooseExporters(parseOptions(env).options, env)).toEqual(names))
})

/** Written anew by `npx vitest run test/unit/options/options.test.ts -u`. */
test('docs/configuration.md says what the tables say', async () => {
  await expect(configurationPage()).toMatchFileSnapshot('../../../docs/configuration.md')
})

function configurationPage(): string {
  return `# Configuration

Everything is set by environment variables; \`start({ … })\` takes the same options in code, and what is given there wins. An
empty variable counts as unset. A bad value never stops the program: one warning on stderr says what is wrong, what is
allowed and what is used instead. A slip in \`NEATLOGS_CAPTURE_CONTENT\` or \`NEATLOGS_REDACT\` records no content at all: calls, times and
tokens are there, prompts and answers are not. \`npx neatlogs doctor\` shows what is in force. (This page is made from the tables
in \`src/options/table.ts\` and \`src/destinations/otel-table.ts\`; a test compares them.)

## neatlogs

${table(OPTION_TABLE, (row) => `\`${row.key}\``)}

With nothing set, records go to files under \`NEATLOGS_DIR\` for \`npx neatlogs view\`. A \`NEATLOGS_API_KEY\` sends them to
NeatLogs; without one, an \`OTEL_EXPORTER_OTLP_ENDPOINT\` sends them to that OpenTelemetry backend. \`NEATLOGS_EXPORTER\` wins.

\`NEATLOGS_REDACT=email,iban,/EMP-\\d{6}/i,request.body.user\`: three kinds of rule, mixed as you like. A comma within \`/…/\` ends no rule. An own
expression is JavaScript's, by whole characters, and is looked for in linear time whatever it is and whatever a text holds: every character that
lies in any match is masked, so \`.*?\` takes as much as \`.*\`. Look-around, back-references and more than 500 characters (counts written out) are
refused, and as with every slip in this variable no content is recorded then. In code a \`RegExp\` does: \`start({ redact: ['email', /EMP-\\d{6}/i] })\`.

## OpenTelemetry

Read by the \`otlp\` destination. Spans follow the newest [GenAI semantic conventions](https://github.com/open-telemetry/semantic-conventions-genai):
\`1.42.0-dev\`, as that repository has made no release since it was split off after 1.41, whose names are kept when asked for. \`schemaUrl\` says which.

${table(OTEL_TABLE, null)}

## Network

| variable | meaning |
|---|---|
| \`HTTPS_PROXY\`, \`HTTP_PROXY\`, \`ALL_PROXY\` | http or https proxy on the way to the server, upper or lower case; may hold user and password. This machine is always reached directly. |
| \`NO_PROXY\` | Comma list of hosts that are reached directly: names with their subdomains, \`host:port\`, addresses, subnets (\`10.0.0.0/8\`), \`*\`. |
| \`NODE_EXTRA_CA_CERTS\` | PEM file of further authorities, read by Node itself. |
| \`NODE_TLS_REJECT_UNAUTHORIZED\` | \`0\`: certificates are not checked, as in the rest of the program. |
`
}

function table(rows: readonly OptionRow<string>[], option: ((row: OptionRow<string>) => string) | null): string {
  const head = ['variable', ...(option ? ['option'] : []), 'value', 'default', 'meaning']
  const lines = rows.map((row) => {
    const fallback =
      row.fallback === null || (Array.isArray(row.fallback) && row.fallback.length === 0) ? '' : code(row.fallback)
    return [`\`${row.env}\``, ...(option ? [option(row)] : []), describeAllowed(row), fallback, row.description]
  })
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

test('a trace id, metadata of a size that no record can repeat: refused with a warning, and all is recorded', () => {
  const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`
  for (const [name, text] of [
    ['NEATLOGS_TRACE_ID', 'x'.repeat(1000)],
    ['NEATLOGS_METADATA', deep],
    ['NEATLOGS_METADATA', JSON.stringify({ a: 'x'.repeat(100_000) })],
  ] as const) {
    const { options, warnings } = parseOptions({ [name]: text })
    expect([options.traceId, options.metadata]).toEqual([null, {}])
    expect(warnings.join()).toMatch(new RegExp(`^${name}: .* is not a (text|JSON object) of at most`))
  }
  const cycle: { [key: string]: unknown } = {}
  cycle.self = cycle
  expect(() => parseOptions({}, { metadata: cycle })).toThrow(/metadata must be/)
  expect(() => parseOptions({}, { traceId: 'x'.repeat(1000) })).toThrow(/traceId must be/)
})
