import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeCall } from '../../../src/decode/decode.ts'
import type { CallRecord } from '../../../src/record.ts'
import { wireOf } from '../openai/sdk.ts'
import { anyText } from './any-text.ts'
import { CLOSE, inputOf, OPEN, type Parts, SSE_HEADERS } from './input.ts'

const decode = (parts: Parts): CallRecord => decodeCall(inputOf(parts))

const REQUEST = { model: 'gpt-4o-mini', temperature: 0, messages: [{ role: 'user', content: 'Hi' }] }
const ANSWER = {
  id: 'chatcmpl-1',
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
}
const CHUNK = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o-mini-2024-07-18' }
const CHUNKS = [
  { ...CHUNK, choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] },
  { ...CHUNK, choices: [{ index: 0, delta: { content: 'Hello!' }, finish_reason: null }] },
  { ...CHUNK, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
]

test('a plain call fills every field', () => {
  expect(decode({ request: REQUEST, answer: ANSWER, open: { helper: 'beta.parse' } })).toEqual({
    schema: 1,
    id: OPEN.id,
    trace_id: '861f533f-cf64-4a1f-84e4-c18f037e2ce0',
    tags: ['prod'],
    metadata: { team: 'a' },
    user_id: null,
    conversation_id: null,
    session_id: null,
    name: null,
    otel: { trace_id: OPEN.id.replaceAll('-', ''), span_id: '8abc123456789abc', parent_span_id: null },
    provider: 'openai',
    operation: 'chat',
    method: 'chat.completions.create',
    helper: 'beta.parse',
    sdk: { name: 'openai', version: '6.49.0' },
    seen_by: 'patch',
    server_address: 'api.openai.com',
    server_port: 443,
    url_path: '/v1/chat/completions',
    started_at: '1795348926382250000',
    ended_at: '1795348927045750000',
    duration_ms: 663.5,
    time_to_first_byte_ms: 120.25,
    time_to_first_token_ms: null,
    status: 'ok',
    http_status: 200,
    attempts: [
      {
        started_at: '1795348926383750000',
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
      id: 'chatcmpl-1',
      model: 'gpt-4o-mini-2024-07-18',
      finish_reasons: ['stop'],
      headers: CLOSE.headers,
      body: ANSWER,
    },
    usage: {
      input_tokens: 13,
      output_tokens: 2,
      total_tokens: 15,
      cache_read_input_tokens: null,
      cache_write_input_tokens: null,
      text_input_tokens: null,
      text_output_tokens: null,
      image_input_tokens: null,
      image_output_tokens: null,
      reasoning_output_tokens: null,
      audio_input_tokens: null,
      audio_output_tokens: null,
    },
    cost_usd: null,
    cost_source: null,
    error: null,
    truncated: [],
    unplaced: [],
    service: 'my-app',
    pid: 4242,
    hostname: 'box',
    node: 'v20.20.2',
  })
})

test('the context of a call goes over its lane, tags joined once', () => {
  const root = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), startedAtMs: 1 }
  const parent = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16) }
  const ctx = {
    traceId: 'session-7',
    tags: ['x', 'prod'],
    userId: 'u',
    conversationId: 'c',
    metadata: { team: 'b', n: 1 },
    name: 'agent',
  }
  const record = decode({ request: REQUEST, answer: ANSWER, open: { ctx: { ...ctx, root, parent } } })
  expect(record).toMatchObject({
    trace_id: 'session-7',
    tags: ['prod', 'x'],
    user_id: 'u',
    conversation_id: 'c',
    metadata: { team: 'b', n: 1 },
    name: 'agent',
    otel: { trace_id: root.traceId, parent_span_id: root.spanId },
  })
  const below = decode({ request: REQUEST, answer: ANSWER, open: { ctx: { parent } } })
  expect(below.otel).toMatchObject({ trace_id: parent.traceId, parent_span_id: parent.spanId })
})

