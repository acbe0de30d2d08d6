// What of secrets is masked before the disk: the request's secret fields, the client's own keys wherever they come back.
import { expect, test } from 'vitest'
import { maskBytes, maskOwn, openEnd, ownSecrets, secretsOfCall } from '../../../src/openai/own-secrets.ts'
import { describeRequest } from '../../../src/openai/request.ts'
import { clientOf, readUndici } from '../../../src/openai/wire-request.ts'
import { maskFields } from '../../../src/secrets/fields.ts'
import { setSecretNames } from '../../../src/secrets/names.ts'
import { stripUrl } from '../../../src/secrets/urls.ts'

const bodyOf = (body: unknown): string => describeRequest('u', { body: JSON.stringify(body) }).body ?? ''

test.each([
  ['api-key', 'hush'],
  ['OPENAI_API_KEY', 'hush'],
  ['password', 'pa/ss"hush\\ord'],
  ['client_secret', 'zürich hush'],
  ['Ocp-Apim-Subscription-Key', 'hush'],
  ['jwt', 'hush.b.c'],
  ['cookie', 'a=hush'],
  ['token', { access_token: 'hush', refresh_token: ['hush'] }],
  ['authorization', { kind: 'x', value: 'hush', number: 4711 }],
  ['secret', 4711],
])('field %s of a body', (name, value) => {
  const messages = [{ role: 'user', content: 'my password is kept' }]
  const written = bodyOf({ model: 'm', tools: [{ type: 'mcp', [name]: value }], messages })
  expect(JSON.parse(written)).toMatchObject({ model: 'm', messages })
  expect(written).not.toMatch(/hush|4711/)
})

test('the headers that go to a tool, but for those that say nothing', () => {
  const headers = { 'X-Odd': 'abc-1', Authorization: 'Bearer abc-2', Accept: 'text/plain', list: ['abc-3'] }
  expect(bodyOf({ tools: [{ headers }] })).toBe(
    '{"tools":[{"headers":{"X-Odd":"[Redacted]","Authorization":"[Redacted]","Accept":"text/plain","list":["[Redacted]"]}}]}',
  )
})

test('a parameter of a tool keeps its schema, not its value', () => {
  const schemas = {
    api_key: { type: 'string', description: 'the key' },
    password: { type: ['string', 'null'] },
    headers: { type: 'object', properties: { a: {} } },
  }
  const text = JSON.stringify({ properties: { api_key: schemas.api_key, password: schemas.password } })
  expect(maskFields(text).text).toBe(text)
  expect(maskFields('{"api_key":{"type":"string","default":"abc"}}').text).not.toContain('abc')
  expect(maskFields('{"authorization":{"type":"bearer","token":"abc"}}').text).not.toContain('abc')
})

test('JSON that is cut, nested very deep, spaced out, or quoted in a text', () => {
  expect(maskFields('{"a":1,"api_key":"abc').text).toBe('{"a":1,"api_key":"[Redacted]')
  expect(maskFields('{"api_key" : \n "abc"}').text).toBe('{"api_key" : \n "[Redacted]"}')
  const deep = `${'{"a":'.repeat(5000)}{"password":"hush"}${'}'.repeat(5000)}`
  expect(maskFields(deep).text).toBe(deep.replace('hush', '[Redacted]'))
  const under = `{"secret":${'['.repeat(20_000)}"hush"${']'.repeat(20_000)},"b":1}`
  expect(maskFields(under).text).toBe('{"secret":"[Redacted]","b":1}')
  const twice = JSON.stringify({
    a: JSON.stringify({ arguments: JSON.stringify({ api_key: 'hush', n: 1 }), password: { p: ['hush'] } }),
  })
  expect(maskFields(twice).text).not.toContain('hush')
  expect(JSON.parse(JSON.parse(JSON.parse(maskFields(twice).text).a).arguments)).toEqual({
    api_key: '[Redacted]',
    n: 1,
  })
})

test('names of the program’s own', () => {
  setSecretNames(['Tenant-Id', 'pin'])
  try {
    expect(maskFields('{"tenant_id":"abc","PIN":"1234","x":"y"}').text).toBe(
      '{"tenant_id":"[Redacted]","PIN":"[Redacted]","x":"y"}',
    )
  } finally {
    setSecretNames([])
  }
  expect(maskFields('{"tenant_id":"abc"}').text).toBe('{"tenant_id":"abc"}')
})

test.each([
  ['https://user:pa/ss@h.test/v1', 'https://h.test/v1'],
  ['https://user:12/ss@h.test/v1', 'https://[Redacted]@h.test/v1'],
  ['https://user:p@ss@h.test/v1', 'https://h.test/v1'],
  ['https://api.test/ai/run/@cf/meta/llama', 'https://api.test/ai/run/@cf/meta/llama'],
  ['https://h/?subscription-key=abc&jwt=abc&a=b', 'https://h/?subscription-key=%5Bsecret%5D&jwt=%5Bsecret%5D&a=b'],
])('%s is written as %s', (url, expected) => {
  expect(stripUrl(url)).toBe(expected)
})

test.each([
  ['its key', { apiKey: 'my/own"key of+old' }],
  ['its admin key', { apiKey: null, adminAPIKey: 'my/own"key of+old' }],
  ['a default header', { _options: { defaultHeaders: { 'X-Auth': 'Custom my/own"key of+old' } } }],
  ['a query', { _options: { defaultQuery: { sig: 'my/own"key of+old' } } }],
  ['openai 3', { configuration: { apiKey: 'my/own"key of+old' } }],
  ['openai 3, headers', { configuration: { baseOptions: { headers: { Authorization: 'Bearer my/own"key of+old' } } } }],
])('a client’s own: %s', (_, client) => {
  const key = 'my/own"key of+old'
  const json = JSON.stringify(key).slice(1, -1)
  for (const written of [key, json, json.replaceAll('/', '\\/'), encodeURIComponent(key)]) {
    const secrets = ownSecrets(client)
    expect(maskOwn(`say "${written}" again`, secrets)).toBe('say "[key]" again')
    const bytes = Buffer.from(`\xff${written}\xfe`, 'latin1')
    expect(Buffer.from(maskBytes(bytes, secrets)).toString('latin1')).toBe('\xff[key]\xfe')
  }
})

