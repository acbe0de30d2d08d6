// Records → OpenAI's formats: each line passes the published rules; what is not whole, or has no form, is left out with its reason.
import { describe, expect, test } from 'vitest'
import { NOT_CAPTURED } from '../../../src/content/withhold.ts'
import { type FormatName, openExporter } from '../../../src/export/exporter.ts'
import { makeSeen } from '../../../src/export/seen.ts'
import type { CallRecord, Json } from '../../../src/record.ts'
import { makeFailure, makeRecord, REQUEST, RESPONSE } from '../destinations/records.ts'
import { problemsOf } from './published-rules.ts'

const WEATHER = { name: 'weather', description: 'Weather of a city', parameters: { type: 'object', properties: {} } }
const CALL = { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Paris"}' } }
const USER: Json = { role: 'user', content: 'Hi' }

const ask = (request: { [field: string]: Json }, message?: { [field: string]: Json }, finish = 'stop'): CallRecord =>
  makeRecord({
    request: { model: 'gpt-4o-mini', body: { ...REQUEST, ...request } },
    ...(message === undefined
      ? {}
      : { response: answered({ ...RESPONSE, choices: [{ index: 0, message, finish_reason: finish }] }) }),
  })
const answered = (body: Json): CallRecord['response'] => ({ ...makeRecord().response, body })
const respond = (request: { [field: string]: Json }, output: Json, rest: { [field: string]: Json } = {}): CallRecord =>
  makeRecord({
    operation: 'responses',
    method: 'responses.create',
    url_path: '/v1/responses',
    request: { model: 'gpt-5-mini', body: { model: 'gpt-5-mini', ...request } },
    response: answered({ status: 'completed', output, ...rest }),
  })
const said = (words: string): Json => ({
  type: 'message',
  role: 'assistant',
  content: [{ type: 'output_text', text: words, annotations: [] }],
})

const take = (format: FormatName, record: CallRecord, options = {}) => openExporter(format, options).take(record)
const example = (record: CallRecord): { readonly [field: string]: unknown } => {
  const taken = take('fine-tuning', record)
  if ('left' in taken) throw new Error(taken.left)
  expect(problemsOf('fine-tuning', [taken.line])).toEqual([])
  return JSON.parse(taken.line) as { readonly [field: string]: unknown }
}

describe('fine-tuning', () => {
  test('a chat: what was sent, then the answer', () => {
    expect(example(makeRecord())).toEqual({ messages: [...REQUEST.messages, { role: 'assistant', content: 'Hello!' }] })
  })

  test('tools, calls and results; what only answers have is gone; developer is system', () => {
    const record = ask(
      {
        tools: [{ type: 'function', function: WEATHER }],
        parallel_tool_calls: false,
        messages: [
          { role: 'developer', content: 'Be brief.' },
          {
            role: 'user',
            content: [
              { type: 'text', text: 'Weather?' },
              { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
            ],
          },
          {
            role: 'assistant',
            content: null,
            refusal: null,
            annotations: [],
            reasoning_content: 'hm',
            tool_calls: [{ ...CALL, index: 0 }],
          },
          { role: 'tool', tool_call_id: 'call_1', content: 'sunny' },
        ],
      },
      { role: 'assistant', content: null, refusal: null, tool_calls: [{ ...CALL, id: 'call_2' }] },
      'tool_calls',
    )
    const { messages, ...rest } = example(record)
    expect(rest).toEqual({ tools: [{ type: 'function', function: WEATHER }], parallel_tool_calls: false })
    expect(messages).toMatchObject([
      { role: 'system' },
      { role: 'user' },
      { role: 'assistant', content: null, tool_calls: [CALL] },
      { role: 'tool', tool_call_id: 'call_1' },
      { role: 'assistant', content: null, tool_calls: [{ id: 'call_2' }] },
    ])
  })

  test('functions of old', () => {
    const call = { name: 'weather', arguments: '{}' }
    const messages: Json = [
      USER,
      { role: 'assistant', content: null, function_call: call },
      { role: 'function', name: 'weather', content: '1' },
    ]
    expect(example(ask({ functions: [WEATHER], messages })).functions).toEqual([WEATHER])
  })

  test('a call of the Responses API', () => {
    const input: Json = [
      { role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] },
      { type: 'reasoning', summary: [] },
      { type: 'function_call', call_id: 'a', name: 'weather', arguments: '{}' },
      { type: 'function_call', call_id: 'b', name: 'weather', arguments: '{}' },
      { type: 'function_call_output', call_id: 'a', output: 'sun' },
      { type: 'function_call_output', call_id: 'b', output: 'rain' },
    ]
    const tools: Json = [{ type: 'function', ...WEATHER, strict: true }]
    const { messages, ...rest } = example(
      respond({ instructions: 'Be brief.', input, tools }, [{ type: 'reasoning' }, said('Sun and rain.')]),
    )
    expect((messages as { role: string }[]).map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'tool',
      'assistant',
    ])
    expect((messages as Json[]).at(-1)).toEqual({ role: 'assistant', content: 'Sun and rain.' })
    expect(rest).toEqual({ tools: [{ type: 'function', function: { ...WEATHER, strict: true } }] })
  })

  const LEFT: readonly (readonly [string, CallRecord])[] = [
    ['the call ended as error', makeFailure({ response: answered({}) })],
    ['an answer that ended by length', ask({}, { role: 'assistant', content: 'Hel' }, 'length')],
    ['a refusal', ask({}, { role: 'assistant', content: null, refusal: 'no' })],
    ['an empty answer', ask({}, { role: 'assistant', content: '' })],
    ['a part of the kind input_audio', ask({ messages: [{ role: 'user', content: [{ type: 'input_audio' }] }] })],
    ['a tool of the kind custom', ask({ tools: [{ type: 'custom', custom: { name: 'x' } }] })],
    [
      'more than 10 pictures',
      ask({
        messages: [
          {
            role: 'user',
            content: Array.from({ length: 11 }, () => ({ type: 'image_url', image_url: { url: 'https://x' } })),
          },
        ],
      }),
    ],
    ['its earlier turns lie at the server', respond({ input: 'Hi', previous_response_id: 'resp_1' }, [said('Hello')])],
    ['its prompt lies at the server', respond({ input: 'Hi', prompt: { id: 'pmpt_1' } }, [said('Hello')])],
    ['a tool of the kind web_search', respond({ input: 'Hi', tools: [{ type: 'web_search' }] }, [said('Hello')])],
    ['an answer that ended as incomplete', respond({ input: 'Hi' }, [said('Hel')], { status: 'incomplete' })],
    ['no conversation: embeddings', makeRecord({ operation: 'embeddings' })],
  ]
  test.each(LEFT)('left out: %s', (reason, record) => {
    expect(take('fine-tuning', record)).toEqual({ left: expect.stringContaining(reason) })
  })
})

