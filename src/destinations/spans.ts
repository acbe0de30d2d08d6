// Deliver: ids, times and resource of the spans made from records. Pure, worker thread. Everything derives from the record, so that
// sending it again gives the same spans.
import { createHash } from 'node:crypto'
import type { LaneRules } from '../frame.ts'
import { isZero } from '../hex.ts'
import type { CallRecord } from '../record.ts'
import { type AttributeList, attributeList, type ResourceSpans } from './otlp-model.ts'
import { VERSION } from './version.ts'

/** The 16-byte id of the record's trace as hex; derived from the record when it holds none that is valid. */
export function traceIdOf(record: CallRecord): string {
  const id = record.otel.trace_id
  return isTraceId(id) ? id : derivedId(`${record.id}:trace`, 32)
}

/** True for 32 hex digits that are not all zero, which OTLP forbids. */
export function isTraceId(id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id) && !isZero(id)
}

/** The 8-byte id of the call's own span as hex. */
export function spanIdOf(record: CallRecord): string {
  const id = record.otel.span_id
  return isSpanId(id) ? id : derivedId(`${record.id}:span`, 16)
}

/** True for 16 hex digits that are not all zero, which OTLP forbids. */
export function isSpanId(id: string | null): id is string {
  return id !== null && /^[0-9a-f]{16}$/.test(id) && !isZero(id)
}

/** A hex id from a text, the same each time. */
export function derivedId(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length)
}

/** Start and end of a call in epoch nanoseconds, as decimal digits. A call without an end lasts as long as is known of it. */
export function timesOf(record: CallRecord): { readonly start: string; readonly end: string } {
  const { started_at: started, ended_at: ended } = record
  // Of today: digits of one length compare as texts.
  if (ended !== null && NOW.test(started) && NOW.test(ended))
    return { start: started, end: ended < started ? started : ended }
  const start = nanoseconds(started) ?? 0n
  const lasted = BigInt(Math.round(Math.max(record.duration_ms ?? 0, 0) * 1e6))
  const end = nanoseconds(ended) ?? start + lasted
  return { start: start.toString(), end: (end < start ? start : end).toString() }
}

const NOW = /^[1-9]\d{18}$/

/** Says whether one time, as decimal digits, is before another. */
export function isBefore(time: string, other: string): boolean {
  return time.length === other.length ? time < other : time.length < other.length
}

function nanoseconds(text: string | null): bigint | null {
  return text !== null && /^\d{1,19}$/.test(text) ? BigInt(text) : null
}

/** The program and process that made a record, and its tags. */
export type Maker = Pick<CallRecord, 'service' | 'hostname' | 'pid' | 'node' | 'tags'>

/** Groups spans by the program and process that made them; one `ResourceSpans` each, in order of first appearance. */
export function groupByResource<Span>(
  spansOf: readonly { readonly record: Maker; readonly spans: readonly Span[] }[],
  resource: LaneRules['resource'],
  schemaUrl: string,
  addOwn: (list: AttributeList, record: Maker) => void,
): ResourceSpans<Span>[] {
  const groups = new Map<string, { record: Maker; spans: Span[] }>()
  let last: Maker | null = null
  let key = ''
  for (const { record, spans } of spansOf) {
    if (record !== last) key = JSON.stringify([record.service, record.hostname, record.pid, record.node, record.tags])
    last = record
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { record, spans: [...spans] })
    else for (const span of spans) group.spans.push(span)
  }
  return [...groups.values()].map(({ record, spans }) => ({
    resource: { attributes: resourceAttributes(record, resource, addOwn) },
    scopeSpans: [{ scope: { name: 'neatlogs', version: VERSION }, spans, schemaUrl }],
  }))
}

/** The attributes of the program and process that made a record. */
export function resourceAttributes(
  record: Maker,
  resource: LaneRules['resource'],
  addOwn: (list: AttributeList, record: Maker) => void = () => {},
): ResourceSpans['resource']['attributes'] {
  const list = attributeList()
  list.string('service.name', record.service)
  addOwn(list, record)
  list.string('telemetry.sdk.language', 'nodejs')
  list.string('telemetry.sdk.name', 'neatlogs')
  list.string('telemetry.sdk.version', VERSION)
  list.string('process.runtime.name', 'nodejs')
  list.string('process.runtime.version', record.node)
  list.int('process.pid', record.pid)
  list.string('host.name', record.hostname)
  const ours = new Set(list.attributes.map(({ key }) => key))
  for (const [key, value] of resource) if (!ours.has(key)) list.string(key, value)
  return list.attributes
}
