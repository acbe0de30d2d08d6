// The same measurements by the stock SDK, its serializers and our own encoder, read back by the official messages.
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { expect, test } from 'vitest'
import { decodeMetrics, pointsOf } from '../../../fixtures/servers/neatlogs/otlp.mjs'
import { factsOf, measurementsOf } from '../../../src/destinations/metric-facts.ts'
import { CUMULATIVE, DELTA, type Temporality } from '../../../src/destinations/metric-model.ts'
import { openStore } from '../../../src/destinations/metric-store.ts'
import { METRIC_TABLE } from '../../../src/destinations/metric-table.ts'
import { openMeter } from '../../../src/destinations/otlp-meter.ts'
import { encodeMetrics } from '../../../src/destinations/otlp-metrics.ts'
import type { CallRecord } from '../../../src/record.ts'
import { makeFailure, makeRecord } from './records.ts'

const RECORDS: readonly CallRecord[] = [
  makeRecord(),
  makeRecord({ id: 'b', duration_ms: 0.01, usage: { ...makeRecord().usage, input_tokens: 4, output_tokens: 5 } }),
  makeRecord({ id: 'c', duration_ms: 81_920, stream: true, time_to_first_token_ms: 10, chunk_count: 11 }),
  makeRecord({ id: 'd', duration_ms: 500_000, stream: true, time_to_first_token_ms: 20, chunk_count: 1 }),
  makeFailure({ id: 'e', duration_ms: 40 }),
]
const RESOURCE = { 'service.name': 'shop' }
const ATTRIBUTES = [{ key: 'service.name', value: { stringValue: 'shop' } }]

function plain(attributes: readonly { readonly key: string; readonly value: object }[]) {
  return Object.fromEntries(
    attributes.map(({ key, value }) => {
      const [type, one] = Object.entries(value)[0] as [string, string | number]
      return [key, type === 'intValue' ? Number(one) : one]
    }),
  )
}

async function stock(records: readonly CallRecord[], temporality: AggregationTemporality) {
  const exporter = new InMemoryMetricExporter(temporality)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
  const provider = new MeterProvider({ readers: [reader], resource: resourceFromAttributes(RESOURCE) })
  const meter = provider.getMeter('neatlogs', '1')
  for (const record of records) {
    for (const { instrument, attributes, value, count } of measurementsOf(factsOf(record) as never)) {
      const { name, unit, description, bounds } = instrument
      const advice = { explicitBucketBoundaries: [...bounds] }
      const histogram = meter.createHistogram(name, { unit, description, advice })
      for (let time = 0; time < count; time++) histogram.record(value, plain(attributes))
    }
  }
  await provider.forceFlush()
  const [metrics] = exporter.getMetrics()
  await provider.shutdown()
  return metrics as NonNullable<typeof metrics>
}

function ours(records: readonly CallRecord[], temporality: Temporality) {
  const store = openStore(temporality, 'trace_based')
  for (const record of records) {
    const facts = factsOf(record)
    if (facts !== null) store.add(ATTRIBUTES, facts, 1_000n)
  }
  return store
}

/** What does not hang on the clock. */
const timeless = (message: unknown) =>
  pointsOf(message)
    .map(({ start, end, exemplars, scope, schemaUrl, sum, ...rest }) => ({ ...rest, sum: sum.toFixed(6) }))
    .sort((a, b) => (JSON.stringify([a.name, a.attributes]) < JSON.stringify([b.name, b.attributes]) ? -1 : 1))

test.each([
  [DELTA, AggregationTemporality.DELTA],
  [CUMULATIVE, AggregationTemporality.CUMULATIVE],
] as const)('temporality %d: the same points as the stock SDK, protobuf and JSON', async (own, theirs) => {
  const metrics = await stock(RECORDS, theirs)
  const request = ours(RECORDS, own).take(2_000n)?.request as never
  const mine = timeless(decodeMetrics(encodeMetrics(request)))
  expect(mine).toEqual(timeless(decodeMetrics(ProtobufMetricsSerializer.serializeRequest(metrics) as Uint8Array)))
  const json = JSON.parse(Buffer.from(JsonMetricsSerializer.serializeRequest(metrics) as Uint8Array).toString())
  expect(timeless(request)).toEqual(timeless(json))
  expect(mine).toHaveLength(6)
})

