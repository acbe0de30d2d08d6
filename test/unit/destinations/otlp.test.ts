import { describe, expect, test } from 'vitest'
import { decodeTraces, spansOf } from '../../../fixtures/servers/neatlogs/otlp.mjs'
import type { ReceivedSpan } from '../../../fixtures/servers/neatlogs.mjs'
import { encodeOtlp, type OtlpEncoding } from '../../../src/destinations/otlp.ts'
import type { AttributeValue } from '../../../src/destinations/otlp-model.ts'
import { encodeProtobuf } from '../../../src/destinations/otlp-protobuf.ts'
import type { CallRecord } from '../../../src/record.ts'
import { makeFailure, makeRecord } from './records.ts'

const ENCODING: OtlpEncoding = {
  content: false,
  detail: 'full',
  semconv: 'latest',
  valueLengthLimit: null,
  resource: [],
  droppedCount: 0,
}

function send(record: CallRecord, over: Partial<OtlpEncoding> = {}): ReceivedSpan {
  const [span] = spansOf(decodeTraces(encodeProtobuf(encodeOtlp([record], { ...ENCODING, ...over }))))
  if (span === undefined) throw new Error('no span')
  return span
}

/** Attributes with their wire types, which a decoder's plain values no longer show. */
function typed(record: CallRecord, over: Partial<OtlpEncoding> = {}): { [key: string]: AttributeValue } {
  const span = encodeOtlp([record], { ...ENCODING, ...over }).resourceSpans[0]?.scopeSpans[0]?.spans[0]
  return Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, value]))
}

const conventions = (record: CallRecord, over: Partial<OtlpEncoding> = {}) =>
  Object.fromEntries(
    Object.entries(typed(record, over)).filter(([key]) => !key.startsWith('neatlogs.') && key !== 'tag.tags'),
  )

const CHAT = {
  'gen_ai.operation.name': { stringValue: 'chat' },
  'gen_ai.provider.name': { stringValue: 'openai' },
  'gen_ai.request.model': { stringValue: 'gpt-4o-mini' },
  'gen_ai.request.temperature': { doubleValue: 0 },
  'gen_ai.request.max_tokens': { intValue: '64' },
  'gen_ai.response.id': { stringValue: 'chatcmpl-123' },
  'gen_ai.response.model': { stringValue: 'gpt-4o-mini-2024-07-18' },
  'gen_ai.response.finish_reasons': { arrayValue: { values: [{ stringValue: 'stop' }] } },
  'gen_ai.usage.input_tokens': { intValue: '13' },
  'gen_ai.usage.output_tokens': { intValue: '2' },
  'gen_ai.usage.cache_read.input_tokens': { intValue: '0' },
  'server.address': { stringValue: 'api.openai.com' },
  'server.port': { intValue: '443' },
  'openai.api.type': { stringValue: 'chat_completions' },
  'openai.response.service_tier': { stringValue: 'default' },
  'openai.response.system_fingerprint': { stringValue: 'fp_44709d6fcb' },
  'http.response.status_code': { intValue: '200' },
  'session.id': { stringValue: '861f533f-cf64-4a1f-84e4-c18f037e2ce0' },
  'user.id': { stringValue: 'u_456' },
  'url.path': { stringValue: '/v1/chat/completions' },
}

describe('the span of shared/PROTOCOL.md', () => {
  test('without content', () => {
    expect(conventions(makeRecord())).toEqual(CHAT)
    const span = send(makeRecord())
    expect(span).toMatchObject({
      name: 'chat gpt-4o-mini',
      kind: 3,
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      parentSpanId: null,
      start: '1795348926382442000',
      end: '1795348927045980000',
      schemaUrl: 'https://opentelemetry.io/schemas/gen-ai-dev/1.42.0-dev',
      scope: { name: 'neatlogs' },
      status: { code: 0 },
      events: [],
    })
  })

  test('with content', () => {
    expect(conventions(makeRecord(), { content: true })).toEqual({
      ...CHAT,
      'gen_ai.input.messages': {
        stringValue:
          '[{"role":"system","parts":[{"type":"text","content":"Be brief."}]},{"role":"user","parts":[{"type":"text","content":"Hi"}]}]',
      },
      'gen_ai.output.messages': {
        stringValue: '[{"role":"assistant","parts":[{"type":"text","content":"Hello!"}],"finish_reason":"stop"}]',
      },
      'input.value': { stringValue: JSON.stringify(makeRecord().request.body) },
      'input.mime_type': { stringValue: 'application/json' },
      'output.value': { stringValue: JSON.stringify(makeRecord().response.body) },
      'output.mime_type': { stringValue: 'application/json' },
    })
  })
})

