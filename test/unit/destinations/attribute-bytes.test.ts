// Attributes that are written as bytes at once are the bytes that a list of them makes, whatever the values.
import { expect, test } from 'vitest'
import { withBytes } from '../../../src/destinations/attribute-bytes.ts'
import { encodeNeatlogs } from '../../../src/destinations/neatlogs.ts'
import { encodeOtlp } from '../../../src/destinations/otlp.ts'
import {
  type AttributeSink,
  asList,
  type MakeAttributes,
  type TraceRequest,
} from '../../../src/destinations/otlp-model.ts'
import { encodeProtobuf } from '../../../src/destinations/otlp-protobuf.ts'
import { randomOf } from '../decode/odd-streams.ts'
import { makeRecord } from './records.ts'

const random = randomOf(14)
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
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
    const atOnce = withBytes((make) => encodeProtobuf(spanOf(make(add))))
    expect(Buffer.from(atOnce).equals(encodeProtobuf(spanOf(asList(add))))).toBe(true)
  }
})

test('records, several in a batch, to both destinations', () => {
  const records = [
    makeRecord(),
    makeRecord({ id: '0199d8a0-0000-7000-8abc-123456789abd', service: 'ü', tags: ['a', 'é'] }),
  ]
  const own = { resource: [['a', 'b']] as const, droppedCount: 3 }
  const neatlogs = withBytes((make) => encodeProtobuf(encodeNeatlogs(records, { ...own, make })))
  expect(Buffer.from(neatlogs).equals(encodeProtobuf(encodeNeatlogs(records, own)))).toBe(true)
  const more = { ...own, content: true, detail: 'full', semconv: 'latest', valueLengthLimit: null } as const
  const otlp = withBytes((make) => encodeProtobuf(encodeOtlp(records, { ...more, make })))
  expect(Buffer.from(otlp).equals(encodeProtobuf(encodeOtlp(records, more)))).toBe(true)
})
