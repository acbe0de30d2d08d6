// Deliver: one call as NeatLogs gets it: its span, and what the root above it, its marker and its resource are made from. Pure, worker thread.
import type { CallRecord } from '../record.ts'
import { isWire } from '../wire-text.ts'
import { addGenAiAttributes } from './genai-attributes.ts'
import { addNeatlogsAttributes, neatlogsSpanName } from './neatlogs-attributes.ts'
import { addNeatlogsContent } from './neatlogs-content.ts'
import { type CallTimes, type Identity, type Place, placeOf } from './neatlogs-group.ts'
import { type AttributeSink, KIND_CLIENT, type MakeAttributes, type Span } from './otlp-model.ts'
import { addRecordAttributes, spanError } from './record-attributes.ts'
import type { Semconv } from './semconv.ts'
import { type Maker, spanIdOf, timesOf } from './spans.ts'

/** NeatLogs reads its own names; the conventions' are beside them. */
const SEMCONV: Semconv = 'latest'

export interface NeatlogsCall<AnySpan = Span> extends CallTimes {
  readonly place: Place
  /** Whose it is and what made it: a copy of these fields, so that the record may go. */
  readonly of: Maker & Identity
  readonly span: AnySpan
}

/** Makes the span of a record. */
export function callOf(record: CallRecord, make: MakeAttributes): NeatlogsCall {
  const { service, hostname, pid, node, tags, trace_id, user_id, metadata } = record
  const place = placeOf(record)
  const { start, end } = timesOf(record)
  const of = { service, hostname, pid, node, tags, trace_id, user_id, metadata }
  return { place, start, end, of, span: callSpan(record, place, { start, end }, make) }
}

function callSpan(record: CallRecord, place: Place, { start, end }: CallTimes, make: MakeAttributes): Span {
  const made = make(addCall, record, isWire(record))
  return {
    traceId: place.traceId,
    spanId: spanIdOf(record),
    parentSpanId: place.rootId,
    name: neatlogsSpanName(record),
    kind: KIND_CLIENT,
    startTimeUnixNano: start,
    endTimeUnixNano: end,
    ...made,
    ...spanError(record, end, true),
  }
}

function addCall(list: AttributeSink, record: CallRecord): void {
  addNeatlogsAttributes(list, record)
  addGenAiAttributes(list, record, SEMCONV)
  addRecordAttributes(list, record, SEMCONV, true)
  addNeatlogsContent(list, record)
}