describe('batch', () => {
  const failure = makeFailure({
    request: { model: 'gpt-4o-mini', body: { ...REQUEST, stream: true, stream_options: {} } },
  })

  test('a request, whole again, also of a call that failed; a batch does not stream', () => {
    const taken = take('batch', failure) as { line: string }
    expect(problemsOf('batch', [taken.line])).toEqual([])
    expect(JSON.parse(taken.line)).toEqual({
      custom_id: failure.id,
      method: 'POST',
      url: '/v1/chat/completions',
      body: REQUEST,
    })
  })

  test('an Azure or a proxy path is the one of OpenAI', () => {
    const taken = take('batch', makeRecord({ url_path: '/openai/deployments/x/chat/completions' })) as { line: string }
    expect(problemsOf('batch', [taken.line])).toEqual([])
  })

  test('one file holds one model and one endpoint', () => {
    const exporter = openExporter('batch')
    const lines = [makeRecord(), respond({ input: 'Hi' }, []), ask({ model: 'gpt-5' }), makeRecord({ id: 'b' })].map(
      (one) => exporter.take(one),
    )
    expect(lines.map((one) => 'left' in one)).toEqual([false, true, true, false])
    expect(lines[1]).toEqual({ left: expect.stringContaining('another model or endpoint') })
  })

  test('and 50,000 requests; doubles do not count', () => {
    const exporter = openExporter('batch', { dedupe: true })
    const takes = Array.from({ length: 50_002 }, (_, at) =>
      exporter.take(ask({ seed: Math.min(at >> 1 ? at : 0, 50_001) })),
    )
    expect(takes.filter((one) => 'line' in one)).toHaveLength(50_000)
    expect(takes.at(-1)).toEqual({ left: expect.stringContaining('beyond what one batch file may hold') })
  })

  test.each([
    ['an endpoint that has no batches', makeRecord({ url_path: '/v1/audio/speech' })],
    ['no model in the request', makeRecord({ request: { model: null, body: { messages: [] } } })],
    [
      'media that is described',
      ask({
        messages: [
          {
            role: 'user',
            content: [{ type: 'input_audio', input_audio: { data: { type: 'audio', bytes: 9, sha256: 'ab' } } }],
          },
        ],
      }),
    ],
    ['no request in the record', makeRecord({ request: { model: 'gpt-5', body: null } })],
  ])('left out: %s', (reason, record) => {
    expect(take('batch', record)).toEqual({ left: expect.stringContaining(reason) })
  })
})

