import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCall } from '../../../src/decode/decode.ts'
import { scrubJson } from '../../../src/secrets/json.ts'
import { maskRanges, maskSecrets } from '../../../src/secrets/shapes.ts'
import { scrubText } from '../../../src/secrets/text.ts'
import { inputOf } from '../decode/input.ts'

const KEY = 'sk-test-4242abcdEFGH4242'

describe('fields', () => {
  test.each([
    'api_key',
    'apiKey',
    'api-key',
    'X-API-Key',
    'authorization',
    'Authorization',
    'openai_api_key',
    'password',
    'client_secret',
  ])('%s is masked anywhere', (name) => {
    expect(scrubJson({ a: [{ [name]: 'abc' }], [name]: 123 }, false)).toEqual({
      a: [{ [name]: '[Redacted]' }],
      [name]: '[Redacted]',
    })
  })

  test('objects under such a name lose their texts; schemas of a tool keep theirs', () => {
    expect(scrubJson({ authorization: { kind: 'oauth', token: 'abc' } }, false)).toEqual({
      authorization: { kind: '[Redacted]', token: '[Redacted]' },
    })
    const schema = { properties: { api_key: { type: 'string', description: 'the key' }, password: { $ref: '#/x' } } }
    expect(scrubJson(schema, false)).toBe(schema)
  })

  test('headers of a remote tool', () => {
    const tool = { type: 'mcp', headers: { 'X-Custom-Token': 'abc', Accept: 'text/plain', Cookie: 'c=1' } }
    expect(scrubJson(tool, false)).toEqual({
      type: 'mcp',
      headers: { 'X-Custom-Token': '[Redacted]', Accept: 'text/plain', Cookie: '[Redacted]' },
    })
  })

  test('names of fields that are keys themselves, where a server wrote them', () => {
    expect(scrubJson({ errors: { [KEY]: { a: 1 } } }, true)).toEqual({ errors: { '[Redacted]': { a: 1 } } })
    expect(scrubJson({ errors: { [KEY]: { a: 1 } } }, false)).toEqual({ errors: { [KEY]: { a: 1 } } })
  })

  test('words that only look like it stay', () => {
    const body = {
      max_tokens: 5,
      tokens: ['a'],
      token: 'Hello',
      key: 'C major',
      prompt_cache_key: 'k',
      api_key: null,
      password: '',
    }
    expect(scrubJson(body, false)).toBe(body)
  })

  test('secret fields of JSON inside a text, quoted once or twice', () => {
    expect(scrubText('{"api_key": "abc123", "q": 1}', false)).toBe('{"api_key": "[Redacted]", "q": 1}')
    expect(scrubText('{\\"apiKey\\":\\"abc123\\"}', false)).toBe('{\\"apiKey\\":\\"[Redacted]\\"}')
  })
})

describe('URLs in any text', () => {
  test.each([
    ['see https://user:pa55@db.test/x', 'see https://[Redacted]@db.test/x'],
    ['postgres://u:p@h/db and redis://:pw@h', 'postgres://[Redacted]@h/db and redis://[Redacted]@h'],
    ['GET https://a.test/?key=abc&q=1', 'GET https://a.test/?key=[Redacted]&q=1'],
    ['https://a.test/?q=1&api_key=abc#x', 'https://a.test/?q=1&api_key=[Redacted]#x'],
    ['https://s.test/b?sv=1&sig=a%2Fb', 'https://s.test/b?sv=1&sig=[Redacted]'],
    ['https://a.test/?keyword=abc', 'https://a.test/?keyword=abc'],
    ['mail me at a@b.test', 'mail me at a@b.test'],
  ])('%s', (text, expected) => {
    expect(scrubText(text, false)).toBe(expected)
  })

  test('a prompt may speak of keys: only what a server or the SDK wrote is masked', () => {
    expect(scrubText(`my key is ${KEY}`, false)).toBe(`my key is ${KEY}`)
    expect(scrubText(`Incorrect API key provided: ${KEY}.`, true)).not.toContain('4242abcd')
  })
})

test.each([
  [`Bearer ${KEY}`, 'Bearer [Redacted]'],
  ['Authorization: Bearer abcdefgh', 'Authorization: Bearer [Redacted]'],
  ['Incorrect API key provided: my-odd-key. You can', 'Incorrect API key provided: [Redacted] You can'],
  ['sk-proj-abc_DEF-123', '[Redacted]'],
  ['sk-test***********1234', '[Redacted]'],
  ['ghp_0123456789abcdefghij0123', '[Redacted]'],
  ['AKIAIOSFODNN7EXAMPLE', '[Redacted]'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', '[Redacted]'],
  ['api_key=abcd1234', 'api_key=[Redacted]'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----', '[Redacted]'],
  ['Rate limit reached for gpt-4o', 'Rate limit reached for gpt-4o'],
])('maskSecrets(%j)', (text, expected) => {
  expect(maskSecrets(text)).toBe(expected)
})

test('ranges that overlap are masked once', () => {
  expect(
    maskRanges('abcdefgh', [
      [4, 6],
      [1, 3],
      [2, 5],
    ]),
  ).toBe('a[Redacted]gh')
})

test('hostile texts are scrubbed in linear time', () => {
  const words = [
    'a.',
    '://a',
    'sk-',
    '"api_key":',
    '-eyJ',
    '?key',
    '-----BEGIN PRIVATE KEY-----',
    'bearer ',
    'api_key',
    ' ',
  ]
  for (const word of words) expect(maskSecrets(scrubText(word.repeat(100_000), true))).toBeTypeOf('string')
})

test('no key of any field, URL or error reaches a record', () => {
  const where = fc.constantFrom('message', 'stack', 'body', 'field', 'metadata', 'attempt', 'header')
  fc.assert(
    fc.property(
      where,
      fc.constantFrom('', 'Bearer ', 'see https://u:', 'at https://a.test/?api_key='),
      (place, prefix) => {
        const secret = prefix + KEY + (prefix.includes('u:') ? '@h' : '')
        const at = (name: string, other = 'none'): string => (place === name ? secret : other)
        const record = decodeCall(
          inputOf({
            request: { model: 'm', api_key: at('field') },
            answer: { error: { message: at('body'), type: 't' } },
            open: { ctx: { metadata: { note: at('metadata'), apiKey: KEY } } },
            close: {
              status: 'error',
              httpStatus: 401,
              headers: { 'content-type': 'application/json', 'openai-model': at('header') },
              error: { type: 'AuthenticationError', message: at('message'), stack: `Error: ${at('stack')}\n    at x` },
              attempts: [{ at: 0, ms: 1, status: 401, error: at('attempt') }],
            },
          }),
        )
        expect(JSON.stringify(record)).not.toContain('4242abcd')
      },
    ),
  )
})
