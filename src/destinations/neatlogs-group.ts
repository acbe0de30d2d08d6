// Deliver: which calls share a trace at NeatLogs, and who the trace belongs to. Pure, worker thread.
// In: a batch of records. Out: groups, in order of first appearance.
import type { CallRecord } from '../record.ts'
import { toJson } from './json.ts'
import type { AttributeSink } from './otlp-model.ts'
import { derivedId, isSpanId, isTraceId, spanIdOf, timesOf, traceIdOf } from './spans.ts'

/** Calls under one root: those of one `withContext({name})`, or a call by itself. */
export interface Group {
  readonly name: string
  readonly traceId: string
  readonly rootId: string
  readonly records: readonly [CallRecord, ...CallRecord[]]
}

/** Groups by the root that a named context gave its calls; the same records give the same ids each time. */
export function groupByRoot(records: readonly CallRecord[]): Group[] {
  const groups = new Map<string, Omit<Group, 'records'> & { records: [CallRecord, ...CallRecord[]] }>()
  for (const record of records) {
    const traceId = traceOf(record)
    const shared = record.name !== null && isSpanId(record.otel.parent_span_id) ? record.otel.parent_span_id : null
    // A parent that is the application's own span never reaches NeatLogs, and without a root nothing is shown: our own then.
    const rootId = shared ?? siblingId(spanIdOf(record), 0)
    const key = `${traceId}:${rootId}`
    const group = groups.get(key)
    if (group === undefined)
      groups.set(key, { name: record.name ?? record.service, traceId, rootId, records: [record] })
    else group.records.push(record)
  }
  return [...groups.values()]
}

/**
 * The trace that a call belongs to here. A call under nothing shares its OpenTelemetry trace with its whole session, but the
 * marker closes a trace: with all calls in one, the second would come too late. `session.id` keeps them together.
 */
function traceOf(record: CallRecord): string {
  if (record.otel.parent_span_id !== null) return traceIdOf(record)
  const id = record.id.replaceAll('-', '')
  return isTraceId(id) ? id : derivedId(`${record.id}:trace`, 32)
}

/** Another span of the same trace: one digit of an id turned over. A hash of each would cost more than the rest of such a span. */
export function siblingId(id: string, digit: number): string {
  const turned = (15 - Number.parseInt(id.charAt(digit), 16)).toString(16)
  const sibling = id.slice(0, digit) + turned + id.slice(digit + 1)
  return isSpanId(sibling) ? sibling : derivedId(`${id}:${digit}`, 16)
}

/** First start and last end of a group's calls, as epoch nanoseconds in decimal. */
export function groupTimes({ records: [first, ...rest] }: Group): { readonly start: string; readonly end: string } {
  let { start, end } = timesOf(first)
  for (const times of rest.map(timesOf)) {
    if (times.start < start) start = times.start
    if (times.end > end) end = times.end
  }
  return { start: start.toString(), end: end.toString() }
}

/** Adds who the trace belongs to; NeatLogs reads it from roots and markers only. */
export function addIdentity(list: AttributeSink, record: CallRecord): void {
  list.string('neatlogs.session.id', record.trace_id)
  list.string('neatlogs.end_user.id', record.user_id)
  if (record.user_id !== null && Object.keys(record.metadata).length > 0) {
    list.string('neatlogs.end_user.metadata', toJson(record.metadata))
  }
}
