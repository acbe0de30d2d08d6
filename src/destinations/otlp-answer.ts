// Deliver: the answer to an OTLP trace request in protobuf. Pure, worker thread. Field numbers: opentelemetry-proto 1.7, fixtures/wire/opentelemetry.
import type { PartialSuccess } from './otlp-model.ts'
import { readFields } from './proto-fields.ts'

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
