import { describe, expect, test } from 'vitest'
import { requestOf, responseOf } from '../../../fixtures/servers/neatlogs/content.mjs'
import { decodeTraces, spansOf } from '../../../fixtures/servers/neatlogs/otlp.mjs'
import type { ReceivedSpan } from '../../../fixtures/servers/neatlogs.mjs'
import { NO_USAGE } from '../../../src/decode/usage.ts'
import { encodeNeatlogs } from '../../../src/destinations/neatlogs.ts'
import { siblingId } from '../../../src/destinations/neatlogs-group.ts'
import type { NeatlogsEncoding } from '../../../src/destinations/neatlogs-spans.ts'
import { encodeProtobuf } from '../../../src/destinations/otlp-protobuf.ts'
import type { CallRecord } from '../../../src/record.ts'
import { makeFailure, makeRecord } from './records.ts'

const ENCODING: NeatlogsEncoding = { resource: [], droppedCount: 0 }

const send = (records: readonly CallRecord[], over: Partial<NeatlogsEncoding> = {}): ReceivedSpan[] =>
  spansOf(decodeTraces(encodeProtobuf(encodeNeatlogs(records, { ...ENCODING, ...over }))))

const inContext = (id: string, over: Partial<CallRecord> = {}): CallRecord =>
  makeRecord({
    id,
    name: 'checkout',
    otel: { ...makeRecord().otel, span_id: id.padEnd(16, '0'), parent_span_id: 'aaaaaaaaaaaaaaa1' },
    ...over,
  })

describe('one call', () => {
  const [root, call, marker, ...more] = send([makeRecord()])

  test('is a root, the call and a marker, in this order, in one trace', () => {
    expect(more).toEqual([])
    expect([root?.name, call?.name, marker?.name]).toEqual([
      'my-app',
      'openai.chat.completions.create',
      'neatlogs.trace.complete',
    ])
    expect(new Set([root?.traceId, call?.traceId, marker?.traceId]).size).toBe(1)
    expect(root?.parentSpanId).toBeNull()
    expect([call?.parentSpanId, marker?.parentSpanId]).toEqual([root?.spanId, root?.spanId])
    expect(call?.spanId).toBe('eee19b7ec3c1b174')
    expect(new Set([root?.spanId, call?.spanId, marker?.spanId]).size).toBe(3)
    expect([root?.kind, call?.kind, marker?.kind]).toEqual([1, 3, 1])
    expect([root?.start, root?.end]).toEqual(['1795348926382442000', '1795348927045980000'])
    expect([marker?.start, marker?.end]).toEqual(['1795348927045980000', '1795348927045980000'])
  })

  test('has its identity on root and marker only', () => {
    const identity = {
      'neatlogs.session.id': '861f533f-cf64-4a1f-84e4-c18f037e2ce0',
      'neatlogs.end_user.id': 'u_456',
      'neatlogs.end_user.metadata': '{"plan":"pro"}',
    }
    expect(root?.attributes).toEqual({ 'neatlogs.span.kind': 'workflow', 'neatlogs.auto_root': true, ...identity })
    expect(marker?.attributes).toEqual({
      'neatlogs.trace.complete': true,
      'neatlogs.internal': true,
      'neatlogs.span.kind': 'Neatlogs.INTERNAL',
      ...identity,
    })
    expect(Object.keys(call?.attributes ?? {}).filter((key) => /session|end_user/.test(key))).toEqual(['session.id'])
  })

  test('carries NeatLogs’ names beside those of the conventions, and the rest of the bodies', () => {
    expect(call?.attributes).toMatchObject({
      'neatlogs.span.kind': 'LLM',
      'neatlogs.internal': false,
      'neatlogs.llm.model_name': 'gpt-4o-mini-2024-07-18',
      'neatlogs.llm.request_model': 'gpt-4o-mini',
      'neatlogs.llm.temperature': 0,
      'neatlogs.llm.max_tokens': 64,
      'neatlogs.llm.token_count.prompt': 13,
      'neatlogs.llm.metrics.duration_ms': 663.538,
      'neatlogs.llm.input_messages.1.content': 'Hi',
      'neatlogs.llm.output_messages.0.content': 'Hello!',
      'neatlogs.record.id': makeRecord().id,
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.usage.input_tokens': 13,
      'neatlogs.record.request': '{"model":"gpt-4o-mini","temperature":0,"max_tokens":64}',
    })
    expect(call?.attributes).not.toHaveProperty('gen_ai.system')
  })

  test('has the resource of its process', () => {
    expect(call?.resource).toMatchObject({
      'service.name': 'my-app',
      'neatlogs.workflow_name': 'my-app',
      'neatlogs.tags': 'prod',
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.name': 'neatlogs',
      'process.pid': 4242,
    })
  })

  test('has the same ids when it is sent again', () => {
    expect(send([makeRecord()])).toEqual([root, call, marker])
  })
})

