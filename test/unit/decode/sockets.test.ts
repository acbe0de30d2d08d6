// Calls over sockets become records: Realtime responses, whole and broken off, transcripts that come late, transcription sessions.
import { describe, expect, test } from 'vitest'
import { decodeCall } from '../../../src/decode/decode.ts'
import { encodeOtlp } from '../../../src/destinations/otlp.ts'
import type { CloseHead, OpenHead, SocketCall } from '../../../src/frame.ts'

const LANE = {
  v: 1,
  pid: 1,
  hostname: 'h',
  node: '22',
  neatlogs: '0',
  service: 's',
  traceId: 't',
  tags: [],
  userId: null,
  metadata: {},
  fingerprint: '',
  startTime: '',
  bootId: '',
  pidNamespace: '',
} as const
const SESSION = { id: 'sess_1', model: 'gpt-realtime-2', instructions: 'Be brief.', output_modalities: ['audio'] }

function open(socket: SocketCall): OpenHead {
  const url = 'wss://api.openai.com/v1/realtime?model=gpt-realtime-2'
  return {
    t: 'open',
    id: '01a22a74-788c-730c-949b-621d6e547aa9',
    at: 1796008605836,
    provider: 'openai',
    sdk: '7.59.0',
    verb: 'GET',
    url,
    stream: true,
    body: 'json',
    socket,
    session: 'sess_1',
  }
}

function close(more: Partial<CloseHead> = {}): CloseHead {
  return {
    t: 'close',
    id: open('realtime').id,
    status: 'ok',
    ms: 900,
    firstChunkMs: 120,
    attempts: [{ at: 0, ms: 40, status: null }],
    ...more,
  }
}

function decode(socket: SocketCall, request: object, events: readonly object[], end: CloseHead | null = close()) {
  const answer = Buffer.from(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''))
  const options = { captureContent: true, redact: [], maxBodyBytes: 1_000_000, sampleRate: 1 } as never
  return decodeCall({
    open: open(socket),
    request: Buffer.from(JSON.stringify(request)),
    close: end,
    answer,
    lane: LANE as never,
    options,
  })
}

const place = { response_id: 'resp_1', item_id: 'item_1', output_index: 0, content_index: 0 }
const CREATED = {
  type: 'response.created',
  response: { object: 'realtime.response', id: 'resp_1', status: 'in_progress', conversation_id: 'conv_1', output: [] },
}
const AUDIO = { type: 'audio', media_type: 'audio/pcm', rate: 24000, bytes: 960, ms: 20, sha256: 'f'.repeat(64) }
const SPOKEN = { type: 'neatlogs.audio', ...place, chunks: 3, audio: AUDIO }
const DONE = {
  type: 'response.done',
  response: {
    ...CREATED.response,
    status: 'completed',
    output: [
      { id: 'item_1', type: 'message', role: 'assistant', content: [{ type: 'output_audio', transcript: 'Hi there' }] },
    ],
    usage: {
      input_tokens: 10,
      output_tokens: 20,
      total_tokens: 30,
      input_token_details: { cached_tokens: 4, audio_tokens: 6, cached_tokens_details: { audio_tokens: 3 } },
      output_token_details: { audio_tokens: 15 },
    },
  },
}