test('types go by the name, whatever the value looks like', () => {
  const body = {
    temperature: 1,
    top_p: 1,
    top_k: 40,
    presence_penalty: 0,
    frequency_penalty: 2,
    max_tokens: 64,
    n: 2,
    seed: 7,
  }
  const attributes = typed(makeRecord({ request: { model: 'm', body } }))
  const doubles = ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty']
  for (const name of doubles) expect(Object.keys(attributes[`gen_ai.request.${name}`] ?? {})).toEqual(['doubleValue'])
  for (const name of ['max_tokens', 'choice.count', 'seed', 'top_k']) {
    expect(Object.keys(attributes[`gen_ai.request.${name}`] ?? {})).toEqual(['intValue'])
  }
  const odd = typed(
    makeRecord({ request: { model: 'm', body: { temperature: '1', max_tokens: 1.5, n: 1, seed: 1e300 } } }),
  )
  expect(Object.keys(odd).filter((key) => key.startsWith('gen_ai.request.'))).toEqual(['gen_ai.request.model'])
})

test('streams, embeddings, responses and output types', () => {
  const stream = typed(makeRecord({ stream: true, time_to_first_token_ms: 250 }))
  expect(stream['gen_ai.request.stream']).toEqual({ boolValue: true })
  expect(stream['gen_ai.response.time_to_first_chunk']).toEqual({ doubleValue: 0.25 })
  const embeddings = makeRecord({
    operation: 'embeddings',
    request: { model: 'm', body: { dimensions: 256, encoding_format: 'base64' } },
  })
  expect(send(embeddings).name).toBe('embeddings m')
  expect(typed(embeddings)).toMatchObject({
    'gen_ai.embeddings.dimension.count': { intValue: '256' },
    'gen_ai.request.encoding_formats': { arrayValue: { values: [{ stringValue: 'base64' }] } },
  })
  const responses = makeRecord({
    operation: 'responses',
    request: { model: 'm', body: { max_output_tokens: 5, text: { format: { type: 'json_schema' } } } },
  })
  expect(typed(responses)).toMatchObject({
    'gen_ai.operation.name': { stringValue: 'chat' },
    'openai.api.type': { stringValue: 'responses' },
    'gen_ai.output.type': { stringValue: 'json' },
    'gen_ai.request.max_tokens': { intValue: '5' },
  })
  expect(
    send(makeRecord({ operation: 'other', method: 'files.list', request: { model: null, body: null } })).name,
  ).toBe('files.list')
})

