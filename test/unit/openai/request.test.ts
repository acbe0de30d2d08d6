// What leaves of a request for the spool: its text as sent, its URL without secrets, uploads described.
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { describeError, errorName, isAbort } from '../../../src/openai/call-error.ts'
import { maskServerText, ownSecrets } from '../../../src/openai/own-secrets.ts'
import { describeRequest } from '../../../src/openai/request.ts'
import { isNodeStream, keepHeaders } from '../../../src/openai/response.ts'
import { watchUpload } from '../../../src/openai/upload.ts'
import { stripUrl } from '../../../src/secrets/urls.ts'

describe('describeRequest', () => {
  test('verb, path and helper', () => {
    const headers = { 'X-Stainless-Helper-Method': 'stream' }
    expect(describeRequest('https://h/v1/x?after=1', { method: 'post', headers })).toEqual({
      verb: 'POST',
      url: 'https://h/v1/x?after=1',
      path: 'https://h/v1/x',
      helper: 'stream',
      kind: 'none',
      body: undefined,
      secrets: [],
    })
    expect(describeRequest('https://h/v1/x', {})).toMatchObject({
      verb: 'GET',
      path: 'https://h/v1/x',
      helper: undefined,
    })
    const built = new Headers(headers)
    expect(describeRequest('u', { headers: built }).helper).toBe('stream')
    expect(describeRequest('u', { headers: new Headers() }).helper).toBeUndefined()
    expect(describeRequest('u', { headers: { other: 'x' } }).helper).toBeUndefined()
    expect(describeRequest('u', { headers: null }).helper).toBeUndefined()
  })

  const form = new FormData()
  form.append('model', 'whisper-1')
  form.append('file', new File(['abc'], 'a.wav', { type: 'audio/wav' }))
  form.append('part', 'a')
  form.append('part', new File(['x'], 'b.bin'))
  form.append('part', 'c')
  const bytes = new TextEncoder().encode('xx{"a":1}')
  test.each([
    ['JSON text', '{"a":1}', 'json', '{"a":1}'],
    ['nothing', null, 'none', undefined],
    ['JSON as bytes', bytes.subarray(2), 'json', '{"a":1}'],
    ['other bytes', bytes, 'binary', '{"type":"binary","bytes":9}'],
    ['a query', new URLSearchParams({ a: '1' }), 'form', '{"a":"1"}'],
    ['a stream', new PassThrough(), 'binary', '{"type":"stream","bytes":null}'],
    [
      'a form',
      form,
      'form',
      JSON.stringify({
        model: 'whisper-1',
        file: { type: 'file', filename: 'a.wav', media_type: 'audio/wav', bytes: 3, sha256: null },
        part: ['a', { type: 'file', filename: 'b.bin', media_type: null, bytes: 1, sha256: null }, 'c'],
      }),
    ],
  ])('%s', (_, body, kind, expected) => {
    const described = describeRequest('u', { body })
    expect(described.kind).toBe(kind)
    expect(described.body).toBe(expected)
  })

  test.each([
    ['{"api_key":"k","a":{"apiKey":"k","x":1}}', '{"api_key":"[Redacted]","a":{"apiKey":"[Redacted]","x":1}}'],
    ['{"Authorization":"k"}', '{"Authorization":"[Redacted]"}'],
    ['{"api_key":"","text":"api_key"}', '{"api_key":"","text":"api_key"}'],
    ['{"api_key": broken', '{"api_key": broken'],
    ['{ "key": "kept as it is" }', '{ "key": "kept as it is" }'],
  ])('%s', (body, expected) => {
    expect(describeRequest('u', { body }).body).toBe(expected)
    expect(describeRequest('u', { body: new TextEncoder().encode(body) }).body).toBe(expected)
  })
})

test.each([
  ['https://h/v1', 'https://h/v1'],
  ['https://u:p@h/v1', 'https://h/v1'],
  ['https://h/v1?limit=2&after=x', 'https://h/v1?limit=2&after=x'],
  [
    'https://h/v1?key=k&api_key=k&API-KEY=k&apikey=k',
    'https://h/v1?key=%5Bsecret%5D&api_key=%5Bsecret%5D&API-KEY=%5Bsecret%5D&apikey=%5Bsecret%5D',
  ],
  [
    'https://h/?sig=k&token=k&access_token=k&code=k&x-amz-security=k',
    'https://h/?sig=%5Bsecret%5D&token=%5Bsecret%5D&access_token=%5Bsecret%5D&code=%5Bsecret%5D&x-amz-security=%5Bsecret%5D',
  ],
  ['https://h/?monkey=1&keys=2', 'https://h/?monkey=1&keys=2'],
  ['//u:p@h/v1?key=k\nmore', '//h/v1'],
  ['/v1?key=k', '/v1'],
])('%s is told as %s', (url, expected) => {
  expect(stripUrl(url)).toBe(expected)
})

