// The stock OpenTelemetry exporter and ours send to the same sink, which decodes both by the official messages.
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type NeatlogsServer, type ReceivedSpan, startNeatlogs } from '../../../fixtures/servers/neatlogs.mjs'
import { CLOSED_RULES } from '../../../src/destinations/destination.ts'
import { openDestination } from '../../../src/destinations/open.ts'
import { parseOptions } from '../../../src/options/options.ts'
import { makeRecord } from '../../unit/destinations/records.ts'

let server: NeatlogsServer
let stock: ReceivedSpan
let ours: ReceivedSpan

beforeAll(async () => {
  server = await startNeatlogs({ requireKey: false })
  const exporter = new OTLPTraceExporter({ url: `${server.url}/v1/traces` })
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const span = provider.getTracer('stock', '1').startSpan('chat gpt-4o-mini', { kind: 2 })
  // The same names and values that our encoder gives the same call.
  span.setAttributes({
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-4o-mini',
    'gen_ai.request.temperature': 0.5,
    'gen_ai.request.max_tokens': 64,
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.request.stream': true,
  })
  span.setStatus({ code: 2, message: 'no' })
  span.recordException(Object.assign(new Error('no'), { name: 'RateLimitError' }))
  span.end()
  await provider.forceFlush()
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: server.url }
  const destination = await openDestination('otlp', parseOptions(env).options, env)
  const error = {
    type: 'RateLimitError',
    code: null,
    message: 'no',
    param: null,
    status: 429,
    stack: 'RateLimitError: no',
  }
  const request = { model: 'gpt-4o-mini', body: { temperature: 0.5, max_tokens: 64 } }
  await destination.send([makeRecord({ stream: true, status: 'error', http_status: 429, error, request })], {
    droppedCount: 0,
    // The text of an error is the server's: it goes where content was asked for.
    rules: { ...CLOSED_RULES, captureContent: true, otlpContent: true },
  })
  destination.close()
  await provider.shutdown()
  const spans = server.spans()
  stock = spans.find(({ attributes }) => !('neatlogs.record.id' in attributes)) as ReceivedSpan
  ours = spans.find(({ attributes }) => 'neatlogs.record.id' in attributes) as ReceivedSpan
})
afterAll(() => server.close())

test('both are accepted', () => {
  expect(server.requests.map(({ accepted, type, path }) => ({ accepted, type, path }))).toEqual(
    Array(2).fill({ accepted: true, type: 'application/x-protobuf', path: '/v1/traces' }),
  )
})

test('what both say reads the same', () => {
  expect(ours.name).toBe(stock.name)
  // The API counts kinds from 0, the wire from 1.
  expect([ours.kind, stock.kind]).toEqual([3, 3])
  expect(ours.status).toEqual(stock.status)
  expect(ours.attributes).toMatchObject(stock.attributes)
  expect(ours.events[0]?.attributes['exception.type']).toBe(stock.events[0]?.attributes['exception.type'])
  expect(Object.keys(ours.resource ?? {})).toEqual(expect.arrayContaining(Object.keys(stock.resource ?? {})))
})
