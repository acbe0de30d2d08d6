// Records for the tests of the destinations: one whole example, and generated ones with anything JSON can hold in the bodies.
import fc from 'fast-check'
import type { CallRecord, Json, Usage } from '../../../src/record.ts'

export const REQUEST = {
  model: 'gpt-4o-mini',
  temperature: 0,
  max_tokens: 64,
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hi' },
  ],
}

export const RESPONSE = {
  id: 'chatcmpl-123',
  object: 'chat.completion',
  created: 1795348926,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello!', refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 13, completion_tokens: 2, total_tokens: 15 },
  service_tier: 'default',
  system_fingerprint: 'fp_44709d6fcb',
}

const NO_USAGE: Usage = {
  input_tokens: null,
  output_tokens: null,
  total_tokens: null,
  cache_read_input_tokens: null,
  cache_write_input_tokens: null,
  reasoning_output_tokens: null,
  text_input_tokens: null,
  text_output_tokens: null,
  image_input_tokens: null,
  image_output_tokens: null,
  audio_input_tokens: null,
  audio_output_tokens: null,
}

/** The call of shared/PROTOCOL.md. */
export function makeRecord(over: Partial<CallRecord> = {}): CallRecord {
  return {
    schema: 1,
    id: '019ab1c2-0000-7000-8000-000000000001',
    trace_id: '861f533f-cf64-4a1f-84e4-c18f037e2ce0',
    tags: ['prod'],
    metadata: { plan: 'pro' },
    user_id: 'u_456',
    conversation_id: null,
    session_id: null,
    name: null,
    otel: {
      trace_id: '5b8efff798038103d269b633813fc60c',
      span_id: 'eee19b7ec3c1b174',
      parent_span_id: null,
    },
    provider: 'openai',
    operation: 'chat',
    method: 'chat.completions.create',
    helper: null,
    sdk: { name: 'openai', version: '6.49.0' },
    seen_by: 'patch',
    server_address: 'api.openai.com',
    server_port: 443,
    url_path: '/v1/chat/completions',
    started_at: '1795348926382442000',
    ended_at: '1795348927045980000',
    duration_ms: 663.538,
    time_to_first_byte_ms: null,
    time_to_first_token_ms: null,
    status: 'ok',
    http_status: 200,
    attempts: [
      {
        started_at: '1795348926382442000',
        duration_ms: 600,
        status: 200,
        request_id: 'req_1',
        retry_after: null,
        error: null,
      },
    ],
    request_id: 'req_1',
    stream: false,
    chunk_count: null,
    request: { model: 'gpt-4o-mini', body: REQUEST },
    response: {
      id: 'chatcmpl-123',
      model: 'gpt-4o-mini-2024-07-18',
      finish_reasons: ['stop'],
      headers: { 'x-ratelimit-remaining-requests': '99' },
      body: RESPONSE,
    },
    usage: { ...NO_USAGE, input_tokens: 13, output_tokens: 2, total_tokens: 15, cache_read_input_tokens: 0 },
    cost_usd: 0.00000315,
    cost_source: 'list',
    error: null,
    truncated: [],
    unplaced: [],
    service: 'my-app',
    pid: 4242,
    hostname: 'web-1',
    node: 'v20.20.2',
    ...over,
  }
}

/** The same call when the server refused it. */
export function makeFailure(over: Partial<CallRecord> = {}): CallRecord {
  return makeRecord({
    status: 'error',
    http_status: 429,
    response: { id: null, model: null, finish_reasons: [], headers: {}, body: null },
    usage: NO_USAGE,
    cost_usd: null,
    cost_source: null,
    error: {
      type: 'RateLimitError',
      code: 'rate_limit_exceeded',
      message: '429 Rate limit reached for gpt-4o-mini',
      param: null,
      status: 429,
      stack: 'RateLimitError: 429 Rate limit reached\n    at app.js:1:1',
    },
    ...over,
  })
}

/** `depth` arrays and objects around one number. */
export function nest(depth: number): Json {
  return JSON.parse(`${'[{"a":'.repeat(depth / 2)}1${'}]'.repeat(depth / 2)}`) as Json
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '\ud800', 'x\udc00y', '\0', 'a\nb', '💥', '__proto__', 'constructor'),
)
const NAMES =
  'messages content role type tools choices output input text name toString valueOf toJSON url data function audio'
const key = fc.oneof(text, fc.constantFrom(...NAMES.split(' ')))
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1e300, 2 ** 63, -(2 ** 63), Number.MAX_SAFE_INTEGER, 5e-324),
)