describe('streams', () => {
  const stream = { ...REQUEST, stream: true }

  test('folded, counted, timed', () => {
    const record = decode({
      request: stream,
      answer: wireOf(CHUNKS),
      close: { headers: SSE_HEADERS, marks: [0, 120.25, 90, 130.5, 400, 140] },
    })
    expect(record).toMatchObject({ status: 'ok', stream: true, chunk_count: 3 })
    // The first chunk brings a role, the second one a text.
    expect(record).toMatchObject({ time_to_first_byte_ms: 120.25, time_to_first_token_ms: 130.5 })
    expect(record.response.finish_reasons).toEqual(['stop'])
    expect(record.response.body).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: 'Hello!' } }],
    })
  })

  test('known by their look when the process died before the head was noted', () => {
    const record = decode({ request: stream, answer: wireOf(CHUNKS.slice(0, 2), false).slice(0, -30), close: null })
    expect(record).toMatchObject({
      status: 'incomplete',
      chunk_count: 1,
      error: null,
      ended_at: null,
      duration_ms: null,
      attempts: [],
    })
    expect(record.response.body).toMatchObject({ choices: [{ finish_reason: null, message: { content: '' } }] })
  })

  test('left early: aborted with what came; left after its last word: ok', () => {
    const left = { status: 'aborted', headers: SSE_HEADERS } as const
    expect(decode({ request: stream, answer: wireOf(CHUNKS.slice(0, 2), false), close: left })).toMatchObject({
      status: 'aborted',
      chunk_count: 2,
    })
    expect(decode({ request: stream, answer: wireOf(CHUNKS), close: left })).toMatchObject({
      status: 'ok',
      chunk_count: 3,
    })
    // openai 7 leaves at `[DONE]`: no finish reason came before it.
    expect(decode({ request: stream, answer: wireOf(CHUNKS.slice(0, 2)), close: left })).toMatchObject({
      status: 'incomplete',
      error: { type: 'IncompleteStream' },
    })
  })

  test('an error event makes it an error, even when the SDK then aborts', () => {
    const wire = `${wireOf(CHUNKS.slice(0, 2), false)}data: {"error":{"message":"overloaded","type":"server_error","code":"busy","param":null}}\n\n`
    for (const status of ['ok', 'aborted'] as const) {
      const record = decode({ request: stream, answer: wire, close: { status, headers: SSE_HEADERS } })
      expect(record).toMatchObject({
        status: 'error',
        error: { type: 'server_error', code: 'busy', message: 'overloaded', param: null, status: 200, stack: null },
      })
      expect(record.response.finish_reasons).toEqual(['error'])
      expect(record.response.body).toMatchObject({ choices: [{ message: { content: 'Hello!' } }] })
    }
  })

  test('a responses error event and a named error event count too', () => {
    const flat = wireOf([{ type: 'error', code: 'rate_limit', message: 'slow down', param: null }], false)
    expect(decode({ answer: flat, close: { headers: SSE_HEADERS } })).toMatchObject({
      status: 'error',
      error: { code: 'rate_limit', message: 'slow down' },
    })
    expect(decode({ answer: 'event: error\ndata: "boom"\n\n', close: { headers: SSE_HEADERS } })).toMatchObject({
      status: 'error',
      error: { message: 'boom' },
    })
  })

  test('a malformed event is an error with its text; one cut by a reader who left is not', () => {
    const wire = `${wireOf(CHUNKS.slice(0, 1), false)}data: {"id": oops}\n\n`
    expect(decode({ request: stream, answer: wire, close: { headers: SSE_HEADERS } })).toMatchObject({
      status: 'error',
      chunk_count: 2,
      error: { type: 'SyntaxError', message: 'Malformed server-sent event: {"id": oops}' },
    })
    const cut = `${wireOf(CHUNKS.slice(0, 1), false)}data: {"id": "chat`
    expect(decode({ request: stream, answer: cut, close: { headers: SSE_HEADERS } }).status).toBe('error')
    expect(decode({ request: stream, answer: cut, close: { status: 'aborted', headers: SSE_HEADERS } })).toMatchObject({
      status: 'aborted',
      error: null,
    })
  })

  test('accepted but silent: no chunks, no first token; refused: no count', () => {
    const { firstChunkMs: _, ...quiet } = CLOSE
    const silent = decodeCall({
      ...inputOf({ request: stream }),
      close: { ...quiet, status: 'aborted', headers: SSE_HEADERS },
    })
    expect(silent).toMatchObject({ stream: true, chunk_count: 0, time_to_first_token_ms: null })
    for (const answer of [{ error: { message: 'no' } }, '']) {
      const refused = decode({ request: stream, answer, close: { status: 'error', httpStatus: 400 } })
      expect(refused).toMatchObject({ stream: true, chunk_count: null, time_to_first_token_ms: null })
    }
  })
})