describe('keepHeaders', () => {
  const kept = (headers: { [name: string]: string }) => keepHeaders(new Response(null, { headers }))
  test('what tells of the answer, never a credential', () => {
    const all = {
      'content-type': 'a/b',
      'content-length': '1',
      'content-encoding': 'gzip',
      'x-request-id': 'r',
      'apim-request-id': 'a',
      'openai-processing-ms': '5',
      'openai-version': 'v',
      'openai-model': 'm',
      'retry-after': '1',
      'retry-after-ms': '1000',
      'x-should-retry': 'true',
      'x-ms-region': 'west',
    }
    expect(kept({ ...all, 'set-cookie': 'c', authorization: 'k', 'x-other': 'o' })).toEqual(all)
  })

  test.each(['x-ratelimit-limit-requests', 'x-ratelimit-limit-tokens'])('rate limits when there is %s', (name) => {
    const limits = {
      [name]: '1',
      'x-ratelimit-remaining-requests': '2',
      'x-ratelimit-remaining-tokens': '3',
      'x-ratelimit-reset-requests': '4',
      'x-ratelimit-reset-tokens': '5',
    }
    expect(kept({ ...limits, 'content-type': 'x' })).toEqual({ ...limits, 'content-type': 'x' })
  })

  test('headers that are gone through say the same as headers that are asked', () => {
    const answers = [
      { 'content-type': 'a', 'x-request-id': '1' },
      { 'x-request-id': '2', 'retry-after': '3' },
      {},
      { server: 's' },
    ]
    for (const headers of [...answers, ...answers]) {
      const { server: _, ...expected } = headers as { readonly [name: string]: string }
      expect(kept(headers)).toEqual(expected)
    }
    const twice = new Headers([
      ['x-request-id', 'a'],
      ['X-Request-Id', 'b'],
    ])
    expect(keepHeaders({ status: 200, headers: twice })).toEqual({ 'x-request-id': 'a, b' })
  })

  test('headers of the program that tell otherwise when they are gone through are asked', () => {
    class Odd {
      readonly get = (name: string) => (name === 'content-type' ? 'x' : null)
      forEach(take: (value: string, name: string) => void): void {
        take('X', 'Content-Type')
      }
    }
    class Broken extends Odd {
      override forEach(take: (value: string, name: string) => void): void {
        if (calls++ > 0) throw new Error('broken')
        take('x', 'content-type')
      }
    }
    let calls = 0
    for (let times = 0; times < 3; times++) {
      expect(keepHeaders({ status: 200, headers: new Odd() })).toEqual({ 'content-type': 'x' })
      expect(keepHeaders({ status: 200, headers: new Broken() })).toEqual({ 'content-type': 'x' })
    }
  })

  test('a response without headers that can be asked has none', () => {
    expect(keepHeaders({ status: 200 })).toBeUndefined()
    expect(keepHeaders({ status: 200, headers: {} as never })).toBeUndefined()
    expect(keepHeaders({ status: 200, headers: { get: () => undefined as never } })).toEqual({})
  })
})

test.each([
  [new PassThrough(), true],
  [null, false],
  ['pipe', false],
  [{ pipe() {} }, false],
  [{ emit() {} }, false],
  [new ReadableStream(), false],
])('isNodeStream of value %#', (value, expected) => {
  expect(isNodeStream(value)).toBe(expected)
})

