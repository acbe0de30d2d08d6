import { describe, expect, test } from 'vitest'
import { type OtlpSettings, readOtelEnvironment } from '../../../src/destinations/otel-env.ts'
import { parsePairs, resourceFromEnvironment, serviceFromEnvironment } from '../../../src/destinations/otel-pairs.ts'
import { OTEL_TABLE } from '../../../src/destinations/otel-table.ts'

type Shown = Omit<OtlpSettings, 'url'> & { readonly url: string }

function read(env: { readonly [name: string]: string }): Shown {
  const { url, headers, ...rest } = readOtelEnvironment(env)
  return { ...rest, headers: { ...headers }, url: url.href }
}

const DEFAULTS: Shown = {
  url: 'http://localhost:4318/v1/traces',
  headers: {},
  timeoutMs: 10_000,
  gzip: false,
  protocol: 'http/protobuf',
  variable: null,
  certificate: null,
  clientKey: null,
  clientCertificate: null,
  maxBatchCount: 512,
  semconv: 'latest',
  warnings: [],
}

test('nothing set', () => expect(read({})).toEqual(DEFAULTS))

const TRACES = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'
const METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
const at = (url: string): Partial<Shown> => ({ url, variable: 'OTEL_EXPORTER_OTLP_ENDPOINT' })

/** Each variable: good values and what they change; bad values, each of which is one warning that names the variable. */
const CASES: { readonly [variable: string]: { good: readonly [string, Partial<Shown>][]; bad: readonly string[] } } = {
  OTEL_EXPORTER_OTLP_ENDPOINT: {
    good: [
      ['http://c:4318', at('http://c:4318/v1/traces')],
      ['http://c:4318/my/', at('http://c:4318/my/v1/traces')],
      ['https://cloud.example/api/otel', at('https://cloud.example/api/otel/v1/traces')],
      ['http://c:4317', { ...at(`http://c:4317${METHOD}`), protocol: 'grpc' }],
      ['collector:4317', { ...at(`https://collector:4317${METHOD}`), protocol: 'grpc' }],
    ],
    bad: ['localhost:4318', 'not a url', 'ftp://c'],
  },
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: {
    good: [
      ['http://c:4318', { url: 'http://c:4318/', variable: TRACES }],
      ['http://c/x?token=1', { url: 'http://c/x?token=1', variable: TRACES }],
    ],
    bad: ['c:4318', 'unix:/x'],
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    good: [
      ['Authorization=Basic%20cGs6c2s=,x-v=4', { headers: { authorization: 'Basic cGs6c2s=', 'x-v': '4' } }],
      [' a = 1 ,, b=2=3 ', { headers: { a: '1', b: '2=3' } }],
    ],
    bad: ['a', 'a=%zz', 'bad name=1', 'a=1%0A2', 'content-type=text/plain'],
  },
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: { good: [['a=1', { headers: { a: '1' } }]], bad: ['=1'] },
  OTEL_EXPORTER_OTLP_TIMEOUT: { good: [['2500', { timeoutMs: 2500 }]], bad: ['0', '-1', 'soon', '1.5'] },
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: { good: [['2500', { timeoutMs: 2500 }]], bad: ['1s'] },
  OTEL_EXPORTER_OTLP_COMPRESSION: {
    good: [
      ['gzip', { gzip: true }],
      ['none', {}],
    ],
    bad: ['zstd'],
  },
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: { good: [['GZIP', { gzip: true }]], bad: ['deflate'] },
  OTEL_EXPORTER_OTLP_PROTOCOL: {
    good: [
      ['http/json', { protocol: 'http/json' }],
      ['http/protobuf', {}],
      ['gRPC', { url: `http://localhost:4317${METHOD}`, protocol: 'grpc' }],
    ],
    bad: ['http', 'h2'],
  },
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: { good: [['http/json', { protocol: 'http/json' }]], bad: ['json'] },
  OTEL_EXPORTER_OTLP_INSECURE: {
    good: [
      ['true', {}],
      ['false', {}],
    ],
    bad: ['1'],
  },
  OTEL_EXPORTER_OTLP_TRACES_INSECURE: { good: [['true', {}]], bad: ['no'] },
  OTEL_EXPORTER_OTLP_CERTIFICATE: {
    good: [['/ca.pem', { certificate: { path: '/ca.pem', variable: 'OTEL_EXPORTER_OTLP_CERTIFICATE' } }]],
    bad: [],
  },
  OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: {
    good: [['/ca.pem', { certificate: { path: '/ca.pem', variable: 'OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE' } }]],
    bad: [],
  },
  OTEL_EXPORTER_OTLP_CLIENT_KEY: {
    good: [['/k.pem', { clientKey: { path: '/k.pem', variable: 'OTEL_EXPORTER_OTLP_CLIENT_KEY' } }]],
    bad: [],
  },
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: {
    good: [['/k.pem', { clientKey: { path: '/k.pem', variable: 'OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY' } }]],
    bad: [],
  },
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: {
    good: [['/c.pem', { clientCertificate: { path: '/c.pem', variable: 'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE' } }]],
    bad: [],
  },
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: {
    good: [
      ['/c.pem', { clientCertificate: { path: '/c.pem', variable: 'OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE' } }],
    ],
    bad: [],
  },
  OTEL_SERVICE_NAME: { good: [['shop', {}]], bad: [] },
  OTEL_RESOURCE_ATTRIBUTES: {
    good: [['a=1,b=x%20y', {}]],
    bad: ['a=1,b', 'a=1,b=%zz'],
  },
  OTEL_SDK_DISABLED: { good: [['TRUE', {}]], bad: ['perhaps', '1', 'yes'] },
  OTEL_TRACES_EXPORTER: {
    good: [
      ['none', {}],
      ['otlp', {}],
    ],
    bad: [],
  },
  OTEL_TRACES_SAMPLER: { good: [['always_off', {}]], bad: ['jaeger_remote'] },
  OTEL_TRACES_SAMPLER_ARG: { good: [['0.5', {}]], bad: ['2', 'half'] },
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: { good: [['100', { maxBatchCount: 100 }]], bad: ['0', 'many'] },
  OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: { good: [['10', {}]], bad: ['-1', 'x'] },
  OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: { good: [['0', {}]], bad: ['1.5'] },
  OTEL_ATTRIBUTE_COUNT_LIMIT: { good: [['128', {}]], bad: ['-1', 'many'] },
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: { good: [['0', {}]], bad: ['1.5'] },
  OTEL_SPAN_EVENT_COUNT_LIMIT: { good: [['1', {}]], bad: ['x'] },
  OTEL_SPAN_LINK_COUNT_LIMIT: { good: [['1', {}]], bad: ['x'] },
  OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: { good: [['1', {}]], bad: ['x'] },
  OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: { good: [['1', {}]], bad: ['x'] },
  NEATLOGS_SEMCONV: {
    good: [
      ['1.41', { semconv: '1.41' }],
      ['latest', {}],
    ],
    bad: ['1.40', 'stable'],
  },
  OTEL_SEMCONV_STABILITY_OPT_IN: {
    good: [
      ['http,gen_ai/1.41', { semconv: '1.41' }],
      ['gen_ai_latest_experimental', {}],
      ['gen_ai/1.41,gen_ai_latest_experimental', {}],
      ['database/dup', {}],
    ],
    bad: [],
  },
}

