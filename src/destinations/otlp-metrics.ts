// Metrics: an OTLP metrics request as protobuf bytes. Pure, worker thread. Field numbers: opentelemetry-proto 1.7, fixtures/wire. Each
// message is written last field first (see protobuf.ts).
import type { Exemplar, HistogramPoint, Metric, MetricsRequest } from './metric-model.ts'
import { eachBackwards, writeAttributes } from './otlp-protobuf.ts'
import { ProtoWriter } from './protobuf.ts'

/** Writes an ExportMetricsServiceRequest. */
export function encodeMetrics(request: MetricsRequest): Uint8Array {
  const writer = new ProtoWriter()
  eachBackwards(request.resourceMetrics, writeResource, writer)
  return writer.finish()
}

function writeResource(group: MetricsRequest['resourceMetrics'][number], writer: ProtoWriter): void {
  const end = writer.mark()
  eachBackwards(group.scopeMetrics, writeScope, writer)
  const resourceEnd = writer.mark()
  writeAttributes(writer, 1, group.resource.attributes)
  writer.close(1, resourceEnd)
  writer.close(1, end)
}

function writeScope(
  { scope, metrics, schemaUrl }: MetricsRequest['resourceMetrics'][number]['scopeMetrics'][number],
  writer: ProtoWriter,
): void {
  const end = writer.mark()
  writer.text(3, schemaUrl)
  eachBackwards(metrics, writeMetric, writer)
  const scopeEnd = writer.mark()
  writer.text(2, scope.version)
  writer.text(1, scope.name)
  writer.close(1, scopeEnd)
  writer.close(2, end)
}

function writeMetric({ name, description, unit, histogram }: Metric, writer: ProtoWriter): void {
  const end = writer.mark()
  const histogramEnd = writer.mark()
  writer.varint(2, histogram.aggregationTemporality)
  eachBackwards(histogram.dataPoints, writePoint, writer)
  writer.close(9, histogramEnd)
  writer.text(3, unit)
  writer.text(2, description)
  writer.text(1, name)
  writer.close(2, end)
}

function writePoint(point: HistogramPoint, writer: ProtoWriter): void {
  const end = writer.mark()
  writer.double(12, point.max)
  writer.double(11, point.min)
  writeAttributes(writer, 9, point.attributes)
  eachBackwards(point.exemplars, writeExemplar, writer)
  writer.packed(7, point.explicitBounds, 'double')
  writer.packed(6, point.bucketCounts, 'fixed64')
  writer.double(5, point.sum)
  writer.fixed64(4, point.count)
  writer.fixed64(3, point.timeUnixNano)
  writer.fixed64(2, point.startTimeUnixNano)
  writer.close(1, end)
}

function writeExemplar(exemplar: Exemplar, writer: ProtoWriter): void {
  const end = writer.mark()
  if (exemplar.traceId !== undefined) writer.hex(5, exemplar.traceId)
  if (exemplar.spanId !== undefined) writer.hex(4, exemplar.spanId)
  writer.double(3, exemplar.asDouble)
  writer.fixed64(2, exemplar.timeUnixNano)
  writer.close(8, end)
}
