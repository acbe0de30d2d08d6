import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { spansOfTrace, spansOfV1 } from '../../../fixtures/servers/neatlogs/json.mjs'
import { decodeTraces, spansOf } from '../../../fixtures/servers/neatlogs/otlp.mjs'
import type { ReceivedSpan } from '../../../fixtures/servers/neatlogs.mjs'
import { encodeLine } from '../../../src/destinations/line.ts'
import { encodeNeatlogs } from '../../../src/destinations/neatlogs.ts'
import { groupByRoot } from '../../../src/destinations/neatlogs-group.ts'
import { encodeTrace } from '../../../src/destinations/neatlogs-trace.ts'
import { encodeV1 } from '../../../src/destinations/neatlogs-v1.ts'
import { encodeOtlp } from '../../../src/destinations/otlp.ts'
import { encodeJson } from '../../../src/destinations/otlp-json.ts'
import { encodeProtobuf } from '../../../src/destinations/otlp-protobuf.ts'
import type { CallRecord } from '../../../src/record.ts'
import { recordOfSpan } from './read-back.ts'
import { anyRecord, makeFailure, makeRecord } from './records.ts'

const NOTHING = [] as const
const RUNS = { numRuns: 150 }

/** The record but for one thing the conventions change. */
function comparable(record: CallRecord): object {
  // A stream that broke off before any finish reason carries `error`, as the conventions ask.
  const isBroken = record.stream && record.status === 'error' && record.response.body !== null
  const reasons = record.response.finish_reasons
  const finish_reasons = isBroken && reasons.length === 0 ? ['error'] : reasons
  return { ...record, response: { ...record.response, finish_reasons } }
}

const callSpans = (spans: readonly ReceivedSpan[]) =>
  spans.filter(({ attributes }) => attributes['neatlogs.record.id'] !== undefined)

describe.each(['protobuf', 'json'])('OTLP as %s', (encoding) => {
  const wire = (request: ReturnType<typeof encodeOtlp>): readonly ReceivedSpan[] => {
    if (encoding === 'json') return spansOf(JSON.parse(Buffer.from(encodeJson(request)).toString())) as ReceivedSpan[]
    return spansOf(decodeTraces(Buffer.from(encodeProtobuf(request)))) as ReceivedSpan[]
  }

  test('otlp: the record comes back whole when content is asked for', () => {
    const settings = {
      content: true,
      detail: 'full',
      semconv: 'latest',
      valueLengthLimit: null,
      resource: NOTHING,
      droppedCount: 0,
    } as const
    fc.assert(
      fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 3 }), (records) => {
        const read = callSpans(wire(encodeOtlp(records, settings))).map(recordOfSpan)
        expect(byId(read)).toEqual(byId(records.map(comparable)))
      }),
      RUNS,
    )
  })

  test('neatlogs: the record comes back whole', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 3 }), (records) => {
        const request = encodeNeatlogs(records, { resource: NOTHING, droppedCount: 0 })
        const read = callSpans(wire(request)).map(recordOfSpan)
        expect(byId(read)).toEqual(byId(records.map(comparable)))
      }),
      RUNS,
    )
  })
})

function byId(records: readonly object[]): object[] {
  return [...records].sort((left, right) => ((left as CallRecord).id < (right as CallRecord).id ? -1 : 1))
}

test('file and stdout: the line is the record, with pino’s fields', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const line = encodeLine(record)
      expect(line.indexOf('\n')).toBe(line.length - 1)
      const { level, time, msg, ...read } = JSON.parse(line) as { level: number; time: number; msg: string }
      expect(read).toEqual(record)
      expect(level).toBe(record.status === 'error' || record.status === 'incomplete' ? 50 : 30)
      expect(time).toBe(Number(BigInt(record.ended_at ?? '0') / 1_000_000n))
      expect(msg.startsWith(record.method)).toBe(true)
    }),
    RUNS,
  )
})

test('file and stdout: the line begins as pino’s do', () => {
  expect(encodeLine(makeRecord())).toMatch(
    /^\{"level":30,"time":1795348927045,"pid":4242,"hostname":"web-1","msg":"chat\.completions\.create gpt-4o-mini ok 664ms","schema":1,/,
  )
})

test('v1: request, answer, tags and error come back', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const envelope = JSON.parse(encodeV1(record, 'key', 1795348927100)) as { externalTraceId: string }
      const node = spansOfV1(envelope)[0]?.node as { [field: string]: unknown }
      const { error, request, response } = record
      expect(node).toEqual({
        kwargs: request.body,
        response: error === null ? response.body : null,
        ...(record.tags.length > 0 ? { tags: record.tags } : {}),
        ...(error === null ? {} : { error: { type: error.type, message: error.message, args: [error.message] } }),
        externalTraceId: record.trace_id,
      })
    }),
    RUNS,
  )
})

