import { expect, test } from 'vitest'
import { fingerprintOf, neatlogsUrl } from '../../../src/destinations/fingerprint.ts'
import { otlpTarget } from '../../../src/destinations/otlp-target.ts'
import { parseOptions } from '../../../src/options/options.ts'

const options = (env: { readonly [name: string]: string }) => parseOptions(env).options
const KEY = 'nl_test_0123456789abcdef'

test('names the address and a hash, never the key, a password or a query', () => {
  const neatlogs = fingerprintOf('neatlogs', options({ NEATLOGS_API_KEY: KEY }), {})
  expect(neatlogs).toMatch(/^neatlogs:https:\/\/ingest\.neatlogs\.com\/v1\/traces#[0-9a-f]{12}$/)
  const env = {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `https://user:${KEY}@c.test/v1/traces?key=${KEY}`,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${KEY}`,
  }
  const otlp = fingerprintOf('otlp', options({}), env)
  expect(otlp).toMatch(/^otlp:https:\/\/c\.test\/v1\/traces#[0-9a-f]{12}$/)
  for (let length = 4; length <= KEY.length; length += 1) expect(neatlogs + otlp).not.toContain(KEY.slice(0, length))
})

test('differs by key, project, address, protocol, headers; stays for the rest', () => {
  const base = { NEATLOGS_API_KEY: KEY }
  const of = (over: { readonly [name: string]: string }) => fingerprintOf('neatlogs', options({ ...base, ...over }), {})
  const all = [
    of({}),
    of({ NEATLOGS_API_KEY: 'other' }),
    of({ NEATLOGS_PROJECT: 'p' }),
    of({ NEATLOGS_ENDPOINT: 'https://eu.ingest.neatlogs.com' }),
    of({ NEATLOGS_PROTOCOL: 'trace' }),
    of({ NEATLOGS_PROTOCOL: 'v1' }),
    fingerprintOf('otlp', options({}), {}),
    fingerprintOf('otlp', options({}), { OTEL_EXPORTER_OTLP_HEADERS: 'a=1' }),
    fingerprintOf('otlp', options({}), { OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=2' }),
    fingerprintOf('otlp', options({}), { OTEL_EXPORTER_OTLP_HEADERS: 'a=1', OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'a=2' }),
    fingerprintOf('otlp', options({}), { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }),
    fingerprintOf('file', options({}), {}),
    fingerprintOf('stdout', options({}), {}),
  ]
  expect(new Set(all).size).toBe(all.length)
  expect(of({ NEATLOGS_TAGS: 'x', NEATLOGS_TRACE_ID: 't' })).toBe(of({}))
})

test('addresses', () => {
  const url = (env: { readonly [name: string]: string }) => neatlogsUrl(options(env)).href
  expect(url({})).toBe('https://ingest.neatlogs.com/v1/traces')
  expect(url({ NEATLOGS_ENDPOINT: 'http://127.0.0.1:9/base/' })).toBe('http://127.0.0.1:9/base/v1/traces')
  expect(url({ NEATLOGS_PROTOCOL: 'trace' })).toBe('https://ingest.neatlogs.com/v1/trace')
  expect(url({ NEATLOGS_PROTOCOL: 'v1' })).toBe('https://app.neatlogs.com/api/data')
  expect(url({ NEATLOGS_PROTOCOL: 'v1', NEATLOGS_ENDPOINT: 'http://127.0.0.1:9' })).toBe('http://127.0.0.1:9/api/data')
  const otlp = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: '', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c/' }
  expect(otlpTarget(otlp, 'TRACES').url.href).toBe('http://c/v1/traces')
})
