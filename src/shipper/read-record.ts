// Step 7, decode, of what was decoded before its frame was written. In: the text of a `record` frame. Out: the record. Pure, worker thread.
import type { CallRecord } from '../record.ts'

/** A finished record as it was written. Throws for a text that is none: the encoders count on its parts. */
export function readRecord(text: string, id: string): CallRecord {
  const record = JSON.parse(text) as CallRecord
  const { otel, request, response, usage, sdk } = record
  const isWhole =
    record.id === id &&
    typeof record.trace_id === 'string' &&
    typeof record.started_at === 'string' &&
    [otel, request, response, usage, sdk].every((part) => typeof part === 'object' && part !== null) &&
    [record.tags, record.attempts, record.truncated, response.finish_reasons].every(Array.isArray)
  if (!isWhole) throw new TypeError('not a record')
  return record
}
