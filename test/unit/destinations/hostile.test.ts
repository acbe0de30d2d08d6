// Whatever a body holds, every encoder gives bytes that its receiver can read, and nothing throws or reaches a prototype.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { requestOf } from '../../../fixtures/servers/neatlogs/content.mjs'
import { spansOfTrace, spansOfV1 } from '../../../fixtures/servers/neatlogs/json.mjs'
import { decodeTraces, spansOf } from '../../../fixtures/servers/neatlogs/otlp.mjs'
import { toJson } from '../../../src/destinations/json.ts'
import { encodeLine } from '../../../src/destinations/line.ts'
import { encodeNeatlogs } from '../../../src/destinations/neatlogs.ts'
import { groupByRoot } from '../../../src/destinations/neatlogs-group.ts'
import { encodeTrace } from '../../../src/destinations/neatlogs-trace.ts'
import { encodeV1 } from '../../../src/destinations/neatlogs-v1.ts'
import { encodeOtlp } from '../../../src/destinations/otlp.ts'
import { encodeJson } from '../../../src/destinations/otlp-json.ts'
import { encodeProtobuf } from '../../../src/destinations/otlp-protobuf.ts'
import type { CallRecord, Json, Operation } from '../../../src/record.ts'
import { anyJson, makeRecord, nest } from './records.ts'

const RESOURCE = [['deployment.environment', 'test']] as const
const OTLP = {
  content: true,
  detail: 'full',
  semconv: 'latest',
  valueLengthLimit: null,
  resource: RESOURCE,
  droppedCount: 0,
} as const

/** Each destination as a round trip: encodes, decodes, and gives the request body that the receiver sees. */
const WIRES: { readonly [name: string]: (record: CallRecord) => unknown } = {
  'otlp protobuf': (record) => inputValue(decodeTraces(Buffer.from(encodeProtobuf(encodeOtlp([record], OTLP))))),
  'otlp json': (record) => inputValue(JSON.parse(Buffer.from(encodeJson(encodeOtlp([record], OTLP))).toString())),
  neatlogs: (record) =>
    inputValue(
      decodeTraces(Buffer.from(encodeProtobuf(encodeNeatlogs([record], { resource: RESOURCE, droppedCount: 1 })))),
    ),
  trace: (record) => {
    const [group] = groupByRoot([record])
    if (group === undefined) throw new Error('no group')
    expect(spansOfTrace(JSON.parse(encodeTrace(group, null, 0)))).toHaveLength(2)
    return record.request.body
  },
  v1: (record) => {
    const [call] = spansOfV1(JSON.parse(encodeV1(record, 'key', 1)))
    return (call as unknown as { node: { kwargs: unknown } }).node.kwargs
  },
  line: (record) => (JSON.parse(encodeLine(record)) as CallRecord).request.body,
}

function inputValue(message: unknown): unknown {
  const span = spansOf(message).find(({ attributes }) => 'neatlogs.record.id' in attributes)
  return requestOf(span?.attributes ?? {})
}

const bodies = (body: Json): Partial<CallRecord> => ({
  request: { model: 'm', body },
  response: { ...makeRecord().response, body },
})