test('the end of a part that may be the begin of a key waits for the rest', () => {
  const secrets = ownSecrets({ apiKey: 'abcdefgh-secret' })
  expect(openEnd(Buffer.from('nothing here'), secrets)).toBe(0)
  expect(openEnd(Buffer.from('text abcdefgh-'), secrets)).toBe(9)
  expect(openEnd(Buffer.from('a'), secrets)).toBe(1)
  expect(
    ownSecrets({
      get apiKey(): string {
        throw new Error('a getter of the user')
      },
    }),
  ).toEqual([])
})

const KEY = 'my/own"key of+old'

test.each([
  ['a plain object', { headers: { 'X-Token': KEY } }],
  ['Headers', { headers: new Headers({ 'X-Token': KEY }) }],
  ['pairs', { headers: [['X-Token', `Bearer ${KEY}`]] }],
  ['what openai makes of them', { headers: { values: new Headers({ 'X-Token': KEY }), nulls: new Set() } }],
  ['a cookie', { headers: { Cookie: `a=b; sid=${KEY}` } }],
  ['a query', { query: { sig: KEY } }],
])('a call’s own: %s', (_, options) => {
  expect(maskOwn(`say ${KEY}.`, secretsOfCall(options, 'https://h/v1'))).toBe('say [key].')
})

test('of a URL: its query and its password; a getter of the program is not run', () => {
  const secrets = secretsOfCall(null, 'https://u:pass-word-1@h/v1?api-version=2026-01-01-preview&sig=query%2Bvalue1')
  expect(maskOwn('pass-word-1 query+value1 2026-01-01-preview', secrets)).toBe('[key] [key] 2026-01-01-preview')
  const trap = {
    get headers(): never {
      throw new Error('a getter of the user')
    },
  }
  expect(secretsOfCall(trap, 'https://h/v1')).toEqual([])
})

test('a client that only its requests show', () => {
  const headers = [
    'authorization',
    `Bearer ${KEY}-0`,
    'x-gateway-auth',
    `Token ${KEY}-1`,
    'cookie',
    `sid=${KEY}-2`,
    'accept',
    'text/plain',
  ]
  const client = clientOf(
    readUndici({ origin: 'https://h', path: '/v1/x', method: 'POST', headers, body: null } as never),
  )
  expect(maskOwn(`${KEY}-0 ${KEY}-1 ${KEY}-2 text/plain`, ownSecrets(client))).toBe('[key] [key] [key] text/plain')
})

test.each([
  ['Go', '<a&b>-secret', String.raw`\u003ca\u0026b\u003e-secret`],
  ['.NET', 'a+b"c`d-secret', String.raw`a\u002Bb\u0022c\u0060d-secret`],
  ['PHP', 'ab/cd/secret', String.raw`ab\/cd\/secret`],
])('as the JSON of %s has it', (_, apiKey, written) => {
  expect(maskOwn(`"${written}"`, ownSecrets({ apiKey }))).toBe('"[key]"')
})

test.each([
  ['a form', 'client_secret=hush1-hush&grant_type=x&tenant-pin=hush2-hush'],
  ['YAML', 'kind: x\napi_key: hush1-hush\npassword: hush2-hush\n'],
  ['a form, as a text of JSON', JSON.stringify('client_secret=hush1-hush&grant_type=x&tenant-pin=hush2-hush')],
  ['YAML, as a text of JSON', JSON.stringify('kind: x\napi_key: hush1-hush\npassword: hush2-hush\n')],
  ['lines of JSON', '{"api_key":"hush1-hush"}\n{"body":{"password":"hush2-hush"}}'],
])('a body that is %s', (_, body) => {
  setSecretNames(['Tenant-Pin'])
  try {
    const { body: written = '', kind } = describeRequest('u', { method: 'POST', body })
    expect(kind).toBe('json')
    expect(written).not.toContain('hush')
    expect(written.length).toBeGreaterThan(30)
  } finally {
    setSecretNames([])
  }
})

test('own secret names in a form and in the query of a URL', () => {
  setSecretNames(['Tenant-Pin'])
  try {
    const form = new FormData()
    form.append('tenant_pin', 'hush')
    form.append('model', 'm')
    const { body, url } = describeRequest('https://h/v1/x?tenantPin=hush&a=b', { method: 'POST', body: form })
    expect(body).toBe('{"tenant_pin":"[Redacted]","model":"m"}')
    expect(url).toBe('https://h/v1/x?tenantPin=%5Bsecret%5D&a=b')
    expect(describeRequest('u', { body: new URLSearchParams({ 'TENANT-PIN': 'hush' }) }).body).not.toContain('hush')
  } finally {
    setSecretNames([])
  }
})

test('a secret in the bytes of an answer, wherever its letters beyond ASCII stand', () => {
  for (let length = 0; length < 12; length++) {
    const secrets = [`${'k'.repeat(length)}\u{1f511}-rest`, `-${'k'.repeat(length)}\u{1f511}\u{1f511}\u{1f511}`]
    for (const secret of secrets) {
      expect(Buffer.from(maskBytes(Buffer.from(`a ${secret} b`), [secret])).toString()).toBe('a [key] b')
    }
  }
})
