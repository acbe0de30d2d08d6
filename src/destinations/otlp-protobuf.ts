// Deliver: an OTLP trace request as protobuf bytes. Pure, worker thread. Field numbers: opentelemetry-proto 1.7,
// fixtures/wire/opentelemetry. Each message is written last field first (see protobuf.ts), so its fields come out in order.
import { requestMemory } from './kept-bytes.ts'
import type {
  Attribute,
  AttributeValue,
  ResourceSpans,
  ScopeSpans,
  Span,
  SpanEvent,
  SpanLink,
  TraceRequest,
  WrittenSpan,
} from './otlp-model.ts'
import { ProtoWriter } from './protobuf.ts'

/** Ids, times, name, status; tags, lengths and a number. */
const BYTES_PER_SPAN = 200
const BYTES_PER_ATTRIBUTE = 24
const NO_LINKS: readonly SpanLink[] = []

/** Writes an ExportTraceServiceRequest. Lone surrogates become U+FFFD, as UTF-8 has no form for them. */
export function encodeProtobuf(request: TraceRequest<Span | WrittenSpan>): Uint8Array {
  const writer = new ProtoWriter(requestMemory(expectedBytes(request)))
  for (let index = request.resourceSpans.length - 1; index >= 0; index -= 1) {
    writeResourceSpans(writer, request.resourceSpans[index] as ResourceSpans<Span | WrittenSpan>)
  }
  return writer.finish()
}

/** Writes a span as the field of its request that it is. */
export function writeResourceSpans(writer: ProtoWriter, group: ResourceSpans<Span | WrittenSpan>): void {
  const end = writer.mark()
  for (let index = group.scopeSpans.length - 1; index >= 0; index -= 1) {
    writeScopeSpans(writer, group.scopeSpans[index] as ScopeSpans<Span | WrittenSpan>)
  }
  const resourceEnd = writer.mark()
  writeAttributes(writer, 1, group.resource.attributes)
  writer.close(1, resourceEnd)
  writer.close(1, end)
}

function writeScopeSpans(writer: ProtoWriter, { scope, spans, schemaUrl }: ScopeSpans<Span | WrittenSpan>): void {
  const end = writer.mark()
  writer.text(3, schemaUrl)
  for (let index = spans.length - 1; index >= 0; index -= 1) {
    const span = spans[index] as Span | WrittenSpan
    if ('written' in span) writer.copy(span.written.shared.memory, span.written.begin, span.written.end)
    else writeSpan(writer, span)
  }
  const scopeEnd = writer.mark()
  writer.text(2, scope.version)
  writer.text(1, scope.name)
  writer.close(1, scopeEnd)
  writer.close(2, end)
}

/** Writes a span as the field of its request that it is. */
export function writeSpan(writer: ProtoWriter, span: Span): void {
  const end = writer.mark()
  writeSpanEnd(writer, span)
  if (span.encoded !== undefined) writer.raw(span.encoded)
  writeSpanBegin(writer, span)
  writer.close(2, end)
}

/** What stands behind a span's encoded attributes. */
function writeSpanEnd(writer: ProtoWriter, span: Span): void {
  const end = writer.mark()
  if (span.status.code !== undefined) writer.varint(3, span.status.code)
  if (span.status.message !== undefined) writer.text(2, span.status.message)
  writer.close(15, end)
  writeCount(writer, 14, span.droppedLinksCount)
  eachBackwards(span.links ?? NO_LINKS, writeLink, writer)
  writeCount(writer, 12, span.droppedEventsCount)
  eachBackwards(span.events, writeEvent, writer)
  writeCount(writer, 10, span.droppedAttributesCount)
}

/** What stands before them. */
function writeSpanBegin(writer: ProtoWriter, span: Span): void {
  writeAttributes(writer, 9, span.attributes)
  writer.fixed64(8, span.endTimeUnixNano)
  writer.fixed64(7, span.startTimeUnixNano)
  writer.varint(6, span.kind)
  writer.text(5, span.name)
  if (span.parentSpanId !== undefined) writer.hex(4, span.parentSpanId)
  writer.hex(2, span.spanId)
  writer.hex(1, span.traceId)
}

function writeEvent(event: SpanEvent, writer: ProtoWriter): void {
  const end = writer.mark()
  writeCount(writer, 4, event.droppedAttributesCount)
  writeAttributes(writer, 3, event.attributes)
  writer.text(2, event.name)
  writer.fixed64(1, event.timeUnixNano)
  writer.close(11, end)
}

function writeLink(link: SpanLink, writer: ProtoWriter): void {
  const end = writer.mark()
  writeCount(writer, 5, link.droppedAttributesCount)
  writeAttributes(writer, 4, link.attributes)
  writer.hex(2, link.spanId)
  writer.hex(1, link.traceId)
  writer.close(13, end)
}

function writeCount(writer: ProtoWriter, field: number, count: number | undefined): void {
  if (count !== undefined) writer.varint(field, count)
}

/** Writes a list of attributes, each as one field. */
export function writeAttributes(writer: ProtoWriter, field: number, attributes: readonly Attribute[]): void {
  for (let index = attributes.length - 1; index >= 0; index -= 1) {
    writeAttribute(writer, field, attributes[index] as Attribute)
  }
}

function writeAttribute(writer: ProtoWriter, field: number, { key, value }: Attribute): void {
  const end = writer.mark()
  writeValue(writer, value)
  writer.close(2, end)
  writer.text(1, key)
  writer.close(field, end)
}

const MINUS = 45

function writeValue(writer: ProtoWriter, value: AttributeValue): void {
  if ('stringValue' in value) writer.text(1, value.stringValue)
  else if ('boolValue' in value) writer.varint(2, value.boolValue ? 1 : 0)
  else if ('intValue' in value) writer.varint(3, intOf(value.intValue))
  else if ('doubleValue' in value) writer.double(4, value.doubleValue)
  else {
    const end = writer.mark()
    eachBackwards(value.arrayValue.values, writeEntry, writer)
    writer.close(5, end)
  }
}

function writeEntry(entry: AttributeValue, writer: ProtoWriter): void {
  const end = writer.mark()
  writeValue(writer, entry)
  writer.close(1, end)
}

/** A number where the writer takes one: up to nine digits without a sign. */
function intOf(text: string): number | bigint {
  return text.length < 10 && text.charCodeAt(0) !== MINUS ? Number(text) : BigInt(text)
}

/** About what the request will take: its texts, and their names. One that is not ASCII takes more, and the writer grows. */
function expectedBytes({ resourceSpans }: TraceRequest<Span | WrittenSpan>): number {
  let count = BYTES_PER_SPAN
  for (const { scopeSpans } of resourceSpans) {
    for (const { spans } of scopeSpans) for (const span of spans) count += expectedOf(span)
  }
  return count + Math.ceil(count / 16)
}

function expectedOf(span: Span | WrittenSpan): number {
  return 'written' in span
    ? span.written.end - span.written.begin
    : sizeOf(span.attributes) + (span.encoded?.length ?? 0)
}

function sizeOf(attributes: readonly Attribute[]): number {
  let count = BYTES_PER_SPAN
  for (const { key, value } of attributes)
    count += key.length + ('stringValue' in value ? value.stringValue.length : 0) + BYTES_PER_ATTRIBUTE
  return count
}

/** Visits the last entry first, as the writer wants it. */
export function eachBackwards<Entry>(
  entries: readonly Entry[],
  visit: (entry: Entry, writer: ProtoWriter) => void,
  writer: ProtoWriter,
): void {
  for (let index = entries.length - 1; index >= 0; index -= 1) visit(entries[index] as Entry, writer)
}
