// Attributes that are written as bytes at once are the bytes that a list of them makes, whatever the values.
import { expect, test } from 'vitest'
import { beginBytes } from '../../../src/destinations/attribute-bytes.ts'
import { encodeNeatlogs } from '../../../src/destinations/neatlogs.ts'
import { encodePieces, pieceOf } from '../../../src/destinations/neatlogs-piece.ts'
import { encodeOtlp } from '../../../src/destinations/otlp.ts'
import {
  type AttributeSink,
  asList,
  type MakeAttributes,
  type TraceRequest,
} from '../../../src/destinations/otlp-model.ts'
import { encodeProtobuf } from '../../../src/destinations/otlp-protobuf.ts'
import { pickerOf, randomOf } from '../decode/odd-streams.ts'
import { makeRecord } from './records.ts'

const random = randomOf(14)
const pick = pickerOf(random)
const TEXTS = [
  '',
  'a',
  'gpt-4o',
  'é',
  '日本',
  '🙂',
  '\ud800',
  '\udc00x',
  '\u0000',
  'x'.repeat(47),
  'x'.repeat(200),
  'é–'.repeat(1500),
]
const NUMBERS = [
  0,
  -0,
  1,
  127,
  128,
  300,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 53,
  2 ** 62,
  -1,
  -(2 ** 40),
  1.5,
  NaN,
  Infinity,
  2 ** 64,
]
const VALUES: readonly unknown[] = [...TEXTS, ...NUMBERS, null, undefined, true, false, {}]

function spanOf(made: ReturnType<MakeAttributes>): TraceRequest {
  const span = {
    ...{
      traceId: '0'.repeat(31).concat('1'),
      spanId: '0'.repeat(15).concat('1'),
      name: 'a',
      kind: 3,
      events: [],
      status: {},
    },
    ...{ startTimeUnixNano: '1', endTimeUnixNano: '2' },
    ...made,
  }
  const scopeSpans = [{ scope: { name: 'n', version: '1' }, spans: [span], schemaUrl: 's' }]
  return { resourceSpans: [{ resource: { attributes: [] }, scopeSpans }] }
}

test('any attributes', () => {
  for (let round = 0; round < 300; round++) {
    const steps = Array.from({ length: 20 }, () => {
      const key = pick(['k', 'gen_ai.request.model', 'neatlogs.llm.input_messages.12.content', 'k'.repeat(140)])
      const kind = pick(['string', 'bool', 'int', 'double', 'strings'] as const)
      const value = pick(VALUES)
      const texts = Array.from({ length: Math.floor(random() * 3) }, () => pick(TEXTS))
      return (sink: AttributeSink): void => (kind === 'strings' ? sink.strings(key, texts) : sink[kind](key, value))
    })
    const add = (sink: AttributeSink): void => {
      for (const step of steps) step(sink)
    }
    const atOnce = encodeProtobuf(spanOf(beginBytes()(add, null)))
    expect(Buffer.from(atOnce).equals(encodeProtobuf(spanOf(asList(add, null))))).toBe(true)
  }
})

test('records, several in a batch, to both destinations', () => {
  const records = [
    makeRecord(),
    makeRecord({ id: '0199d8a0-0000-7000-8abc-123456789abd', service: 'ü', tags: ['a', 'é'] }),
  ]
  const own = { resource: [['a', 'b']] as const, droppedCount: 3 }
  const neatlogs = encodeProtobuf(encodeNeatlogs(records, { ...own, make: beginBytes() }))
  expect(Buffer.from(neatlogs).equals(encodeProtobuf(encodeNeatlogs(records, own)))).toBe(true)
  const more = { ...own, content: true, detail: 'full', semconv: 'latest', valueLengthLimit: null } as const
  const otlp = encodeProtobuf(encodeOtlp(records, { ...more, make: beginBytes() }))
  expect(Buffer.from(otlp).equals(encodeProtobuf(encodeOtlp(records, more)))).toBe(true)
})