describe('responses', () => {
  const open = { url: 'https://api.openai.com/v1/responses' }
  const response = { id: 'resp_1', object: 'response', model: 'gpt-4.1', output: [], error: null }

  test('failed is an error', () => {
    const error = { code: 'server_error', message: 'It broke' }
    for (const answer of [
      { ...response, status: 'failed', error },
      wireOf([{ type: 'response.failed', response: { ...response, status: 'failed', error } }], false),
    ]) {
      const headers = typeof answer === 'string' ? SSE_HEADERS : { 'content-type': 'application/json' }
      expect(decode({ open, answer, close: { headers } })).toMatchObject({
        status: 'error',
        error: { type: 'response.failed', code: 'server_error', message: 'It broke', status: 200 },
        response: { id: 'resp_1', finish_reasons: ['error'] },
      })
    }
  })

  test('left on its last event, as programs do: ok', () => {
    const events = [
      { type: 'response.created', response },
      { type: 'response.completed', response: { ...response, status: 'completed' } },
    ]
    const close = { status: 'aborted', headers: SSE_HEADERS } as const
    expect(decode({ open, answer: wireOf(events, false), close }).status).toBe('ok')
    expect(decode({ open, answer: wireOf(events.slice(0, 1), false), close }).status).toBe('aborted')
  })

  test('the conversation that a request names, unless the context names one', () => {
    for (const conversation of ['conv_1', { id: 'conv_1' }]) {
      expect(decode({ open, request: { conversation } }).conversation_id).toBe('conv_1')
      expect(
        decode({ open: { ...open, ctx: { conversationId: 'mine' } }, request: { conversation } }).conversation_id,
      ).toBe('mine')
    }
  })

  test('incomplete stays ok, with its reason', () => {
    const answer = { ...response, status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }
    expect(decode({ open, answer })).toMatchObject({
      status: 'ok',
      error: null,
      response: { finish_reasons: ['length'] },
    })
  })
})

