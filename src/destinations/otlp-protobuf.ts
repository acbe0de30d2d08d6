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

/** Ids, times, name, status; tags, lengths and a number. */
const BYTES_PER_SPAN = 200
const BYTES_PER_ATTRIBUTE = 24

/** Writes an ExportTraceServiceRequest. Lone surrogates become U+FFFD, as UTF-8 has no form for them. */
export function encodeProtobuf(request: TraceRequest): Uint8Array {
  const writer = protoWriter(expectedBytes(request))
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

/** True for the bytes of an `ExportTraceServiceResponse`: nothing, or its one field and no more. A page that begins with a newline is not. */
export function isProtobufAnswer(bytes: Uint8Array): boolean {
  const [first, ...others] = readFields(bytes)
  if (first === undefined) return bytes.length === 0
  const { field, value } = first
  if (field !== 1 || !(value instanceof Uint8Array) || others.length > 0) return false
  const isWhole = value.byteOffset + value.byteLength === bytes.byteOffset + bytes.byteLength
  return isWhole && readFields(value).every((inner) => inner.field === 1 || inner.field === 2)
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
  writeCount(writer, 14, span.droppedLinksCount)
  eachBackwards(span.links ?? [], (link) => writer.message(13, () => writeLink(writer, link)))
  writeCount(writer, 12, span.droppedEventsCount)
  eachBackwards(span.events, (event) => writer.message(11, () => writeEvent(writer, event)))
  writeCount(writer, 10, span.droppedAttributesCount)
  if (span.encoded !== undefined) writer.raw(span.encoded)
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
  writeCount(writer, 4, event.droppedAttributesCount)
  writeAttributes(writer, 3, event.attributes)
  writer.text(2, event.name)
  writer.fixed64(1, BigInt(event.timeUnixNano))
}

function writeLink(writer: ProtoWriter, link: SpanLink): void {
  writeCount(writer, 5, link.droppedAttributesCount)
  writeAttributes(writer, 4, link.attributes)
  writer.hex(2, link.spanId)
  writer.hex(1, link.traceId)
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
    eachBackwards(value.arrayValue.values, (entry) => writer.message(1, () => writeValue(writer, entry)))
    writer.close(5, end)
  }
}

/** A number where the writer takes one: up to nine digits without a sign. */
function intOf(text: string): number | bigint {
  return text.length < 10 && text.charCodeAt(0) !== MINUS ? Number(text) : BigInt(text)
}

/** About what the request will take: its texts, and their names. One that is not ASCII takes more, and the writer grows. */
function expectedBytes({ resourceSpans }: TraceRequest): number {
  let count = 0
  for (const { scopeSpans } of resourceSpans) {
    for (const { spans } of scopeSpans)
      for (const { attributes, encoded } of spans) count += sizeOf(attributes) + (encoded?.length ?? 0)
  }
  return count + Math.ceil(count / 16)
}

function sizeOf(attributes: readonly Attribute[]): number {
  let count = BYTES_PER_SPAN
  for (const { key, value } of attributes)
    count += key.length + ('stringValue' in value ? value.stringValue.length : 0) + BYTES_PER_ATTRIBUTE
  return count
}

/** Visits the last entry first, as the writer wants it. */
export function eachBackwards<Entry>(entries: readonly Entry[], visit: (entry: Entry) => void): void {
  for (let index = entries.length - 1; index >= 0; index -= 1) visit(entries[index] as Entry)
}
