// Deliver: the spans of a batch for NeatLogs: per trace a root, the calls, and a marker that says it is complete. Pure, worker thread.
import type { LaneRules } from '../frame.ts'
import type { NeatlogsCall } from './neatlogs-call.ts'
import { addIdentity, type Group, groupByPlace, groupTimes, type Identity, siblingId } from './neatlogs-group.ts'
import {
  type AttributeSink,
  asList,
  KIND_INTERNAL,
  type MakeAttributes,
  type Span,
  type TraceRequest,
} from './otlp-model.ts'
import { SCHEMA_URLS } from './semconv.ts'
import { groupByResource, type Maker } from './spans.ts'

/** That the marker's id has another of than its root's. */
export const LAST_DIGIT = 15

export interface NeatlogsEncoding {
  readonly resource: LaneRules['resource']
  readonly droppedCount: number
  /** Default: as lists. */
  readonly make?: MakeAttributes
}

/** Makes the spans of a batch from those of its calls; each group stands together, its marker last. Pure. */
export function encodeCalls<AnySpan>(
  calls: readonly NeatlogsCall<AnySpan>[],
  encoding: NeatlogsEncoding,
): TraceRequest<AnySpan | Span> {
  const make = encoding.make ?? asList
  const spans: { readonly record: Maker; readonly spans: readonly (AnySpan | Span)[] }[] = []
  for (const group of groupByPlace(calls)) {
    const droppedCount = spans.length === 0 ? encoding.droppedCount : 0
    spans.push({ record: group.records[0].of, spans: groupSpans(group, droppedCount, make) })
  }
  return { resourceSpans: groupByResource(spans, encoding.resource, SCHEMA_URLS.latest, addResource) }
}

/** What NeatLogs wants to know of whoever made the calls. */
export function addResource(list: AttributeSink, record: Maker): void {
  list.string('neatlogs.workflow_name', record.service)
  if (record.tags.length > 0) list.string('neatlogs.tags', record.tags.join(','))
}

/** A group: its root, its calls, its marker. */
export function groupSpans<AnySpan>(
  group: Group<NeatlogsCall<AnySpan>>,
  droppedCount: number,
  make: MakeAttributes,
): (AnySpan | Span)[] {
  const { start, end } = groupTimes(group.records)
  const spans: (AnySpan | Span)[] = [rootSpan(group, start, end, droppedCount, make)]
  for (const { span } of group.records) spans.push(span)
  spans.push(markerSpan(group, end, make))
  return spans
}

type Above = Group<NeatlogsCall<unknown>>

function rootSpan(group: Above, start: string, end: string, droppedCount: number, make: MakeAttributes): Span {
  const made = make(addRoot, { of: group.records[0].of, droppedCount })
  return {
    traceId: group.traceId,
    spanId: group.rootId,
    name: group.name,
    kind: KIND_INTERNAL,
    startTimeUnixNano: start,
    endTimeUnixNano: end,
    ...made,
    events: [],
    status: {},
  }
}

function addRoot(
  list: AttributeSink,
  { of, droppedCount }: { readonly of: Identity; readonly droppedCount: number },
): void {
  list.string('neatlogs.span.kind', 'workflow')
  list.bool('neatlogs.auto_root', true)
  addIdentity(list, of)
  if (droppedCount > 0) list.int('neatlogs.dropped', droppedCount)
}

/** Tells the server that the trace is whole; without it the trace waits for a clean-up of stale roots. */
function markerSpan(group: Above, end: string, make: MakeAttributes): Span {
  const made = make(addMarker, group.records[0].of)
  return {
    traceId: group.traceId,
    spanId: siblingId(group.rootId, LAST_DIGIT),
    parentSpanId: group.rootId,
    name: 'neatlogs.trace.complete',
    kind: KIND_INTERNAL,
    startTimeUnixNano: end,
    endTimeUnixNano: end,
    ...made,
    events: [],
    status: {},
  }
}

function addMarker(list: AttributeSink, of: Identity): void {
  list.bool('neatlogs.trace.complete', true)
  list.bool('neatlogs.internal', true)
  list.string('neatlogs.span.kind', 'Neatlogs.INTERNAL')
  addIdentity(list, of)
}