/** What only metrics read is tested with them. */
const isOfMetrics = (name: string): boolean => /_METRICS?_/.test(name)

test('every variable of the table is tested', () => {
  const names = OTEL_TABLE.map(({ env }) => env).filter((name) => !isOfMetrics(name))
  expect(Object.keys(CASES).sort()).toEqual(names.sort())
})

describe.each(Object.keys(CASES))('%s', (variable) => {
  const { good, bad } = CASES[variable] as (typeof CASES)[string]

  test('empty is unset', () => {
    expect(read({ [variable]: '' })).toEqual(DEFAULTS)
    expect(read({ [variable]: '  ' })).toEqual(DEFAULTS)
  })

  if (good.length > 0) {
    test.each(good)('good: %s', (value, change) =>
      expect(read({ [variable]: value })).toEqual({ ...DEFAULTS, ...change }),
    )
  }
  if (bad.length > 0) {
    test.each(bad)('bad: %s', (value) => {
      const { warnings, ...settings } = read({ [variable]: value })
      expect(warnings).toHaveLength(1)
      expect(warnings[0]).toContain(variable)
      expect(settings).toEqual({ ...DEFAULTS, warnings: undefined })
    })
  }
})

describe('together', () => {
  test('the traces variable wins over the general one', () => {
    expect(
      read({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://base:1',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://own:2/t',
        OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=2',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=3',
        OTEL_EXPORTER_OTLP_TIMEOUT: '1',
        OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '2',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
        OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'none',
      }),
    ).toEqual({ ...DEFAULTS, url: 'http://own:2/t', variable: TRACES, headers: { a: '3', b: '2' }, timeoutMs: 2 })
  })

  test('a bad traces variable leaves the general one in force', () => {
    const settings = read({ OTEL_EXPORTER_OTLP_TIMEOUT: '1', OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: 'x' })
    expect(settings.timeoutMs).toBe(1)
    expect(settings.warnings).toHaveLength(1)
  })

  test('gRPC: by the port, by the protocol, with and without TLS; the path and the query are not its own', () => {
    const of = (env: { readonly [name: string]: string }): readonly [string, string] => {
      const { url, protocol } = read(env)
      return [url, protocol]
    }
    const endpoint = 'OTEL_EXPORTER_OTLP_ENDPOINT'
    const grpc = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }
    expect(of({ [endpoint]: 'https://c/base?x=1', ...grpc })).toEqual([`https://c${METHOD}`, 'grpc'])
    expect(of({ [endpoint]: 'c:9', ...grpc })).toEqual([`https://c:9${METHOD}`, 'grpc'])
    expect(of({ [endpoint]: 'c:9', ...grpc, OTEL_EXPORTER_OTLP_INSECURE: 'true' })).toEqual([
      `http://c:9${METHOD}`,
      'grpc',
    ])
    expect(of({ [endpoint]: '[::1]:4317' })).toEqual([`https://[::1]:4317${METHOD}`, 'grpc'])
    expect(of({ [endpoint]: 'http://c:4317', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' })).toEqual([
      'http://c:4317/v1/traces',
      'http/json',
    ])
    expect(of({ [TRACES]: 'http://c:4317/x', [endpoint]: 'http://d:4318' })).toEqual([`http://c:4317${METHOD}`, 'grpc'])
  })

  test('what is used and perhaps not meant is said', () => {
    const said = (env: { readonly [name: string]: string }) => read(env).warnings.join('\n')
    const endpoint = 'OTEL_EXPORTER_OTLP_ENDPOINT'
    expect(read({ [endpoint]: 'https://h/otlp?token=sec' }).url).toBe('https://h/otlp/v1/traces?token=sec')
    expect(said({ [endpoint]: 'https://h/otlp?token=sec' })).toMatch(
      /ENDPOINT has a query: it is kept, \/otlp\/v1\/traces/,
    )
    expect(said({ [endpoint]: 'https://h/otlp?token=sec' })).not.toContain('sec')
    expect(said({ [TRACES]: 'https://h/otlp?token=sec' })).toBe('')
    expect(said({ [endpoint]: 'http://h:4318/v1/traces' })).toContain('/v1/traces/v1/traces')
    expect(said({ [endpoint]: 'http://h:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' })).toContain('4317')
  })

  test('a header that cannot be used is named, its value is not shown', () => {
    const [warning] = read({ OTEL_EXPORTER_OTLP_HEADERS: 'x-key=sec%0Aret' }).warnings
    expect(warning).toContain('x-key')
    expect(warning).not.toContain('sec')
  })

  test('warnings never show a password of a URL', () => {
    const [warning] = read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'htp://user:pass@host' }).warnings
    expect(warning).not.toContain('pass')
  })
})

test('pairs: decoded on both sides, later ones win, prototypes stay out', () => {
  expect(parsePairs('a%20b=c%3Dd,a%20b=e')).toEqual({ pairs: new Map([['a b', 'e']]), bad: [] })
  expect(parsePairs('__proto__=x').pairs.get('__proto__')).toBe('x')
  expect(parsePairs('novalue=').pairs.get('novalue')).toBe('')
  expect(parsePairs('x,y=%').bad).toEqual(['entry 1', 'y'])
})

test('the program’s name: OTEL_SERVICE_NAME, else service.name, else none', () => {
  const attributes = 'service.name=from%20resource'
  expect(serviceFromEnvironment({ OTEL_SERVICE_NAME: 'own', OTEL_RESOURCE_ATTRIBUTES: attributes })).toBe('own')
  expect(serviceFromEnvironment({ OTEL_SERVICE_NAME: ' ', OTEL_RESOURCE_ATTRIBUTES: attributes })).toBe('from resource')
  expect(serviceFromEnvironment({})).toBeNull()
  expect(resourceFromEnvironment({ OTEL_RESOURCE_ATTRIBUTES: `${attributes},oops` }).pairs.size).toBe(0)
})