describe('errors', () => {
  const body = {
    error: { message: 'Rate limit reached', type: 'requests', param: 'model', code: 'rate_limit_exceeded' },
  }
  const frame = {
    type: 'RateLimitError',
    message: '429 Rate limit reached',
    status: 429,
    stack: 'RateLimitError: 429\n    at x',
  }

  test("the program's error comes first, the body fills it up and is kept", () => {
    const record = decode({ request: REQUEST, answer: body, close: { status: 'error', httpStatus: 429, error: frame } })
    expect(record).toMatchObject({
      status: 'error',
      http_status: 429,
      error: { ...frame, code: 'rate_limit_exceeded', param: 'model' },
      response: { body, id: null, finish_reasons: [] },
    })
  })

  test('nobody threw: the body tells', () => {
    expect(decode({ answer: body, close: { httpStatus: 429 } })).toMatchObject({
      status: 'error',
      error: { type: 'requests', message: 'Rate limit reached', status: 429 },
    })
    expect(
      decode({ answer: '<html>Bad gateway', close: { httpStatus: 502, headers: { 'content-type': 'text/html' } } }),
    ).toMatchObject({
      error: { type: 'error', message: '<html>Bad gateway', status: 502 },
      response: { body: '<html>Bad gateway' },
    })
    expect(decode({ close: { httpStatus: 503 } })).toMatchObject({ error: { message: '503 status code (no body)' } })
  })

  test('a 2xx answer of JSON that is none is an error, unless it was left early', () => {
    expect(decode({ answer: '{"id":"chat' })).toMatchObject({
      status: 'error',
      error: { type: 'SyntaxError' },
      response: { body: '{"id":"chat' },
    })
    expect(decode({ answer: '{"id":"chat', close: { status: 'aborted' } })).toMatchObject({
      status: 'aborted',
      error: null,
    })
    expect(decode({ answer: '{"id":"chat', close: null })).toMatchObject({ status: 'incomplete', error: null })
  })

  test('200 with nothing but an error is an error; an error field of an answer is not', () => {
    expect(decode({ answer: { error: { message: 'no credit', code: 402 } } })).toMatchObject({
      status: 'error',
      error: { code: '402', message: 'no credit' },
    })
    expect(decode({ answer: { ...ANSWER, error: { message: 'partial' } } }).status).toBe('ok')
  })

  test('no answer at all', () => {
    const error = { type: 'APIConnectionError', message: 'Connection error.' }
    const attempts = [{ at: 0, ms: 3, status: null, error: 'ECONNREFUSED' }]
    const record = decode({
      request: REQUEST,
      close: { status: 'error', attempts, error, httpStatus: undefined, headers: undefined } as never,
    })
    expect(record).toMatchObject({
      status: 'error',
      http_status: null,
      request_id: null,
      error: { type: 'APIConnectionError', status: null },
    })
    expect(record.attempts[0]).toMatchObject({ status: null, error: 'ECONNREFUSED' })
    expect(record.response).toEqual({ id: null, model: null, finish_reasons: [], headers: {}, body: null })
  })
})

describe('bodies', () => {
  test('speech is described, not copied', () => {
    const audio = Buffer.concat([Buffer.from('ID3'), Buffer.alloc(2000, 1)])
    const open = { url: 'https://api.openai.com/v1/audio/speech' }
    const record = decode({
      open,
      request: { model: 'tts-1', input: 'Hi' },
      answer: audio,
      close: { headers: { 'content-type': 'audio/mpeg' } },
    })
    expect(record).toMatchObject({
      operation: 'speech',
      response: { body: { type: 'audio', media_type: 'audio/mpeg', bytes: 2003 } },
    })
    const unnamed = decode({ open, answer: audio, close: { headers: {} } })
    expect(unnamed.response.body).toMatchObject({ type: 'audio', media_type: 'audio/mpeg' })
  })

  test('a transcription in text stays text; an upload stays as it was described', () => {
    const form = {
      model: 'whisper-1',
      file: { type: 'file', filename: 'a.mp3', media_type: 'audio/mpeg', bytes: 10, sha256: null },
    }
    const record = decode({
      open: { url: 'https://api.openai.com/v1/audio/transcriptions', body: 'form' },
      request: form,
      answer: '42',
      close: { headers: { 'content-type': 'text/plain' } },
    })
    expect(record).toMatchObject({
      operation: 'transcription',
      request: { model: 'whisper-1', body: form },
      response: { body: '42' },
    })
  })

  test('embedding vectors are described in the answer', () => {
    const answer = {
      object: 'list',
      data: [{ object: 'embedding', index: 0, embedding: [0.1, 0.2] }],
      model: 'e',
      usage: { prompt_tokens: 1, total_tokens: 1 },
    }
    const record = decode({ open: { url: 'https://api.openai.com/v1/embeddings' }, answer })
    expect(record.response.body).toMatchObject({
      data: [{ embedding: { type: 'embedding', dimensions: 2, encoding: 'float', bytes: 8 } }],
    })
  })

  test('a request that is no JSON stays text; none is null', () => {
    expect(decode({ request: '{"model":', answer: ANSWER }).request).toEqual({ model: null, body: '{"model":' })
    expect(
      decode({ open: { body: 'none', verb: 'GET', url: 'https://h/v1/responses/resp_1' }, answer: ANSWER }).request
        .body,
    ).toBeNull()
  })

  test('bytes beyond what was kept are told, not taken for an error', () => {
    const record = decode({ answer: '{"id":"chat', close: { cut: 1000 } })
    expect(record).toMatchObject({ status: 'ok', truncated: ['/response/body'] })
  })

  test('10,000 levels of nesting are cut and can be serialised', () => {
    const deep = `${'['.repeat(10_000)}1${']'.repeat(10_000)}`
    const record = decode({ request: `{"model":"m","x":${deep}}`, answer: deep })
    expect(JSON.stringify(record).length).toBeLessThan(10_000)
    expect(record.truncated).toHaveLength(2)
    expect(record.truncated[0]).toMatch(/^\/request\/body\/x(\/0)+$/)
    expect(record.request.model).toBe('m')
  })
})