test('tool calls and tools go out one field at a time', () => {
  const tool = { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' } } }
  const message = {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'c1', function: { name: 'f', arguments: '{"a":1}' } }],
  }
  const record = makeRecord({
    request: { model: 'm', body: { messages: [{ role: 'tool', tool_call_id: 'c0', content: 'ok' }], tools: [tool] } },
    response: { ...makeRecord().response, body: { choices: [{ message, finish_reason: 'tool_calls' }] } },
  })
  expect(send([record])[1]?.attributes).toMatchObject({
    'neatlogs.llm.input_messages.0.tool_call_id': 'c0',
    'neatlogs.llm.input_messages.0.content': 'ok',
    'neatlogs.llm.tool_calls.0.id': 'c1',
    'neatlogs.llm.tool_calls.0.name': 'f',
    'neatlogs.llm.tool_calls.0.arguments': '{"a":1}',
    'neatlogs.llm.tools.0.name': 'f',
    'neatlogs.llm.tools.0.input_schema': '{"type":"object"}',
  })
})

describe('grouping', () => {
  test('calls of one named context share its root and one marker', () => {
    const late = { started_at: '1795348928000000000', ended_at: '1795348929000000000' }
    const spans = send([inContext('1'), inContext('2', late)])
    expect(spans.map(({ name }) => name)).toEqual([
      'checkout',
      'openai.chat.completions.create',
      'openai.chat.completions.create',
      'neatlogs.trace.complete',
    ])
    expect(spans[0]).toMatchObject({ spanId: 'aaaaaaaaaaaaaaa1', parentSpanId: null, end: '1795348929000000000' })
    expect(spans.slice(1).map(({ parentSpanId }) => parentSpanId)).toEqual(Array(3).fill('aaaaaaaaaaaaaaa1'))
    expect(spans.at(-1)?.end).toBe('1795348929000000000')
  })

  test('calls without a name, of other contexts or other traces have roots of their own', () => {
    const parent = { ...makeRecord().otel, parent_span_id: 'bbbbbbbbbbbbbbb1' }
    const records = [
      makeRecord({ id: '1', otel: parent }),
      makeRecord({ id: '2', otel: { ...parent, span_id: 'ccccccccccccccc1' } }),
      inContext('3'),
      inContext('4', { otel: { ...inContext('4').otel, trace_id: 'd'.repeat(32) } }),
    ]
    const roots = send(records).filter(({ parentSpanId }) => parentSpanId === null)
    expect(roots).toHaveLength(4)
    expect(new Set(roots.map(({ traceId, spanId }) => `${traceId}${spanId}`)).size).toBe(4)
    // The application's own span never arrives here: a parent that is missing would hide the call.
    expect(roots.map(({ spanId }) => spanId)).not.toContain('bbbbbbbbbbbbbbb1')
  })

  test('calls of one session have traces of their own: a marker closes its trace', () => {
    const traces = send([makeRecord({ id: '1' }), makeRecord({ id: '2' })]).map(({ traceId }) => traceId)
    expect(new Set(traces).size).toBe(2)
    const under = makeRecord({ otel: { ...makeRecord().otel, parent_span_id: 'bbbbbbbbbbbbbbb1' } })
    expect(send([under])[0]?.traceId).toBe(under.otel.trace_id)
  })

  test('each program, process and set of tags has its resource', () => {
    const spans = send([
      makeRecord(),
      makeRecord({ id: '2', service: 'other', tags: [] }),
      makeRecord({ id: '3', pid: 1 }),
    ])
    const resources = new Set(spans.map(({ resource }) => JSON.stringify(resource)))
    expect(resources.size).toBe(3)
    expect([...resources].filter((text) => text.includes('neatlogs.tags'))).toHaveLength(2)
  })
})

test('records lost before are reported once', () => {
  const counts = send([makeRecord(), makeRecord({ id: '2' })], { droppedCount: 7 }).map(
    ({ attributes }) => attributes['neatlogs.dropped'],
  )
  expect(counts.filter((count) => count !== undefined)).toEqual([7])
  expect(send([makeRecord()]).some(({ attributes }) => 'neatlogs.dropped' in attributes)).toBe(false)
})

test('resource attributes of the program that made the record pass through, ours do not give way', () => {
  const resource = [
    ['neatlogs.verification.marker', 'm1'],
    ['service.name', 'theirs'],
    ['service.instance.id', 'i1'],
    ['host.name', 'h1'],
  ] as const
  const foreign = send([makeRecord()], { resource })[0]?.resource
  expect(foreign).toMatchObject({
    'neatlogs.verification.marker': 'm1',
    'service.name': 'my-app',
    'service.instance.id': 'i1',
    'host.name': 'web-1',
  })
})

