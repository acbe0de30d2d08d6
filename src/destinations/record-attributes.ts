// Deliver: what a record holds beyond the conventions, as `neatlogs.record.*`, and its error as a span tells it. Pure, worker thread.
// With these a receiver can rebuild the record; `neatlogs.record.id` is the key by which it drops what it already has.
import type { CallRecord } from '../record.ts'
import { errorWords, isServersText } from './error-words.ts'
import { unnamedCounts } from './genai-attributes.ts'
import { toJson } from './json.ts'
import { type AttributeSink, attributeList, type SpanEvent, STATUS_ERROR } from './otlp-model.ts'
import type { Semconv } from './semconv.ts'

/** Adds identity, course and bookkeeping of the call. No content. */
export function addRecordAttributes(
  list: AttributeSink,
  record: CallRecord,
  semconv: Semconv,
  withContent: boolean,
): void {
  list.string('neatlogs.record.id', record.id)
  list.string('session.id', record.trace_id)
  list.string('user.id', record.user_id)
  list.strings('tag.tags', record.tags)
  if (Object.keys(record.metadata).length > 0) list.string('neatlogs.record.metadata', toJson(record.metadata))
  list.string('neatlogs.record.name', record.name)
  list.string('neatlogs.record.session_id', record.session_id)
  list.string('neatlogs.record.otel.trace_id', record.otel.trace_id)
  list.string('neatlogs.record.otel.parent_span_id', record.otel.parent_span_id)
  list.string('neatlogs.record.otel.link.trace_id', record.otel.link?.trace_id)
  list.string('neatlogs.record.otel.link.span_id', record.otel.link?.span_id)
  list.string('neatlogs.record.status', record.status)
  list.string('neatlogs.record.operation', record.operation)
  list.string('neatlogs.record.method', record.method)
  list.string('neatlogs.record.helper', record.helper)
  list.string('neatlogs.record.sdk.name', record.sdk.name)
  list.string('neatlogs.record.sdk.version', record.sdk.version)
  list.string('url.path', record.url_path)
  list.double('neatlogs.record.duration_ms', record.duration_ms)
  list.double('neatlogs.record.time_to_first_byte_ms', record.time_to_first_byte_ms)
  list.double('neatlogs.record.time_to_first_token_ms', record.time_to_first_token_ms)
  list.int('neatlogs.record.chunk_count', record.chunk_count)
  list.string('neatlogs.record.request_id', record.request_id)
  list.string('neatlogs.record.attempts', toJson(record.attempts))
  list.string('neatlogs.record.response_headers', toJson(record.response.headers))
  list.strings('neatlogs.record.truncated', record.truncated)
  list.strings('neatlogs.record.unplaced', record.unplaced ?? [])
  for (const count of unnamedCounts(record, semconv)) list.int(`neatlogs.record.usage.${count}`, record.usage[count])
  list.double('neatlogs.record.cost_usd', record.cost_usd)
  list.string('neatlogs.record.cost_source', record.cost_source)
  if (record.error === null) return
  const { code, param } = (withContent ? null : errorWords(record)) ?? record.error
  list.string('neatlogs.record.error.code', code)
  list.string('neatlogs.record.error.param', param)
  list.int('neatlogs.record.error.status', record.error.status)
}

export interface SpanError {
  readonly status: { readonly code?: number; readonly message?: string }
  readonly events: readonly SpanEvent[]
}

/** Span status and exception event of a record; both empty unless it failed. `at`: epoch nanoseconds. */
export function spanError(record: CallRecord, at: string, withContent: boolean): SpanError {
  const { error } = record
  if (record.status !== 'error') return { status: {}, events: [] }
  if (error === null) return { status: { code: STATUS_ERROR }, events: [] }
  const words = withContent || !isServersText(record) ? null : errorWords(record)
  const message = words === null ? error.message : `${error.status ?? ''} ${words.code ?? words.type}`.trim()
  const list = attributeList()
  list.string('exception.type', words?.type ?? error.type)
  list.string('exception.message', message)
  // The first line of a stack is the message again.
  if (words === null) list.string('exception.stacktrace', error.stack)
  const event = { timeUnixNano: at, name: 'exception', attributes: list.attributes }
  return { status: { code: STATUS_ERROR, message }, events: [event] }
}
