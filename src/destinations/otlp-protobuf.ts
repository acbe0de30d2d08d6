// Deliver: an OTLP trace request as protobuf bytes, and its answer back. Pure, worker thread. Field numbers: opentelemetry-proto 1.7,
// fixtures/wire/opentelemetry. Each message is written last field first (see protobuf.ts), so its fields come out in order.
import type {
  Attribute,
  AttributeValue,
  PartialSuccess,
  ResourceSpans,
  Span,
  SpanEvent,
  SpanLink,
  TraceRequest,
} from './otlp-model.ts'
import { type ProtoWriter, protoWriter, readFields } from './protobuf.ts'

/** Writes an ExportTraceServiceRequest. Lone surrogates become U+FFFD, as UTF-8 has no form for them. */
export function encodeProtobuf(request: TraceRequest): Uint8Array {
  const writer = protoWriter()
  eachBackwards(request.resourceSpans, (group) => writer.message(1, () => writeResourceSpans(writer, group)))
  return writer.finish()
}

/** Reads `partial_success` of an ExportTraceServiceResponse; null when there is none. */
export function decodeProtobufAnswer(bytes: Uint8Array): PartialSuccess | null {
  const partial = readFields(bytes).find((entry) => entry.field === 1)?.value
  if (!(partial instanceof Uint8Array)) return null
  let rejectedSpans = 0
  let errorMessage = ''
  for (const { field, value } of readFields(partial)) {
    if (field === 1 && typeof value === 'bigint') rejectedSpans = Number(BigInt.asIntN(64, value))
    if (field === 2 && value instanceof Uint8Array) errorMessage = Buffer.from(value).toString()
  }
  return { rejectedSpans, errorMessage }
}

function writeResourceSpans(writer: ProtoWriter, group: ResourceSpans): void {
  eachBackwards(group.scopeSpans, (scoped) =>
    writer.message(2, () => {
      writer.text(3, scoped.schemaUrl)
      eachBackwards(scoped.spans, (span) => writer.message(2, () => writeSpan(writer, span)))
      writer.message(1, () => {
        writer.text(2, scoped.scope.version)
        writer.text(1, scoped.scope.name)
      })
    }),
  )
  writer.message(1, () => writeAttributes(writer, 1, group.resource.attributes))
}

function writeSpan(writer: ProtoWriter, span: Span): void {
  writer.message(15, () => {
    if (span.status.code !== undefined) writer.varint(3, span.status.code)
    if (span.status.message !== undefined) writer.text(2, span.status.message)
  })
  eachBackwards(span.links ?? [], (link) => writer.message(13, () => writeLink(writer, link)))
  eachBackwards(span.events, (event) => writer.message(11, () => writeEvent(writer, event)))
  writeAttributes(writer, 9, span.attributes)
  writer.fixed64(8, BigInt(span.endTimeUnixNano))
  writer.fixed64(7, BigInt(span.startTimeUnixNano))
  writer.varint(6, span.kind)
  writer.text(5, span.name)
  if (span.parentSpanId !== undefined) writer.hex(4, span.parentSpanId)
  writer.hex(2, span.spanId)
  writer.hex(1, span.traceId)
}

function writeEvent(writer: ProtoWriter, event: SpanEvent): void {
  writeAttributes(writer, 3, event.attributes)
  writer.text(2, event.name)
  writer.fixed64(1, BigInt(event.timeUnixNano))
}

function writeLink(writer: ProtoWriter, link: SpanLink): void {
  writeAttributes(writer, 4, link.attributes)
  writer.hex(2, link.spanId)
  writer.hex(1, link.traceId)
}

function writeAttributes(writer: ProtoWriter, field: number, attributes: readonly Attribute[]): void {
  eachBackwards(attributes, (attribute) =>
    writer.message(field, () => {
      writer.message(2, () => writeValue(writer, attribute.value))
      writer.text(1, attribute.key)
    }),
  )
}

function writeValue(writer: ProtoWriter, value: AttributeValue): void {
  if ('stringValue' in value) writer.text(1, value.stringValue)
  else if ('boolValue' in value) writer.varint(2, value.boolValue ? 1 : 0)
  else if ('intValue' in value) writer.varint(3, BigInt(value.intValue))
  else if ('doubleValue' in value) writer.double(4, value.doubleValue)
  else {
    const { values } = value.arrayValue
    writer.message(5, () => eachBackwards(values, (entry) => writer.message(1, () => writeValue(writer, entry))))
  }
}

function eachBackwards<Entry>(entries: readonly Entry[], visit: (entry: Entry) => void): void {
  for (let index = entries.length - 1; index >= 0; index -= 1) visit(entries[index] as Entry)
}