test('an error is status and exception of the call, not of the root', () => {
  const [root, call] = send([makeFailure()])
  expect(root?.status.code).toBe(0)
  expect(call?.status).toEqual({ code: 2, message: '429 Rate limit reached for gpt-4o-mini' })
  expect(call?.events).toMatchObject([
    {
      name: 'exception',
      attributes: { 'exception.type': 'RateLimitError', 'exception.message': '429 Rate limit reached for gpt-4o-mini' },
    },
  ])
  expect(call?.attributes).toMatchObject({
    'error.type': 'RateLimitError',
    'neatlogs.record.error.code': 'rate_limit_exceeded',
  })
})

test('embeddings and other calls have their own kind', () => {
  const kinds = (['embeddings', 'other', 'responses', 'image'] as const).map(
    (operation) => send([makeRecord({ operation, usage: NO_USAGE })])[1]?.attributes['neatlogs.span.kind'],
  )
  expect(kinds).toEqual(['EMBEDDING', 'HTTP', 'LLM', 'LLM'])
  // A model worked at an endpoint that has no operation of its own.
  expect(send([makeRecord({ operation: 'other' })])[1]?.attributes['neatlogs.span.kind']).toBe('LLM')
})

test('ids of root and marker are siblings of the call’s, never zero', () => {
  expect(siblingId('eee19b7ec3c1b174', 0)).toBe('1ee19b7ec3c1b174')
  for (const id of ['f000000000000000', '0000000000000001', 'eee19b7ec3c1b174']) {
    for (const digit of [0, 15]) {
      expect(siblingId(id, digit)).toMatch(/^(?!0+$)[0-9a-f]{16}$/)
      expect(siblingId(id, digit)).not.toBe(id)
    }
  }
})

describe('content once', () => {
  const words = (count: number, of: string) => `${of} `.repeat(count)
  const bytesOf = (record: CallRecord): number => encodeProtobuf(encodeNeatlogs([record], ENCODING)).byteLength
  const [asked, answered] = [words(10_000, 'ask'), words(10_000, 'say')]

  test.each<[string, Partial<CallRecord>]>([
    [
      'chat',
      {
        request: { model: 'm', body: { model: 'm', messages: [{ role: 'user', content: asked }] } },
        response: {
          ...makeRecord().response,
          body: {
            id: 'x',
            choices: [{ index: 0, message: { role: 'assistant', content: answered }, finish_reason: 'stop' }],
          },
        },
      },
    ],
    [
      'responses',
      {
        operation: 'responses',
        request: { model: 'm', body: { model: 'm', input: asked } },
        response: {
          ...makeRecord().response,
          body: { output: [{ type: 'message', content: [{ type: 'output_text', text: answered }] }] },
        },
      },
    ],
  ])('%s', (_name, over) => {
    const text = Buffer.from(encodeProtobuf(encodeNeatlogs([makeRecord(over)], ENCODING))).toString('latin1')
    expect(text.split('ask ask ask').length - 1).toBeLessThan(10_000 / 2)
    expect(bytesOf(makeRecord(over))).toBeLessThan(asked.length + answered.length + 4000)
    expect(text).not.toContain('gen_ai.input.messages')
  })

  test('what a message cannot hold goes along once: parts, calls of the history, logprobs, further choices', () => {
    const parts = [{ type: 'text', text: 'what is this' }]
    const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }
    const choice = (index: number, content: string) => ({
      index,
      message: { role: 'assistant', content, annotations: [{ type: 'url_citation', url: 'https://a.example/' }] },
      logprobs: { content: [{ token: 'A' }] },
      finish_reason: 'stop',
    })
    const record = makeRecord({
      request: {
        model: 'm',
        body: {
          messages: [
            { role: 'user', content: parts },
            { role: 'assistant', tool_calls: [call] },
          ],
          n: 2,
        },
      },
      response: { ...makeRecord().response, body: { id: 'x', choices: [choice(0, 'A'), choice(1, 'B')] } },
    })
    const attributes = send([record])[1]?.attributes ?? {}
    expect(attributes).toMatchObject({
      'neatlogs.llm.input_messages.0.content': JSON.stringify(parts),
      'neatlogs.llm.input_messages.1.content': JSON.stringify([call]),
      'neatlogs.llm.output_messages.1.content': 'B',
      'neatlogs.record.json': ['/messages/0/content', '/messages/1/tool_calls'],
      'neatlogs.record.request': '{"n":2}',
      'neatlogs.record.response': '{"id":"x"}',
    })
    expect(attributes).not.toHaveProperty('input.value')
    expect(JSON.parse(String(attributes['output.value'])).choices[1].logprobs.content).toEqual([{ token: 'A' }])
    expect(responseOf(attributes)).toEqual(record.response.body)
    expect(requestOf(attributes)).toEqual(record.request.body)
  })
})
