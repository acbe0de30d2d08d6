// Metrics: an OTLP metrics request as protobuf bytes. Pure, worker thread. Field numbers: opentelemetry-proto 1.7, fixtures/wire. Each
// message is written last field first (see protobuf.ts).
import type { Exemplar, HistogramPoint, Metric, MetricsRequest } from './metric-model.ts'
import { eachBackwards, writeAttributes } from './otlp-protobuf.ts'
import { type ProtoWriter, protoWriter } from './protobuf.ts'

/** Writes an ExportMetricsServiceRequest. */
export function encodeMetrics(request: MetricsRequest): Uint8Array {
  const writer = protoWriter()
  eachBackwards(request.resourceMetrics, (group) =>
    writer.message(1, () => {
      eachBackwards(group.scopeMetrics, (scoped) =>
        writer.message(2, () => {
          writer.text(3, scoped.schemaUrl)
          eachBackwards(scoped.metrics, (metric) => writer.message(2, () => writeMetric(writer, metric)))
          writer.message(1, () => {
            writer.text(2, scoped.scope.version)
            writer.text(1, scoped.scope.name)
          })
        }),
      )
      writer.message(1, () => writeAttributes(writer, 1, group.resource.attributes))
    }),
  )
  return writer.finish()
}

function writeMetric(writer: ProtoWriter, { name, description, unit, histogram }: Metric): void {
  writer.message(9, () => {
    writer.varint(2, histogram.aggregationTemporality)
    eachBackwards(histogram.dataPoints, (point) => writer.message(1, () => writePoint(writer, point)))
  })
  writer.text(3, unit)
  writer.text(2, description)
  writer.text(1, name)
}

function writePoint(writer: ProtoWriter, point: HistogramPoint): void {
  writer.double(12, point.max)
  writer.double(11, point.min)
  writeAttributes(writer, 9, point.attributes)
  eachBackwards(point.exemplars, (exemplar) => writer.message(8, () => writeExemplar(writer, exemplar)))
  writer.packed(7, point.explicitBounds, 'double')
  writer.packed(6, point.bucketCounts, 'fixed64')
  writer.double(5, point.sum)
  writer.fixed64(4, BigInt(point.count))
  writer.fixed64(3, BigInt(point.timeUnixNano))
  writer.fixed64(2, BigInt(point.startTimeUnixNano))
}

function writeExemplar(writer: ProtoWriter, exemplar: Exemplar): void {
  if (exemplar.traceId !== undefined) writer.hex(5, exemplar.traceId)
  if (exemplar.spanId !== undefined) writer.hex(4, exemplar.spanId)
  writer.double(3, exemplar.asDouble)
  writer.fixed64(2, BigInt(exemplar.timeUnixNano))
}
