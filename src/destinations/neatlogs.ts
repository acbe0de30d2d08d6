// Deliver: records to NeatLogs as OTLP protobuf: per trace a root, the calls, and a marker that says it is complete. Worker thread.
import type { LaneRules } from '../frame.ts'
import type { Environment, Options } from '../options/options.ts'
import type { CallRecord } from '../record.ts'
import { isWire } from '../wire-text.ts'
import { withBytes } from './attribute-bytes.ts'
import { CLOSED_RULES, type Destination } from './destination.ts'
import { fingerprintOf, neatlogsUrl } from './fingerprint.ts'
import { addGenAiAttributes } from './genai-attributes.ts'
import { openHttp } from './http.ts'
import { addNeatlogsAttributes, neatlogsSpanName } from './neatlogs-attributes.ts'
import { addNeatlogsContent } from './neatlogs-content.ts'
import { addIdentity, type Group, groupByRoot, groupTimes, siblingId } from './neatlogs-group.ts'
import { keyProblem, NEATLOGS_TIMEOUT_MS } from './neatlogs-key.ts'
import {
  type AttributeSink,
  asList,
  KIND_CLIENT,
  KIND_INTERNAL,
  type MakeAttributes,
  type Span,
  type TraceRequest,
} from './otlp-model.ts'
import { postTraces } from './otlp-post.ts'
import { addRecordAttributes, spanError } from './record-attributes.ts'
import { SCHEMA_URLS, type Semconv } from './semconv.ts'
import { groupByResource, spanIdOf, timesOf } from './spans.ts'

/**
 * In bytes of the records' JSON. Content exists as objects, text and bytes at once: 1 MiB cost 25 MB more of the process's memory. A request costs
 * 250 µs, whatever it holds: with half of this, a quarter of what a call of 50 KB took to send.
 */
const MAX_BATCH_BYTES = 512 * 1024
const MAX_BATCH_COUNT = 512
const LAST_DIGIT = 15
/** NeatLogs reads its own names; the conventions' are beside them. */
const SEMCONV: Semconv = 'latest'

export interface NeatlogsEncoding {
  readonly resource: LaneRules['resource']
  readonly droppedCount: number
  /** Default: as lists. */
  readonly make?: MakeAttributes
}

/** Opens NeatLogs' OTLP endpoint. Without a key every `send` answers `pause`. */
export function openNeatlogs(options: Options, env: Environment): Destination {
  const apiKey = options.apiKey ?? ''
  const problem = keyProblem(options)
  const headers = { 'x-api-key': apiKey }
  // Whether the server takes gzip is not known, so the body goes as it is.
  const client = openHttp({ url: neatlogsUrl(options), headers, env, timeoutMs: NEATLOGS_TIMEOUT_MS, gzip: false })
  return {
    name: 'neatlogs',
    takesWire: true,
    fingerprint: fingerprintOf('neatlogs', options, env),
    maxBatchBytes: MAX_BATCH_BYTES,
    maxBatchCount: MAX_BATCH_COUNT,
    warnings: problem === null ? client.warnings : [problem, ...client.warnings],
    send: async (records, { droppedCount, rules = CLOSED_RULES, patience = 1 }) => {
      if (problem !== null) return { kind: 'pause', reason: problem }
      const encode = (batch: readonly CallRecord[]) => {
        const { resource } = rules
        return withBytes((make) => encodeNeatlogs(batch, { resource, droppedCount, make }))
      }
      return postTraces({ client, isJson: false, patience, secrets: [apiKey], encode }, records)
    },
    close: () => client.close(),
  }
}

/** Makes the spans of a batch; each group stands together, its marker last. Pure. */
export function encodeNeatlogs(records: readonly CallRecord[], encoding: NeatlogsEncoding): TraceRequest {
  const make = encoding.make ?? asList
  const spans = groupByRoot(records).map((group, index) => ({
    record: group.records[0],
    spans: groupSpans(group, index === 0 ? encoding.droppedCount : 0, make),
  }))
  return { resourceSpans: groupByResource(spans, encoding.resource, SCHEMA_URLS[SEMCONV], addResource) }
}

function addResource(list: AttributeSink, record: CallRecord): void {
  list.string('neatlogs.workflow_name', record.service)
  if (record.tags.length > 0) list.string('neatlogs.tags', record.tags.join(','))
}

function groupSpans(group: Group, droppedCount: number, make: MakeAttributes): Span[] {
  const { start, end } = groupTimes(group)
  const calls = group.records.map((record) => callSpan(record, group, make))
  return [rootSpan(group, start, end, droppedCount, make), ...calls, markerSpan(group, end, make)]
}

function rootSpan(group: Group, start: string, end: string, droppedCount: number, make: MakeAttributes): Span {
  const made = make((list) => {
    list.string('neatlogs.span.kind', 'workflow')
    list.bool('neatlogs.auto_root', true)
    addIdentity(list, group.records[0])
    if (droppedCount > 0) list.int('neatlogs.dropped', droppedCount)
  })
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

/** Tells the server that the trace is whole; without it the trace waits for a clean-up of stale roots. */
function markerSpan(group: Group, end: string, make: MakeAttributes): Span {
  const made = make((list) => {
    list.bool('neatlogs.trace.complete', true)
    list.bool('neatlogs.internal', true)
    list.string('neatlogs.span.kind', 'Neatlogs.INTERNAL')
    addIdentity(list, group.records[0])
  })
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

function callSpan(record: CallRecord, group: Group, make: MakeAttributes): Span {
  const { start, end } = timesOf(record)
  const made = make((list) => {
    addNeatlogsAttributes(list, record)
    addGenAiAttributes(list, record, SEMCONV)
    addRecordAttributes(list, record, SEMCONV, true)
    addNeatlogsContent(list, record)
  }, isWire(record))
  return {
    traceId: group.traceId,
    spanId: spanIdOf(record),
    parentSpanId: group.rootId,
    name: neatlogsSpanName(record),
    kind: KIND_CLIENT,
    startTimeUnixNano: start.toString(),
    endTimeUnixNano: end.toString(),
    ...made,
    ...spanError(record, end.toString(), true),
  }
}
