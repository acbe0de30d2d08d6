// How much a span may hold, by the variables of the OpenTelemetry specification: what was added first stays, what was left out is counted.
import { describe, expect, test } from 'vitest'
import { decodeTraces } from '../../../fixtures/servers/neatlogs/otlp.mjs'
import { spanCounts } from '../../../src/destinations/otel-pairs.ts'
import type { Span } from '../../../src/destinations/otlp-model.ts'
import { encodeProtobuf } from '../../../src/destinations/otlp-protobuf.ts'
import { limitSpan } from '../../../src/destinations/span-limits.ts'
import { rulesOf } from '../../../src/shipper/rules.ts'

const attributes = ['a', 'b', 'c'].map((key) => ({ key, value: { stringValue: `${key}💥${key}` } }))
const span: Span = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  name: 'chat',
  kind: 3,
  startTimeUnixNano: '1',
  endTimeUnixNano: '2',
  attributes,
  events: ['exception', 'later'].map((name) => ({ timeUnixNano: '1', name, attributes })),
  links: [1, 2].map(() => ({ traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), attributes })),
  status: { code: 2, message: 'it failed' },
}

describe('the variables', () => {
  test('say nothing unless they are set', () => {
    expect(spanCounts({})).toBeNull()
    expect(spanCounts({ OTEL_ATTRIBUTE_COUNT_LIMIT: ' ', OTEL_SPAN_EVENT_COUNT_LIMIT: 'x' })).toBeNull()
  })

  test('the general one holds where no other does', () => {
    const env = {
      OTEL_ATTRIBUTE_COUNT_LIMIT: '9',
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '2',
      OTEL_SPAN_EVENT_COUNT_LIMIT: '0',
    }
    expect(spanCounts(env)).toEqual({ attributes: 2, events: 0, eventAttributes: 9, linkAttributes: 9 })
  })

  test('travel with the lane, and what is odd in it is none', () => {
    const rules = { counts: { attributes: 2, events: -1, links: 'x' } }
    expect(rulesOf({ rules: rules as never }).counts).toEqual({ attributes: 2 })
    expect(rulesOf({ rules: {} as never })).not.toHaveProperty('counts')
  })
})

test('without limits the span is what it was', () => {
  expect(limitSpan(span, null)).toEqual(span)
})

test('a span within its limits tells on the wire what was left out', () => {
  const counts = { attributes: 2, events: 1, links: 1, eventAttributes: 1, linkAttributes: 0 }
  const limited = limitSpan(span, 3, counts)
  expect(limited.status.message).toBe('it ')
  const request = { resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [scopeOf(limited)] }] }
  const { resourceSpans } = decodeTraces(Buffer.from(encodeProtobuf(request))) as typeof request
  const [read] = resourceSpans[0]?.scopeSpans[0]?.spans ?? []
  expect(read).toMatchObject({
    attributes: [
      { key: 'a', value: { stringValue: 'a💥' } },
      { key: 'b', value: { stringValue: 'b💥' } },
    ],
    droppedAttributesCount: 1,
    events: [{ name: 'exception', attributes: [{ key: 'a' }], droppedAttributesCount: 2 }],
    droppedEventsCount: 1,
    links: [{ droppedAttributesCount: 3 }],
    droppedLinksCount: 1,
  })
})

function scopeOf(one: Span) {
  return { scope: { name: 'neatlogs', version: '0' }, spans: [one], schemaUrl: '' }
}