test('delta begins where the last one ended, cumulative where all began; what did not arrive comes again', () => {
  for (const temporality of [DELTA, CUMULATIVE] as const) {
    const store = ours(RECORDS.slice(0, 1), temporality)
    const of = (now: bigint) => {
      const taken = store.take(now)
      const [point] = taken === null ? [] : pointsOf(decodeMetrics(encodeMetrics(taken.request)))
      return {
        taken,
        count: point?.count ?? 0,
        start: point?.start,
        end: point?.end,
        examples: point?.exemplars.length,
      }
    }
    const first = of(2_000n)
    expect(first).toMatchObject({ count: 1, start: '999', end: '2000', examples: 1 })
    first.taken?.undo()
    expect(of(3_000n)).toMatchObject({ count: 1, start: '999', end: '3000' })
    store.add(ATTRIBUTES, factsOf(RECORDS[1] as CallRecord) as never, 3_500n)
    expect(of(4_000n)).toMatchObject(
      temporality === DELTA ? { count: 1, start: '3000', end: '4000' } : { count: 2, start: '999', end: '4000' },
    )
    expect(of(5_000n).count).toBe(temporality === DELTA ? 0 : 2)
  }
})

test('many attribute sets are counted together, so that memory stays flat', () => {
  const store = openStore(DELTA, 'always_off')
  for (let at = 0; at < 2500; at++) {
    const record = makeRecord({ id: String(at), response: { ...makeRecord().response, model: `m${at}` } })
    store.add(ATTRIBUTES, factsOf(record) as never, 0n)
  }
  const points = pointsOf(decodeMetrics(encodeMetrics(store.take(1n)?.request as never)))
  const durations = points.filter(({ name }) => name.endsWith('.duration'))
  expect(durations).toHaveLength(2000)
  expect(durations.find(({ attributes }) => attributes['otel.metric.overflow'] === true)?.count).toBe(501)
  expect(durations.reduce((sum, { count }) => sum + count, 0)).toBe(2500)
  expect(points.flatMap(({ exemplars }) => exemplars)).toEqual([])
})

test('what is measured of which call', () => {
  const names = (over: Parameters<typeof makeRecord>[0]) =>
    measurementsOf(factsOf(makeRecord(over)) as never).map(({ instrument }) => instrument.name.split('.').at(-1))
  expect(names({})).toEqual(['duration', 'usage', 'usage'])
  expect(names({ status: 'incomplete' })).toEqual(['usage', 'usage'])
  expect(names({ stream: true, time_to_first_token_ms: 5, chunk_count: 3 })).toEqual([
    'duration',
    'usage',
    'usage',
    'time_to_first_chunk',
    'time_per_output_chunk',
  ])
  expect(factsOf(makeRecord({ operation: 'other' }))).toBeNull()
  const canary = makeRecord({ request: { model: 'm', body: { messages: [{ role: 'user', content: 'CANARY' }] } } })
  expect(JSON.stringify(factsOf(canary))).not.toContain('CANARY')
})

test('an exemplar points to the span that is sent', () => {
  const request = ours([makeRecord(), makeFailure({ id: 'x' })], DELTA).take(2_000n)?.request as never
  const examples = pointsOf(decodeMetrics(encodeMetrics(request))).flatMap(({ exemplars }) => exemplars)
  expect(examples[0]).toMatchObject({ traceId: '5b8efff798038103d269b633813fc60c', spanId: 'eee19b7ec3c1b174' })
  const unsampled = makeRecord({ otel: { ...makeRecord().otel, sampled: false } })
  expect(factsOf(unsampled)?.span).toBeNull()
})

test('the variables: on where an address is set or implied, each bad value is said once', () => {
  const at = (env: { readonly [name: string]: string }) => {
    const meter = openMeter(env)
    meter?.close()
    return meter === null ? null : `${meter.address} ${meter.intervalMs} ${meter.isRepeated}`
  }
  expect(at({})).toBe('http://localhost:4318/v1/metrics 60000 true')
  expect(at({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c/base' })).toBe('http://c/base/v1/metrics 60000 true')
  const exact = { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://m/x', OTEL_METRIC_EXPORT_INTERVAL: '5' }
  expect(at({ ...exact, OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'LowMemory' })).toBe('http://m/x 5 false')
  const traces = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://t/v1/traces' }
  expect(at(traces)).toBeNull()
  expect(at({ ...traces, OTEL_METRICS_EXPORTER: 'otlp' })).toBe('http://localhost:4318/v1/metrics 60000 true')
  expect(at({ OTEL_METRICS_EXPORTER: 'none' })).toBeNull()
  expect(at({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317' })).toMatch(/^http:\/\/c:4317\/.*MetricsService\/Export /)
  for (const { env, kind } of METRIC_TABLE) {
    if (kind === 'string') continue
    const meter = openMeter({ [env]: 'nonsense' })
    expect(meter?.warnings).toEqual([expect.stringContaining(env)])
    meter?.close()
  }
})