describe('errors', () => {
  test('are status, error.type and an exception event', () => {
    const span = send(makeFailure(), { content: true })
    expect(span.status).toEqual({ code: 2, message: '429 Rate limit reached for gpt-4o-mini' })
    expect(span.attributes['error.type']).toBe('RateLimitError')
    expect(span.events[0]?.attributes['exception.stacktrace']).toContain('app.js:1:1')
  })

  test.each([400, 401, 403, 404, 409, 422, 429, 500, 503, 200])(
    'without content no server text is sent: %i',
    (status) => {
      const request = { model: 'm', body: { messages: [{ role: 'user', content: 'tell PATIENT about john.doe_77' }] } }
      const error = {
        type: 'PATIENT',
        code: 'john.doe_77',
        message: `no PATIENT`,
        param: 'PATIENT',
        status,
        stack: 'E: PATIENT',
      }
      const span = send(makeFailure({ http_status: status, request, error }))
      expect(JSON.stringify(span)).not.toMatch(/PATIENT|john/)
      const plain = send(
        makeFailure({
          http_status: status,
          request,
          error: { ...error, type: 'RateLimitError', code: 'rate_limit_exceeded', param: 'messages[0].role' },
        }),
      )
      expect(plain.status.message).toBe(`${status} rate_limit_exceeded`)
      expect(plain.attributes).toMatchObject({
        'neatlogs.record.error.code': 'rate_limit_exceeded',
        'neatlogs.record.error.param': 'messages[0].role',
      })
    },
  )

  test('an error of this machine keeps its text', () => {
    const error = {
      type: 'APIConnectionError',
      code: null,
      message: 'Connection error.',
      param: null,
      status: null,
      stack: null,
    }
    expect(send(makeFailure({ http_status: null, error })).status.message).toBe('Connection error.')
  })

  const quoting = makeFailure({
    http_status: 400,
    error: {
      type: 'BadRequestError',
      code: 'invalid_value',
      message: "400 Invalid value: 'my secret prompt'",
      param: 'messages',
      status: 400,
      stack: "BadRequestError: 400 Invalid value: 'my secret prompt'\n  at x",
    },
  })
  const malformed = makeFailure({
    http_status: 200,
    error: {
      type: 'SyntaxError',
      code: null,
      message: 'Unexpected token "my secret prompt"',
      param: null,
      status: null,
      stack: null,
    },
  })

  test.each([quoting, malformed])('a text that may quote content goes only with content', (record) => {
    expect(JSON.stringify(encodeOtlp([record], ENCODING))).not.toContain('secret prompt')
    expect(JSON.stringify(encodeOtlp([record], { ...ENCODING, content: true }))).toContain('secret prompt')
    expect(send(record).status.code).toBe(2)
  })

  test('an abort by the program is no failure', () => {
    const span = send(makeRecord({ status: 'aborted' }))
    expect(span.status.code).toBe(0)
    expect(span.attributes).not.toHaveProperty('error.type')
    expect(span.attributes['neatlogs.record.status']).toBe('aborted')
  })
})

test('without content no word of request or answer leaves', () => {
  const marked = makeRecord({
    request: {
      model: 'm',
      body: {
        messages: [{ role: 'user', content: 'CANARY' }],
        instructions: 'CANARY',
        tools: [{ type: 'function', function: { name: 'CANARY' } }],
        input: 'CANARY',
        prompt: 'CANARY',
      },
    },
    response: {
      ...makeRecord().response,
      body: { choices: [{ message: { content: 'CANARY' } }], output: [{ content: 'CANARY' }] },
    },
  })
  expect(JSON.stringify(encodeOtlp([marked], ENCODING))).not.toContain('CANARY')
  expect(JSON.stringify(encodeOtlp([marked], { ...ENCODING, content: true }))).toContain('CANARY')
})

test('the application’s span is the parent; a named context’s root, which is never sent here, is not', () => {
  const otel = { ...makeRecord().otel, parent_span_id: 'bbbbbbbbbbbbbbb1' }
  expect(send(makeRecord({ otel })).parentSpanId).toBe('bbbbbbbbbbbbbbb1')
  expect(send(makeRecord({ otel, name: 'checkout' })).parentSpanId).toBeNull()
})

test('values are cut to the limit, never in the middle of a character', () => {
  const record = makeRecord({ request: { model: 'abc💥def', body: null }, tags: ['abcdef'] })
  expect(send(record, { valueLengthLimit: 4, content: true }).attributes).toMatchObject({
    'gen_ai.request.model': 'abc',
    'tag.tags': ['abcd'],
  })
  expect(send(record, { valueLengthLimit: 5, content: true }).attributes['gen_ai.request.model']).toBe('abc💥')
})

test('the limit holds for the text of a status and for events, too', () => {
  const span = send(makeFailure(), { valueLengthLimit: 8 })
  // Without content it is the words of code and status, not the server's own.
  expect(span.status).toEqual({ code: 2, message: '429 rate' })
  expect(Object.values(span.events[0]?.attributes ?? {}).map((value) => String(value).length)).toEqual([8, 8])
})

test('records lost before are reported', () => {
  expect(send(makeRecord(), { droppedCount: 3 }).attributes['neatlogs.dropped']).toBe(3)
  expect(send(makeRecord()).attributes).not.toHaveProperty('neatlogs.dropped')
})
