// What is printed holds no key and drives no terminal: variables with a slip, servers' words, records.
import { describe, expect, test } from 'vitest'
import { checkConfiguration, listSettings } from '../../../src/cli/doctor/configuration.ts'
import { progressBar } from '../../../src/cli/ship/progress.ts'
import { openDestination } from '../../../src/destinations/open.ts'
import { readOtelEnvironment } from '../../../src/destinations/otel-env.ts'
import { OTEL_TABLE } from '../../../src/destinations/otel-table.ts'
import { OPTION_TABLE, parseOptions } from '../../../src/options/options.ts'
import { terminalJson, terminalLine, terminalText } from '../../../src/safe-text.ts'
import { printable, printableValue } from '../../../src/secrets/printable.ts'

const S = 'SLIPSECRET42'
const SLIPS: readonly { readonly [name: string]: string }[] = [
  { OTEL_EXPORTER_OTLP_HEADERS: `Authorization: Bearer ${S}==` },
  { OTEL_EXPORTER_OTLP_HEADERS: `Authorization: Basic ${S}=` },
  { OTEL_EXPORTER_OTLP_HEADERS: `{"x-api-key":"${S}="}` },
  { OTEL_EXPORTER_OTLP_HEADERS: `x-api-key: ${S}==` },
  { OTEL_EXPORTER_OTLP_HEADERS: `authorization=Basic abc,${S} x=` },
  { OTEL_EXPORTER_OTLP_HEADERS: `${S}` },
  { OTEL_RESOURCE_ATTRIBUTES: `api.key=${S}` },
  { OTEL_RESOURCE_ATTRIBUTES: `${S} a=,=` },
  { OTEL_EXPORTER_OTLP_ENDPOINT: `https://h.test/?token=${S}` },
  { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://user:pa@${S}@127.0.0.1/x` },
  { NEATLOGS_ENDPOINT: `https://h.test/?api_key=${S}` },
  { NEATLOGS_ENDPOINT: `https://user:pa/${S}@127.0.0.1` },
  { NEATLOGS_ENDPOINT: `htp:/user:${S}@127.0.0.1` },
  { NEATLOGS_ENDPOINT: `user:${S}@127.0.0.1` },
  { NEATLOGS_METADATA: `{api_key: "${S}"}` },
  { NEATLOGS_METADATA: JSON.stringify({ api_key: S, k: `sk-${S}aaaa` }) },
  { NEATLOGS_EXPORTER: `nl_${S}` },
  { NEATLOGS_PROTOCOL: S },
  { NEATLOGS_REDACT: S },
  { NEATLOGS_SAMPLE_RATE: `sk-${S}` },
  { NEATLOGS_API_KEY: `nl_${S}` },
  { OTEL_EXPORTER_OTLP_CLIENT_KEY: `-----BEGIN PRIVATE KEY-----${S}` },
]

test.each(SLIPS)('%j is not printed', (env) => {
  const said = [parseOptions(env).warnings, readOtelEnvironment(env).warnings, listSettings(env)]
  expect(JSON.stringify(said)).not.toContain(S)
})

test('what an own expression looks for is not shown', () => {
  const [rules] = listSettings({ NEATLOGS_REDACT: '/Meier AG/i,email,request.model' }).filter(
    ({ name }) => name === 'NEATLOGS_REDACT',
  )
  expect(rules?.value).toBe('/…/i,email,request.model')
})

test('what is no key is shown', () => {
  expect(parseOptions({ NEATLOGS_CAPTURE_CONTENT: 'treu', NEATLOGS_SAMPLE_RATE: '150' }).warnings.join()).toMatch(
    /"treu".*"150"/,
  )
  expect(printableValue('https://ingest-eu1.example.com:4318/v1/traces')).toBe(
    'https://ingest-eu1.example.com:4318/v1/traces',
  )
})

const KEY = 'Slip77Secret42Xq'
const BASIC = Buffer.from(`u:${KEY}`).toString('base64')
/** A key that stands in the wrong variable, or in the right one in a wrong way. */
const WRITTEN: readonly string[] = [
  KEY,
  `sk-${KEY}`,
  `nl_${KEY}`,
  `Bearer ${KEY}`,
  `Basic ${BASIC}`,
  `Authorization: Bearer ${KEY}==`,
  `x-api-key=${KEY}`,
  `https://u:${KEY}@h.test`,
  `https://u:pa/${KEY}@h.test/x`,
  `https://h.test/?api_key=${KEY}`,
  `https://h.test/?${KEY}`,
  `https://h.test/#token=${KEY}`,
  `user:${KEY}@h:4318`,
  `{"api_key":"${KEY}"}`,
  `{"k":"${KEY}"`,
  `-----BEGIN PRIVATE KEY-----\n${KEY}\n-----END PRIVATE KEY-----`,
  `a=b,${KEY}`,
  `file,${KEY}`,
  `/(${KEY}/`,
  `request..${KEY}`,
  `\u001b]0;${KEY}\u0007`,
]
const VARIABLES = [
  ...new Set([...OPTION_TABLE, ...OTEL_TABLE].map(({ env }) => env)),
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'all_proxy',
  'NO_PROXY',
  'NEATLOGS_TOKEN',
]

test.each(VARIABLES)('no key in %s is printed by a warning or by doctor', async (variable) => {
  for (const text of WRITTEN) {
    const env = { NEATLOGS_API_KEY: 'nl_0123456789', NEATLOGS_ENDPOINT: 'http://h.test', [variable]: text }
    const { options, warnings } = parseOptions(env)
    const opened = await Promise.all((['otlp', 'neatlogs'] as const).map((name) => openDestination(name, options, env)))
    for (const one of opened) one.close()
    const said = [
      ...[warnings, readOtelEnvironment(env).warnings, opened.map((one) => one.warnings)].flat(2).map(printable),
      JSON.stringify(listSettings(env)),
      JSON.stringify(checkConfiguration(warnings, env)),
    ].join('\n')
    expect(said).not.toContain(KEY)
    expect(said).not.toContain(BASIC.slice(4, 16))
    expect(said).not.toContain('\u001b')
  }
})

describe('a terminal', () => {
  const HOSTILE = 'a\u001b]0;title\u0007b\rc\u009b2Jd\u202ee\u200bf\u2066g\u{e0041}h\u061ci\u00adj'
  test('obeys no line of a server', () => {
    expect(terminalLine(HOSTILE)).toBe('a·]0;title·b·c·2Jd·e·f·g·h·i·j')
    expect(terminalLine('two\nlines')).toBe('two·lines')
    expect(terminalText('two\nlines\r')).toBe('two\nlines·')
    expect(printable(`Authorization: Bearer ${S}\u001b[2J`)).toBe('Authorization: Bearer [Redacted]')
    expect(progressBar(1, 2)).toContain('1 of 2')
  })

  test('JSON stays the same JSON', () => {
    const json = JSON.stringify({ text: HOSTILE })
    expect(JSON.parse(terminalJson(json))).toEqual({ text: HOSTILE })
    expect(terminalLine(terminalJson(json))).toBe(terminalJson(json))
  })
})