test('calls that were written before their batch make the same request', () => {
  const otel = makeRecord().otel
  const under = (id: string, name: string | null, parent: string | null) =>
    makeRecord({ id, name, otel: { ...otel, span_id: id.slice(-16).replace('-', '0'), parent_span_id: parent } })
  const failed = {
    type: 'E',
    code: null,
    message: 'no\ud800',
    param: null,
    status: 500,
    stack: 'at é',
  }
  const records = [
    makeRecord(),
    under('0199d8a0-0000-7000-8abc-123456789ab1', 'a flow', '00f067aa0ba902b7'),
    makeRecord({ id: '0199d8a0-0000-7000-8abc-123456789ab2', service: 'ü', tags: ['a', 'é'], user_id: 'u' }),
    under('0199d8a0-0000-7000-8abc-123456789ab3', 'a flow', '00f067aa0ba902b7'),
    under('0199d8a0-0000-7000-8abc-123456789ab4', null, '00f067aa0ba902b7'),
    makeRecord({ id: '0199d8a0-0000-7000-8abc-123456789ab5', status: 'error', error: failed }),
    makeRecord({ id: '0199d8a0-0000-7000-8abc-123456789ab6', request: { model: 'm', body: 'é'.repeat(40_000) } }),
    makeRecord({ id: '0199d8a0-0000-7000-8abc-123456789ab7', metadata: { a: [1] }, user_id: 'é' }),
    // Both large, the one with more in its root than there is room for beside its attributes.
    makeRecord({ id: '0199d8a0-0000-7000-8abc-123456789ab8', metadata: { a: 'é'.repeat(20_000) }, user_id: 'u' }),
    under('0199d8a0-0000-7000-8abc-123456789ab9', 'x'.repeat(30_000), '00f067aa0ba902b8'),
  ]
  const pieces = [...records, ...records].map(pieceOf)
  for (let from = 0; from < records.length; from++) {
    const own = { resource: [['a', 'b']] as const, droppedCount: [0, 1, 300, 2 ** 40][from % 4] as number }
    const whole = encodeProtobuf(encodeNeatlogs(records.slice(from), own))
    const waited = encodeProtobuf(encodePieces(pieces.slice(from, records.length), { ...own, make: beginBytes() }))
    expect(Buffer.from(waited).equals(whole)).toBe(true)
  }
})

test('calls that are the same as the one before but for ids and times, and those that are not', () => {
  const hex = (length: number): string => Array.from({ length }, () => pick([...'0123456789abcdef'])).join('')
  const time = (): string => pick(['0', '7', String(Math.floor(random() * 1e15)), `17${Math.floor(random() * 1e15)}42`])
  const records = Array.from({ length: 200 }, () => {
    const uuid = pick([() => `${hex(8)}-0000-7000-8abc-${hex(12)}`, () => 'no uuid'])()
    const service = pick(['app', 'app', 'app', 'app', 'ü', '', 'x'.repeat(200), '\ud800'])
    const user = pick([null, null, null, null, 'u'])
    return makeRecord({
      ...{ id: uuid, service, name: null, user_id: user, metadata: pick([{}, {}, {}, { a: 1 }]) },
      ...{ trace_id: pick(['s', 's', 's', 's', 't']), started_at: time(), ended_at: pick([time(), time(), null]) },
      otel: { trace_id: hex(32), span_id: hex(16), parent_span_id: pick([null, hex(16), 'f'.repeat(16)]) },
    })
  })
  const own = { resource: [], droppedCount: 0 }
  for (const record of [...records, ...records]) {
    const at = encodeProtobuf(encodePieces([pieceOf(record)], { ...own, make: beginBytes() }))
    expect(Buffer.from(at).equals(encodeProtobuf(encodeNeatlogs([record], own)))).toBe(true)
  }
})