describe('errors', () => {
  class RateLimitError extends Error {}
  test.each([
    [new RateLimitError('x'), 'RateLimitError'],
    [new Error('x'), 'Error'],
    [Object.assign(new Error('x'), { name: 'Named' }), 'Named'],
    [{ name: 'Plain' }, 'Plain'],
    [{ name: '' }, 'Error'],
    [Object.create(null), 'Error'],
    ['text', 'string'],
    [null, 'object'],
    [undefined, 'undefined'],
  ])('the name of error %#', (error, expected) => {
    expect(errorName(error)).toBe(expected)
  })

  test.each([
    [new DOMException('x', 'AbortError'), true],
    [Object.assign(new Error('x'), { name: 'ResponseAborted' }), true],
    [new (class APIUserAbortError extends Error {})('x'), true],
    [new TypeError('x'), false],
    [null, false],
  ])('whether error %# is an abort', (error, expected) => {
    expect(isAbort(error)).toBe(expected)
  })

  test('fields as the user sees them', () => {
    const error = Object.assign(new Error('m'), { code: 429, param: 'p', response: { status: 503 } })
    expect(describeError(error, {})).toEqual({ type: 'Error', message: 'm', code: '429', param: 'p', status: 503 })
    expect(describeError(Object.assign(new Error('m'), { status: 400, code: null, param: null }), {})).toEqual({
      type: 'Error',
      message: 'm',
      status: 400,
    })
    expect(describeError(Object.assign(new Error('m'), { status: '400' }), {})).toEqual({ type: 'Error', message: 'm' })
    expect(describeError(7, {})).toEqual({ type: 'number', message: '7' })
    expect(describeError(null, {})).toEqual({ type: 'object', message: 'null' })
    expect(describeError(new Error('x'.repeat(20_000)), {}).message).toHaveLength(16_384)
  })

  test.each([
    ['the key long-own-key here', { apiKey: 'long-own-key' }, 'the key [key] here'],
    ['short own stays', { apiKey: 'own' }, 'short own stays'],
    ['sk-12345678 and sk-short', {}, '[Redacted] and sk-short'],
    ['task-12345678 is no key', {}, 'task-12345678 is no key'],
    ['Bearer  abcd.efg-h== ok', {}, 'Bearer  [Redacted] ok'],
    ['Bearer short', {}, 'Bearer short'],
    [
      'long-own-key',
      {
        get apiKey(): string {
          throw new Error('a getter of the user')
        },
      },
      'long-own-key',
    ],
  ])('%s', (text, client, expected) => {
    expect(maskServerText(text, ownSecrets(client))).toBe(expected)
  })
})

describe('an upload that leaves as a Node stream', () => {
  const head = (name: string, more = ''): string =>
    `--b\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`
  function sent(...pieces: readonly (string | Uint8Array | null)[]): unknown {
    const stream = new PassThrough({ objectMode: true })
    const fields = watchUpload(stream)
    const out: unknown[] = []
    stream.on('data', (piece) => out.push(piece))
    for (const piece of pieces) if (piece !== null) stream.emit('data', piece)
    expect(out).toEqual(pieces.filter((piece) => piece !== null))
    expect(Object.keys(stream)).not.toContain('emit')
    return fields?.()
  }

  test('fields and files, each by its name', () => {
    const file = head('file', '; filename="a.wav"\r\nContent-Type: audio/wav')
    const nameless = head('other', '; filename="b"')
    expect(
      sent(
        head('model'),
        'whis',
        Buffer.from('per'),
        '\r\n',
        file,
        'abc',
        'de',
        '\r\n',
        nameless,
        '\r\n',
        head('n'),
        '1',
        '\r\n',
        head('n'),
        '2',
        '\r\n',
        head('n'),
        '--3',
        '\r\n',
        '--b--\r\n',
      ),
    ).toEqual({
      model: 'whisper',
      file: { type: 'file', filename: 'a.wav', media_type: 'audio/wav', bytes: 5, sha256: null },
      other: { type: 'file', filename: 'b', media_type: null, bytes: 0, sha256: null },
      n: ['1', '2', '--3'],
    })
  })

  test('JSON is told as sent, other bytes by their count', () => {
    expect(sent('{"model":', '"m"}')).toEqual({ model: 'm' })
    expect(sent('{"model":', 'm')).toEqual({ type: 'stream', bytes: 10 })
    expect(sent('abc', '\r\n', new Uint8Array(3))).toEqual({ type: 'stream', bytes: 8 })
    expect(sent()).toBeUndefined()
  })

  test('the fields do not depend on where the pieces are cut', () => {
    const file = head('file', '; filename="a.bin"\r\nContent-Type: a/b')
    const text = `${head('model')}m\r\n${head('empty')}\r\n${file}\r\n--b is not yet the end\r\n--b--\r\n`
    const whole = sent(text)
    expect(whole).toMatchObject({ model: 'm', empty: '', file: { filename: 'a.bin' } })
    for (const size of [1, 2, 3, 7, 64]) {
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, at) =>
        text.slice(at * size, at * size + size),
      )
      expect(sent(...pieces)).toEqual(whole)
    }
  })

  test('a long value is kept to a limit', () => {
    const value = sent(head('prompt'), 'x'.repeat(60_000), 'y'.repeat(60_000), 'z'.repeat(9)) as { prompt: string }
    expect(value.prompt).toBe('x'.repeat(60_000) + 'y'.repeat(64 * 1024 - 60_000))
  })
})