describe('a Realtime response', () => {
  const request = {
    session: SESSION,
    input: [{ id: 'item_0', type: 'message', role: 'user', content: [{ type: 'input_audio', audio: AUDIO }] }],
    response: null,
    events: [{ type: 'session.created', at: 1796008600000 }],
  }
  const written = {
    type: 'conversation.item.input_audio_transcription.completed',
    item_id: 'item_0',
    content_index: 0,
    transcript: 'Hello?',
    usage: { total_tokens: 5 },
  }

  test('has its answer, its audio as what it was, its usage, and what the user said though it came late', () => {
    const record = decode('realtime', request, [CREATED, SPOKEN, DONE, written])
    expect(record).toMatchObject({
      operation: 'realtime',
      method: 'realtime.response',
      status: 'ok',
      session_id: 'sess_1',
      conversation_id: 'conv_1',
      server_port: 443,
      chunk_count: 5,
      time_to_first_token_ms: 120,
      request: {
        model: 'gpt-realtime-2',
        body: { input: [{ content: [{ transcript: 'Hello?', audio: { bytes: 960 } }] }] },
      },
      response: {
        id: 'resp_1',
        finish_reasons: ['stop'],
        body: { output: [{ content: [{ transcript: 'Hi there', audio: AUDIO }] }] },
      },
      usage: { input_tokens: 10, cache_read_input_tokens: 4, audio_input_tokens: 6, audio_output_tokens: 15 },
    })
  })

  test('is whole though the process died before its end was written', () => {
    expect(decode('realtime', request, [CREATED, DONE], null)).toMatchObject({ status: 'ok', duration_ms: null })
  })

  test('that broke off is rebuilt from its deltas', () => {
    const delta = (text: string) => ({ type: 'response.output_audio_transcript.delta', ...place, delta: text })
    const end = close({ status: 'incomplete', error: { type: 'WebSocketClosed', code: '1006', message: 'gone' } })
    expect(decode('realtime', request, [CREATED, delta('Hi '), delta('the'), SPOKEN], end)).toMatchObject({
      status: 'incomplete',
      error: { type: 'WebSocketClosed', code: '1006' },
      response: {
        body: { output: [{ id: 'item_1', content: [{ type: 'output_audio', transcript: 'Hi the', audio: AUDIO }] }] },
      },
    })
  })

  test('that broke off is not whole because what the user said was written down before', () => {
    const end = close({ status: 'incomplete', error: { type: 'WebSocketClosed', code: '1006', message: 'gone' } })
    expect(decode('realtime', request, [CREATED, written, SPOKEN], end)).toMatchObject({
      status: 'incomplete',
      error: { type: 'WebSocketClosed', code: '1006' },
      request: { body: { input: [{ content: [{ transcript: 'Hello?' }] }] } },
    })
  })

  test('that was interrupted says by what', () => {
    const cancelled = {
      ...DONE.response,
      status: 'cancelled',
      status_details: { type: 'cancelled', reason: 'turn_detected' },
    }
    const events = [
      CREATED,
      { type: 'input_audio_buffer.speech_started', audio_start_ms: 100, item_id: 'item_9' },
      { type: 'response.done', response: cancelled },
    ]
    expect(decode('realtime', request, events)).toMatchObject({
      status: 'aborted',
      response: { finish_reasons: ['turn_detected'], body: { interruption: { audio_start_ms: 100 } } },
    })
  })

  test('is a realtime_inference span with the begin of its session', () => {
    const record = decode('realtime', request, [CREATED, DONE])
    const encoding = {
      content: true,
      detail: 'full',
      valueLengthLimit: null,
      resource: new Map(),
      droppedCount: 0,
      semconv: 'latest',
    } as never
    const [span] = encodeOtlp([record], encoding).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans),
    )
    const values = Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]))
    expect(span?.name).toBe('realtime_inference gpt-realtime-2')
    expect(values).toMatchObject({
      'gen_ai.operation.name': 'realtime_inference',
      'gen_ai.realtime_session.id': 'sess_1',
      'gen_ai.output.type': 'speech',
      'gen_ai.usage.audio.cache_read.input_tokens': '3',
    })
    expect(span?.events.map(({ name }) => name)).toEqual(['gen_ai.client.realtime_session.started'])
  })
})

test('a transcript of a session that only writes down is a transcription', () => {
  const type = 'conversation.item.input_audio_transcription'
  const session = { type: 'transcription', audio: { input: { transcription: { model: 'gpt-transcribe' } } } }
  const events = [
    { type: `${type}.delta`, item_id: 'item_0', delta: 'Hel' },
    {
      type: `${type}.completed`,
      item_id: 'item_0',
      transcript: 'Hello',
      usage: { type: 'tokens', total_tokens: 9, input_tokens: 6, output_tokens: 3 },
    },
  ]
  expect(decode('transcription', { session, input: [] }, events)).toMatchObject({
    operation: 'transcription',
    method: 'realtime.transcription',
    status: 'ok',
    request: { model: 'gpt-transcribe' },
    response: { body: { text: 'Hello' } },
    usage: { total_tokens: 9 },
  })
})

test('a transcription that failed is an error', () => {
  const type = 'conversation.item.input_audio_transcription.failed'
  const error = {
    type: 'transcription_error',
    code: 'audio_unintelligible',
    message: 'It was not understood',
    param: null,
  }
  expect(decode('transcription', { session: SESSION, input: [] }, [{ type, item_id: 'item_0', error }])).toMatchObject({
    status: 'error',
    error: { type: 'transcription_error', code: 'audio_unintelligible' },
  })
})