/** Anything JSON can hold, biased to the names that encoders look for, `__proto__` as an own key included. */
export const anyJson: fc.Arbitrary<Json> = fc
  .letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      fc.constant(null),
      fc.boolean(),
      number,
      text,
      // `String(value)` throws for these.
      fc.constantFrom({ toString: 1 }, { valueOf: {}, toString: null }),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.array(fc.tuple(key, tie('value')), { maxLength: 5 }).map(Object.fromEntries),
    ),
  }))
  // What a body is: parsed JSON text. -0 becomes 0, as on the wire.
  .value.map((value) => JSON.parse(JSON.stringify(value) ?? 'null') as Json)

const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(value, { nil: null })
const wellFormed = fc.string({ unit: 'binary', maxLength: 30 })
const count = fc.nat(1_000_000)
const ms = fc.integer({ min: 0, max: 3_600_000_000 }).map((us) => us / 1000)
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
const spanId = hex(15).map((digits) => `1${digits}`)
const instant = fc.bigInt({ min: 1_700_000_000_000_000_000n, max: 1_900_000_000_000_000_000n })

const failure = fc.record({
  type: wellFormed,
  code: maybe(wellFormed),
  message: wellFormed,
  param: maybe(wellFormed),
  status: maybe(fc.integer({ min: 400, max: 599 })),
  stack: maybe(wellFormed),
})

/** Records with every field varied; texts outside the bodies are well-formed, as decode makes them. */
export const anyRecord: fc.Arbitrary<CallRecord> = fc
  .record({
    id: fc.uuid({ version: 7 }),
    trace_id: wellFormed,
    tags: fc.array(wellFormed, { maxLength: 3 }),
    metadata: fc.dictionary(wellFormed, anyJson, { maxKeys: 3 }) as fc.Arbitrary<CallRecord['metadata']>,
    user_id: maybe(wellFormed),
    conversation_id: maybe(wellFormed),
    session_id: maybe(wellFormed),
    name: maybe(wellFormed),
    otel: fc.record({
      trace_id: hex(31).map((digits) => `1${digits}`),
      span_id: spanId,
      parent_span_id: maybe(spanId),
    }),
    operation: fc.constantFrom('chat' as const, 'responses' as const, 'embeddings' as const, 'other' as const),
    helper: maybe(wellFormed),
    url_path: maybe(wellFormed),
    server_port: maybe(fc.nat(65535)),
    duration_ms: maybe(ms),
    time_to_first_byte_ms: maybe(ms),
    time_to_first_token_ms: maybe(ms),
    status: fc.constantFrom('ok' as const, 'error' as const, 'aborted' as const, 'incomplete' as const),
    http_status: maybe(fc.integer({ min: 100, max: 599 })),
    request_id: maybe(wellFormed),
    stream: fc.boolean(),
    chunk_count: maybe(count),
    request: fc.record({ model: maybe(wellFormed), body: anyJson }),
    response: fc.record({
      id: maybe(wellFormed),
      model: maybe(wellFormed),
      finish_reasons: fc.array(wellFormed, { maxLength: 2 }),
      headers: fc.dictionary(wellFormed, wellFormed, { maxKeys: 2 }),
      body: anyJson,
    }),
    usage: fc.record({
      input_tokens: maybe(count),
      output_tokens: maybe(count),
      total_tokens: maybe(count),
      cache_read_input_tokens: maybe(count),
      cache_write_input_tokens: maybe(count),
      reasoning_output_tokens: maybe(count),
      text_input_tokens: maybe(count),
      text_output_tokens: maybe(count),
      image_input_tokens: maybe(count),
      image_output_tokens: maybe(count),
      audio_input_tokens: maybe(count),
      audio_output_tokens: maybe(count),
    }),
    cost_usd: maybe(fc.double({ min: 0, max: 100, noNaN: true })),
    cost_source: fc.constantFrom('server' as const, 'list' as const, null),
    error: maybe(failure),
    truncated: fc.array(wellFormed, { maxLength: 2 }),
    unplaced: fc.array(wellFormed, { maxLength: 2 }),
    service: wellFormed,
    pid: fc.nat(4_194_304),
    started: instant,
    lasted: fc.bigInt({ min: 0n, max: 10_000_000_000n }),
  })
  .map(({ started, lasted, ...fields }) =>
    makeRecord({
      ...fields,
      error: fields.status === 'error' ? fields.error : null,
      started_at: started.toString(),
      ended_at: (started + lasted).toString(),
    }),
  )
