import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeTraces, encodeTracesResponse } from '../../../fixtures/servers/neatlogs/otlp.mjs'
import { decodeProtobufAnswer } from '../../../src/destinations/otlp-answer.ts'
import { decodeJsonAnswer, encodeJson } from '../../../src/destinations/otlp-json.ts'
import type { Attribute, AttributeValue, Span, TraceRequest } from '../../../src/destinations/otlp-model.ts'
import { encodeProtobuf } from '../../../src/destinations/otlp-protobuf.ts'
import { writeDigits } from '../../../src/destinations/protobuf.ts'

/** Not empty where proto3 leaves a default out. */
const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 300 })
const anyText = fc.string({ unit: 'binary', maxLength: 300 })
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
const time = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map(String)
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)
const value: fc.Arbitrary<AttributeValue> = fc.oneof(
  anyText.map((stringValue) => ({ stringValue })),
  fc.boolean().map((boolValue) => ({ boolValue })),
  int64.map((intValue) => ({ intValue })),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((doubleValue) => ({ doubleValue })),
  fc.array(anyText, { minLength: 1, maxLength: 3 }).map((texts) => ({
    arrayValue: { values: texts.map((stringValue) => ({ stringValue })) },
  })),
)
const attributes: fc.Arbitrary<Attribute[]> = fc.array(fc.record({ key: text, value }), { minLength: 1, maxLength: 5 })
const span: fc.Arbitrary<Span> = fc.record(
  {
    traceId: hex(32),
    spanId: hex(16),
    parentSpanId: hex(16),
    name: text,
    kind: fc.constantFrom(1, 3),
    startTimeUnixNano: time,
    endTimeUnixNano: time,
    attributes,
    events: fc.array(fc.record({ timeUnixNano: time, name: text, attributes }), { minLength: 1, maxLength: 2 }),
    status: fc.record({ code: fc.constant(2), message: text }),
  },
  {
    requiredKeys: [
      'traceId',
      'spanId',
      'name',
      'kind',
      'startTimeUnixNano',
      'endTimeUnixNano',
      'attributes',
      'events',
      'status',
    ],
  },
)
const request: fc.Arbitrary<TraceRequest> = fc.record({
  resourceSpans: fc.array(
    fc.record({
      resource: fc.record({ attributes }),
      scopeSpans: fc.array(
        fc.record({
          scope: fc.record({ name: text, version: text }),
          spans: fc.array(span, { minLength: 1, maxLength: 3 }),
          schemaUrl: text,
        }),
        { minLength: 1, maxLength: 2 },
      ),
    }),
    { minLength: 1, maxLength: 2 },
  ),
})

describe('the protobuf encoder', () => {
  test('writes what the official messages read back, field by field', () => {
    fc.assert(
      fc.property(request, (message) => {
        expect(decodeTraces(Buffer.from(encodeProtobuf(message)))).toEqual(message)
      }),
      { numRuns: 200 },
    )
  })

  test('writes negative and 64-bit integers, long texts and many spans', () => {
    const long = 'ä'.repeat(200_000)
    const one: Span = {
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      name: long,
      kind: 3,
      startTimeUnixNano: '18446744073709551615',
      endTimeUnixNano: '1',
      attributes: ['-1', '-9223372036854775808', '9223372036854775807', '0'].map((intValue) => ({
        key: 'n',
        value: { intValue },
      })),
      events: [],
      status: { code: 2 },
    }
    const spans = Array.from({ length: 50 }, () => one)
    const message: TraceRequest = {
      resourceSpans: [
        {
          resource: { attributes: [] },
          scopeSpans: [{ scope: { name: 'neatlogs', version: '1' }, spans, schemaUrl: 'u' }],
        },
      ],
    }
    const decoded = decodeTraces(Buffer.from(encodeProtobuf(message))) as TraceRequest
    const read = decoded.resourceSpans[0]?.scopeSpans[0]?.spans ?? []
    expect(read).toHaveLength(50)
    expect(read[49]).toEqual({ ...one, events: undefined })
  })

  test('replaces lone surrogates, in protobuf and in JSON', () => {
    const message = {
      resourceSpans: [
        { resource: { attributes: [{ key: 'k', value: { stringValue: 'a\ud800b💥' } }] }, scopeSpans: [] },
      ],
    }
    const expected = { key: 'k', value: { stringValue: 'a\ufffdb💥' } }
    expect(JSON.stringify(decodeTraces(Buffer.from(encodeProtobuf(message))))).toContain(JSON.stringify(expected))
    expect(Buffer.from(encodeJson(message)).toString()).toContain(JSON.stringify(expected))
  })
})

describe('the answer', () => {
  const answers = [
    { rejectedSpans: 3, errorMessage: 'bad spans' },
    { rejectedSpans: 0, errorMessage: 'nearly' },
    { rejectedSpans: 5_000_000_000, errorMessage: '' },
  ]
  test.each(answers)('partial success %j is read from protobuf and JSON', (partialSuccess) => {
    expect(decodeProtobufAnswer(encodeTracesResponse({ partialSuccess }))).toEqual(partialSuccess)
    const json = { partialSuccess: { ...partialSuccess, rejectedSpans: String(partialSuccess.rejectedSpans) } }
    expect(decodeJsonAnswer(Buffer.from(JSON.stringify(json)))).toEqual(partialSuccess)
  })

  test('anything else is no partial success, and nothing is thrown', () => {
    for (const text of ['', '{}', 'null', '[]', '<html>', '{"partialSuccess":7}']) {
      expect(decodeJsonAnswer(Buffer.from(text))).toBeNull()
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        decodeProtobufAnswer(bytes)
      }),
    )
    expect(decodeProtobufAnswer(new Uint8Array())).toBeNull()
  })
})

test('what repeats from span to span is copied, each under its own type and value', () => {
  const values: readonly AttributeValue[] = [
    { stringValue: '1' },
    { intValue: '1' },
    { boolValue: true },
    { doubleValue: 1 },
    { doubleValue: 0 },
    { doubleValue: -0 },
    { intValue: '-5' },
    { intValue: '4294967296' },
    { stringValue: 'é'.repeat(30) },
    { stringValue: 'long '.repeat(40) },
  ]
  const spans = values.flatMap((value) => Array.from({ length: 4 }, () => ({ key: 'same', value })))
  const bare = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name: 'n', kind: 3, events: [], status: {} }
  const times = { startTimeUnixNano: '1', endTimeUnixNano: '2' }
  const message: TraceRequest = {
    resourceSpans: [
      {
        resource: { attributes: [] },
        scopeSpans: [
          {
            scope: { name: 's', version: '1' },
            spans: spans.map((attribute) => ({ ...bare, ...times, attributes: [attribute] })),
            schemaUrl: 'u',
          },
        ],
      },
    ],
  }
  const decoded = decodeTraces(Buffer.from(encodeProtobuf(message))) as TraceRequest
  const read = decoded.resourceSpans[0]?.scopeSpans[0]?.spans.map(({ attributes }) => attributes[0]?.value)
  expect(read).toEqual(spans.map(({ value }) => value))
})

test('numbers of any length are written as their 64 bits', () => {
  const digits = fc
    .integer({ min: 1, max: 20 })
    .chain((length) => fc.bigInt({ min: 0n, max: 10n ** BigInt(length) - 1n }))
  const expected = Buffer.alloc(8)
  const written = Buffer.alloc(8)
  fc.assert(
    fc.property(digits, (number) => {
      expected.writeBigUInt64LE(BigInt.asUintN(64, number))
      writeDigits(written, 0, number.toString())
      expect(written.equals(expected)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})