describe('where', () => {
  test('Azure: provider by host or path, model by deployment', () => {
    const url = 'https://my-res.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21'
    expect(decode({ open: { url }, request: { messages: [] }, answer: ANSWER })).toMatchObject({
      provider: 'azure.ai.openai',
      operation: 'chat',
      request: { model: 'my gpt' },
      url_path: '/openai/deployments/my%20gpt/chat/completions',
    })
    const headers = { 'apim-request-id': 'apim-1' }
    expect(decode({ open: { url }, answer: ANSWER, close: { headers } }).request_id).toBe('apim-1')
  })

  test('a local server keeps its port and the provider of the frame', () => {
    expect(decode({ open: { url: 'http://127.0.0.1:8080/v1/chat/completions' }, answer: ANSWER })).toMatchObject({
      provider: 'openai',
      server_address: '127.0.0.1',
      server_port: 8080,
    })
    expect(decode({ open: { url: 'http://h/v1/chat/completions' }, answer: ANSWER }).server_port).toBe(80)
  })

  test('other endpoints are named and have no usage', () => {
    const record = decode({
      open: { verb: 'GET', url: 'https://api.openai.com/v1/batches', body: 'none' },
      answer: { object: 'list', usage: { input_tokens: 1 } },
    })
    expect(record).toMatchObject({ operation: 'other', method: 'batches.list', usage: { input_tokens: null } })
  })
})

test('any bytes give a record that is JSON', () => {
  const text = fc.oneof(
    fc.json({ maxDepth: 6 }),
    anyText(40),
    fc.constantFrom('', 'data: ', 'data: {}\n\n', '{"choices":[1,null]}', '{"choices":[{"delta":5}],"error":false}'),
  )
  const bytes = fc.oneof(
    fc.uint8Array(),
    text,
    fc.array(fc.json(), { maxLength: 6 }).map((events) => events.map((event) => `data: ${event}\n\n`).join('')),
  )
  const type = fc.constantFrom('application/json', 'text/event-stream', 'text/plain', 'audio/mpeg', undefined)
  const status = fc.constantFrom('ok', 'error', 'aborted', 'incomplete')
  const url = fc.oneof(
    fc.constantFrom('https://a.test/v1/responses', 'https://a.test/v1/embeddings', OPEN.url),
    fc.string(),
  )
  fc.assert(
    fc.property(
      bytes,
      bytes,
      type,
      status,
      url,
      fc.boolean(),
      fc.boolean(),
      (request, answer, contentType, ended, where, died, captureContent) => {
        const close = died
          ? null
          : { status: ended, headers: contentType === undefined ? {} : { 'content-type': contentType } }
        const failures: string[] = []
        const options = {
          captureContent,
          redact: ['email', 'request.body.*', 'card', 'phone', 'key'],
          maxBodyBytes: 1024,
          onRedactionFailure: (message: string) => failures.push(message),
        }
        const record = decode({ request, answer, open: { url: where }, close, options })
        expect(failures).toEqual([])
        expect(JSON.parse(JSON.stringify(record))).toEqual(record)
      },
    ),
    { numRuns: 1500 },
  )
})