test('v1: the envelope of shared/PROTOCOL.md, to the letter', () => {
  expect(Object.keys(JSON.parse(encodeV1(makeRecord(), 'PROJ_KEY', 1795348927100)))).toEqual([
    'dataDump',
    'projectAPIKey',
    'externalTraceId',
    'timestamp',
  ])
  expect(JSON.parse(encodeV1(makeRecord(), 'PROJ_KEY', 1795348927100))).toMatchObject({
    projectAPIKey: 'PROJ_KEY',
    externalTraceId: '861f533f-cf64-4a1f-84e4-c18f037e2ce0',
    timestamp: 1795348927.1,
  })
  const failed = JSON.parse(JSON.parse(encodeV1(makeFailure(), 'PROJ_KEY', 0)).dataDump)
  expect(failed).toMatchObject({
    response: 'null',
    error: { type: 'RateLimitError', message: '429 Rate limit reached for gpt-4o-mini' },
  })
})

test('trace: identity, tokens, model, times, status and every neatlogs attribute come back', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const [group] = groupByRoot([record])
      if (group === undefined) throw new Error('no group')
      const [root, call] = spansOfTrace(JSON.parse(encodeTrace(group, 'p', 2)))
      expect(root?.attributes['neatlogs.session.id']).toBe(record.trace_id)
      expect(root?.attributes['neatlogs.end_user.id']).toBe(record.user_id ?? undefined)
      expect(root?.attributes['neatlogs.dropped']).toBe(2)
      expect(root?.name).toBe(record.name ?? record.service)
      expect(root?.node).toMatchObject({ project: 'p' })
      expect(call?.attributes['neatlogs.record.id']).toBe(record.id)
      expect(call?.attributes['neatlogs.llm.token_count.prompt']).toBe(record.usage.input_tokens ?? undefined)
      expect(call?.status.code).toBe(record.status === 'error' ? 2 : 0)
      expect(call?.status.message).toBe(record.error?.message ?? null)
      const node = call?.node as { start: string; end: string; model?: string; tokens?: { prompt?: number } }
      expect(node.model).toBe(record.response.model ?? record.request.model ?? undefined)
      expect(node.tokens?.prompt).toBe(record.usage.input_tokens ?? undefined)
      expect(Date.parse(node.start)).toBe(Math.floor(Number(BigInt(record.started_at) / 1_000_000n)))
      expect(Object.keys(call?.attributes ?? {}).every((key) => key.startsWith('neatlogs.'))).toBe(true)
    }),
    RUNS,
  )
})

test('trace: the body of shared/PROTOCOL.md', () => {
  const [group] = groupByRoot([makeRecord()])
  if (group === undefined) throw new Error('no group')
  const trace = JSON.parse(encodeTrace(group, null, 0)) as { children: object[] }
  expect(trace).toMatchObject({
    name: 'my-app',
    attributes: {
      'neatlogs.session.id': '861f533f-cf64-4a1f-84e4-c18f037e2ce0',
      'neatlogs.tags': 'prod',
      'neatlogs.end_user.id': 'u_456',
    },
  })
  expect(trace).not.toHaveProperty('project')
  expect(trace.children).toHaveLength(1)
  expect(trace.children[0]).toMatchObject({
    name: 'openai.chat.completions.create',
    kind: 'LLM',
    model: 'gpt-4o-mini-2024-07-18',
    input: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ],
    output: 'Hello!',
    tokens: { prompt: 13, completion: 2, total: 15 },
    start: '2026-11-22T12:02:06.382Z',
    end: '2026-11-22T12:02:07.045Z',
    duration_ms: 663.538,
    status: 'ok',
    attributes: {
      'neatlogs.span.kind': 'LLM',
      'neatlogs.llm.provider': 'openai',
      'neatlogs.llm.system': 'openai',
      'neatlogs.llm.model_name': 'gpt-4o-mini-2024-07-18',
      'neatlogs.llm.request_model': 'gpt-4o-mini',
      'neatlogs.llm.is_streaming': false,
      'neatlogs.llm.token_count.prompt': 13,
      'neatlogs.llm.token_count.completion': 2,
      'neatlogs.llm.token_count.total': 15,
      'neatlogs.llm.token_count.cache_read': 0,
      'neatlogs.llm.finish_reason': 'stop',
      'neatlogs.llm.response_id': 'chatcmpl-123',
      'neatlogs.llm.input_messages.0.role': 'system',
      'neatlogs.llm.input_messages.0.content': 'Be brief.',
      'neatlogs.llm.input_messages.1.role': 'user',
      'neatlogs.llm.input_messages.1.content': 'Hi',
      'neatlogs.llm.output_messages.0.role': 'assistant',
      'neatlogs.llm.output_messages.0.content': 'Hello!',
    },
  })
})
