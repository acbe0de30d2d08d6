// Deliver: which calls share a trace at NeatLogs, and who the trace belongs to. Pure, worker thread.
// In: a batch of records. Out: groups, in order of first appearance.
import type { CallRecord } from '../record.ts'
import { toJson } from './json.ts'
import type { AttributeSink } from './otlp-model.ts'
import { derivedId, isBefore, isSpanId, isTraceId, spanIdOf, traceIdOf } from './spans.ts'

/** Where a call stands: the root that a named context gave its calls, or one of its own. */
export interface Place {
  readonly name: string
  readonly traceId: string
  readonly rootId: string
}

/** Calls under one root: those of one `withContext({name})`, or a call by itself. */
export interface Group<Call = CallRecord> extends Place {
  readonly records: readonly [Call, ...Call[]]
}

/** Tells the place of a call; the same record gives the same ids each time. */
export function placeOf(record: CallRecord): Place {
  const shared = record.name !== null && isSpanId(record.otel.parent_span_id) ? record.otel.parent_span_id : null
  // A parent that is the application's own span never reaches NeatLogs, and without a root nothing is shown: our own then.
  const rootId = shared ?? siblingId(spanIdOf(record), 0)
  return { name: record.name ?? record.service, traceId: traceOf(record), rootId }
}

/** Groups records by their roots. */
export function groupByRoot(records: readonly CallRecord[]): Group[] {
  const placed = records.map((record) => ({ record, place: placeOf(record) }))
  return groupByPlace(placed).map((group) => {
    const [first, ...rest] = group.records
    return { ...group, records: [first.record, ...rest.map(({ record }) => record)] }
  })
}

/** Groups calls by their roots. */
export function groupByPlace<Call extends { readonly place: Place }>(calls: readonly Call[]): Group<Call>[] {
  const groups = new Map<string, Place & { records: [Call, ...Call[]] }>()
  for (const call of calls) {
    const { name, traceId, rootId } = call.place
    const key = `${traceId}:${rootId}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { name, traceId, rootId, records: [call] })
    else group.records.push(call)
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

const DIGITS = '0123456789abcdef'

/** Another span of the same trace: one digit of a span's id turned over. A hash of each would cost more than the rest of such a span. */
export function siblingId(id: string, digit: number): string {
  const turned = DIGITS.charAt(DIGITS.length - 1 - DIGITS.indexOf(id.charAt(digit)))
  const sibling = id.slice(0, digit) + turned + id.slice(digit + 1)
  return turned !== '0' || isSpanId(sibling) ? sibling : derivedId(`${id}:${digit}`, 16)
}

/** First start and last end of a group's calls, as epoch nanoseconds in decimal. */
export function groupTimes(calls: readonly [CallTimes, ...CallTimes[]]): CallTimes {
  let { start, end } = calls[0]
  for (const times of calls) {
    if (isBefore(times.start, start)) start = times.start
    if (isBefore(end, times.end)) end = times.end
  }
  return { start, end }
}

/** In epoch nanoseconds, as decimal digits. */
export interface CallTimes {
  readonly start: string
  readonly end: string
}

/** Who a trace belongs to. */
export type Identity = Pick<CallRecord, 'trace_id' | 'user_id' | 'metadata'>

/** Adds who the trace belongs to; NeatLogs reads it from roots and markers only. */
export function addIdentity(list: AttributeSink, record: Identity): void {
  list.string('neatlogs.session.id', record.trace_id)
  list.string('neatlogs.end_user.id', record.user_id)
  if (record.user_id !== null && Object.keys(record.metadata).length > 0) {
    list.string('neatlogs.end_user.metadata', toJson(record.metadata))
  }
}
