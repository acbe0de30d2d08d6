// Deliver: an OTLP trace request as OTLP/JSON bytes. Pure, worker thread; the inverse reads the answer of the server.
import { asObject } from './json.ts'
import type { PartialSuccess, TraceRequest } from './otlp-model.ts'

/** Writes the request. Lone surrogates become U+FFFD: protobuf JSON forbids them, and a strict server refuses the batch. */
export function encodeJson(request: TraceRequest): Uint8Array {
  // `\p{Surrogate}` with the u flag matches only a surrogate without its partner.
  const text = JSON.stringify(request, (_key, value: unknown) =>
    typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value,
  )
  return Buffer.from(text)
}

/** Reads `partialSuccess` of an answer; null when there is none or the answer is not of that form. */
export function decodeJsonAnswer(bytes: Uint8Array): PartialSuccess | null {
  let answer: unknown
  try {
    answer = JSON.parse(Buffer.from(bytes).toString())
  } catch {
    return null // an empty or foreign answer to a 200 still means that the spans were taken
  }
  // Some servers write the names of the schema, as the mapping of protobuf to JSON allows.
  const partial = asObject(asObject(answer)?.partialSuccess ?? asObject(answer)?.partial_success)
  if (partial === null) return null
  const message = partial.errorMessage ?? partial.error_message
  const rejectedSpans = Number(partial.rejectedSpans ?? partial.rejected_spans ?? 0)
  const errorMessage = typeof message === 'string' ? message : ''
  return { rejectedSpans: Number.isFinite(rejectedSpans) ? rejectedSpans : 0, errorMessage }
}
