// Step 8, batch: what a record weighs in a batch and in memory, about. In: a record, the texts it came from. Out: bytes. Pure. Worker.
import type { CallRecord, Json } from '../record.ts'

/** Record bytes beside request and answer: ids, times, names. */
const RECORD_BYTES = 2048
/** Brackets, quotes, a comma. */
const VALUE_BYTES = 8

/** The request's bytes and the answer's; of a stream what was made of it: events are ten times as long as the text they bring. */
export function bytesOf(
  record: CallRecord,
  { request, answer }: { readonly request: Uint8Array; readonly answer: Uint8Array },
): number {
  const answerBytes = record.stream ? Math.min(answer.byteLength, weigh(record.response.body)) : answer.byteLength
  return request.byteLength + answerBytes + RECORD_BYTES
}

function weigh(body: Json): number {
  const open: Json[] = [body]
  let bytes = 0
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    bytes += VALUE_BYTES
    if (typeof value === 'string') bytes += value.length
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) {
        bytes += key.length
        open.push(inner)
      }
    }
  }
  return bytes
}