describe.each(Object.keys(WIRES))('%s', (name) => {
  const wire = WIRES[name] as (record: CallRecord) => unknown

  test('any JSON in the bodies, for any operation', () => {
    const operation = fc.constantFrom<Operation>('chat', 'responses', 'text_completion', 'image', 'embeddings', 'other')
    fc.assert(
      fc.property(anyJson, operation, (body, kind) => {
        expect(wire(makeRecord({ ...bodies(body), operation: kind }))).toEqual(body)
      }),
      { numRuns: 200 },
    )
  })

  // What real requests are made of, each value replaced by anything.
  const shapes: { readonly [name: string]: (value: Json) => Json } = {
    messages: (value) => ({ messages: [value, { role: value, content: value, tool_calls: value, name: value }] }),
    content: (value) => ({
      messages: [{ role: 'user', content: [value, { type: value }, { type: 'image_url', image_url: value }] }],
    }),
    parts: (value) => ({
      messages: ['text', 'refusal', 'reasoning_text', 'input_audio', 'file', 'image_url'].map((type) => ({
        role: 'user',
        content: [
          { type, text: value, refusal: value, input_audio: { data: 'x', format: value }, file: value, [type]: value },
        ],
      })),
    }),
    calls: (value) => ({
      messages: [
        { role: 'assistant', tool_calls: [value, { id: value, function: value }, { function: { arguments: value } }] },
      ],
    }),
    tools: (value) => ({ tools: [value, { type: value }, { type: 'function', function: value }], functions: value }),
    items: (value) => ({
      input: [value, { type: value, content: value }, { type: 'reasoning', summary: value, content: [value] }],
      instructions: value,
    }),
    answer: (value) => ({ choices: [value, { message: value, finish_reason: value }, { text: value }], output: value }),
    parameters: (value) => ({
      temperature: value,
      max_tokens: value,
      stop: value,
      n: value,
      seed: value,
      service_tier: value,
      response_format: value,
      text: value,
    }),
  }
  test.each(Object.keys(shapes))('anything in the place of %s', (shape) => {
    fc.assert(
      fc.property(anyJson, fc.constantFrom<Operation>('chat', 'responses'), (value, kind) => {
        const body = shapes[shape]?.(value) as Json
        expect(wire(makeRecord({ ...bodies(body), operation: kind }))).toEqual(body)
      }),
      { numRuns: 100 },
    )
  })

  test('10,000 levels of nesting', () => {
    const body = {
      messages: [{ role: 'user', content: nest(10_000) }],
      tools: [{ type: 'function', function: { parameters: nest(10_000) } }],
    }
    const seen = wire(makeRecord(bodies(body as Json)))
    expect(toJson(seen)).toBe(toJson(body))
  })

  test('`__proto__` as a key is data', () => {
    const body = JSON.parse(
      '{"messages":[{"role":"user","content":[{"type":"x","__proto__":{"polluted":1}}]}],"__proto__":{"polluted":1}}',
    ) as Json
    expect(toJson(wire(makeRecord(bodies(body))))).toBe(toJson(body))
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })
})

test('a record without content, model, times or valid ids is encoded as well', () => {
  const record = makeRecord({
    otel: { trace_id: '0'.repeat(32), span_id: 'not hex', parent_span_id: '0'.repeat(16) },
    started_at: 'soon',
    ended_at: null,
    duration_ms: null,
    server_address: null,
    server_port: null,
    request: { model: null, body: null },
    response: { id: null, model: null, finish_reasons: [], headers: {}, body: null },
  })
  for (const [name, wire] of Object.entries(WIRES)) expect([name, wire(record)]).toEqual([name, null])
})

describe('toJson', () => {
  test('is JSON.stringify for what JSON can say', () => {
    fc.assert(
      fc.property(anyJson, (value) => {
        expect(toJson(value)).toBe(JSON.stringify(value))
      }),
    )
  })

  test('writes deep values as JSON.stringify writes their parts', () => {
    fc.assert(
      fc.property(anyJson, (inner) => {
        let deep: unknown = inner
        for (let level = 0; level < 20_000; level += 1) deep = [deep]
        expect(toJson(deep) === `${'['.repeat(20_000)}${JSON.stringify(inner)}${']'.repeat(20_000)}`).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  test('survives cycles, bigints, undefined and functions', () => {
    const cycle: { [key: string]: unknown } = { big: 10n, none: undefined, call: () => 1, list: [undefined, 2n] }
    cycle.self = cycle
    expect(JSON.parse(toJson(cycle))).toEqual({ big: '10', list: [null, '2'], self: '[circular]' })
    const shared = { x: 1n }
    expect(JSON.parse(toJson([shared, shared]))).toEqual([{ x: '1' }, { x: '1' }])
    expect(toJson(undefined)).toBe('null')
  })
})