test('evals: the input, the output and what it is labelled with', () => {
  const taken = take('evals', makeRecord()) as { line: string }
  expect(problemsOf('evals', [taken.line])).toEqual([])
  expect(JSON.parse(taken.line)).toEqual({
    item: {
      input: REQUEST.messages,
      output: 'Hello!',
      model: 'gpt-4o-mini',
      tags: ['prod'],
      metadata: { plan: 'pro' },
      id: makeRecord().id,
    },
  })
})

describe('csv', () => {
  test('a row for each call under the same columns', () => {
    const exporter = openExporter('csv')
    const taken = exporter.take(ask({ messages: [{ role: 'user', content: '=HYPERLINK("x"),\n"b"' }] })) as {
      line: string
    }
    expect(exporter.head).toMatch(/^id,started_at,status,.*,asked,answered\r\n$/)
    expect(taken.line).toContain('"\'=HYPERLINK(""x""),\n""b""",Hello!\r\n')
    expect(taken.line).toContain(',gpt-4o-mini,my-app,u_456,')
  })
})

describe('what is not whole', () => {
  const FORMATS: readonly FormatName[] = ['jsonl', 'csv', 'fine-tuning', 'batch', 'evals']
  const PARTIAL: readonly (readonly [string, CallRecord])[] = [
    ['redacted', ask({ messages: [{ role: 'user', content: 'my card is [Redacted]' }] })],
    ['its content was not captured', ask({ messages: [{ role: 'user', content: NOT_CAPTURED }] })],
    ['cut to the size limit', { ...makeRecord(), truncated: ['/request/body/messages/0/content'] }],
  ]
  test.each(PARTIAL)('%s: never as if it were whole', (reason, record) => {
    for (const format of FORMATS) {
      expect(take(format, record)).toEqual({ left: reason })
      expect(take(format, record, { includePartial: true })).toHaveProperty('line')
    }
  })

  test('an answer that is not whole leaves its request whole', () => {
    const record = { ...makeRecord(), truncated: ['/response/body/choices'] }
    expect(FORMATS.map((format) => 'line' in take(format, record))).toEqual([false, false, false, true, false])
  })

  test('an incomplete call', () => {
    const record = makeRecord({ status: 'incomplete', response: answered(null) })
    expect(FORMATS.map((format) => 'line' in take(format, record))).toEqual([false, false, false, true, false])
  })
})

describe('duplicates', () => {
  test('the first of calls that ask and answer the same', () => {
    for (const format of ['jsonl', 'csv', 'fine-tuning', 'batch', 'evals'] as const) {
      const exporter = openExporter(format, { dedupe: true })
      const taken = [
        makeRecord(),
        makeRecord({ id: 'other', response: answered({ ...RESPONSE, id: 'chatcmpl-9' }) }),
        ask({ temperature: 1, messages: [USER] }),
      ]
      expect(taken.map((one) => 'line' in exporter.take(one))).toEqual([true, false, true])
    }
  })

  test('a hundred thousand texts', () => {
    const seen = makeSeen()
    const texts = Array.from({ length: 100_000 }, (_, at) => `call ${at}`)
    expect(texts.every((text) => seen.add(text))).toBe(true)
    expect(texts.some((text) => seen.add(text))).toBe(false)
  })
})

test.each([null, 7, [], {}, { request: 4 }])('%j does not throw', (value) => {
  for (const format of ['jsonl', 'csv', 'fine-tuning', 'batch', 'evals'] as const)
    openExporter(format, { includePartial: true }).take(value)
})

test('jsonl is the very line of the file', () => {
  const line = '{"id":"a","big":12345678901234567890}'
  expect(openExporter('jsonl').take(JSON.parse(line), line)).toEqual({ line: `${line}\n` })
})
