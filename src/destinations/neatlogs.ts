// Deliver: records to NeatLogs as OTLP protobuf: per trace a root, the calls, and a marker that says it is complete. Worker thread.
import type { LaneRules } from '../frame.ts'
import type { Environment, Options } from '../options/options.ts'
import type { CallRecord } from '../record.ts'
import { beginBytes } from './attribute-bytes.ts'
import { type BatchInfo, CLOSED_RULES, type Destination, type Outcome, type Piece } from './destination.ts'
import { fingerprintOf, neatlogsUrl } from './fingerprint.ts'
import { openHttp } from './http.ts'
import { giveBack, type KeptBytes } from './kept-bytes.ts'
import { callOf, type NeatlogsCall } from './neatlogs-call.ts'
import { addIdentity, type Group, groupByPlace, groupTimes, type Identity, siblingId } from './neatlogs-group.ts'
import { keyProblem, NEATLOGS_TIMEOUT_MS } from './neatlogs-key.ts'
import {
  type AttributeSink,
  asList,
  KIND_INTERNAL,
  type MakeAttributes,
  type Span,
  type TraceRequest,
  type WrittenSpan,
} from './otlp-model.ts'
import { postTraces } from './otlp-post.ts'
import { encodeProtobuf, writtenSpan } from './otlp-protobuf.ts'
import { SCHEMA_URLS } from './semconv.ts'
import { groupByResource, type Maker } from './spans.ts'

/**
 * In bytes of the records' JSON. Content exists as objects, text and bytes at once: 1 MiB cost 25 MB more of the process's memory. A request costs
 * 250 µs, whatever it holds: with half of this, a quarter of what a call of 50 KB took to send.
 */
const MAX_BATCH_BYTES = 512 * 1024
const MAX_BATCH_COUNT = 512
const LAST_DIGIT = 15

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
  const sendBy = async <Call>(
    calls: readonly Call[],
    { droppedCount, rules = CLOSED_RULES, patience = 1 }: BatchInfo,
    request: (batch: readonly Call[], encoding: NeatlogsEncoding) => TraceRequest<Span | WrittenSpan>,
  ): Promise<Outcome> => {
    if (problem !== null) return { kind: 'pause', reason: problem }
    const { resource } = rules
    const encode = (batch: readonly Call[]) =>
      encodeProtobuf(request(batch, { resource, droppedCount, make: beginBytes() }))
    return postTraces({ client, isJson: false, patience, secrets: [apiKey], encode }, calls)
  }
  return {
    name: 'neatlogs',
    takesWire: true,
    fingerprint: fingerprintOf('neatlogs', options, env),
    maxBatchBytes: MAX_BATCH_BYTES,
    maxBatchCount: MAX_BATCH_COUNT,
    warnings: problem === null ? client.warnings : [problem, ...client.warnings],
    send: (records, info) => sendBy(records, info, encodeNeatlogs),
    // All pieces that come are its own.
    pieces: {
      make: pieceOf,
      send: (pieces, info) => sendBy(pieces as readonly CallPiece[], info, encodeCalls),
      done: (piece) => giveBack((piece as CallPiece).span),
    },
    close: () => client.close(),
  }
}

/** A call without its record. */
interface CallPiece extends NeatlogsCall<KeptBytes>, Piece {}

/** Writes the span of a call; what its group is made from stays beside it. */
export function pieceOf(record: CallRecord): CallPiece {
  const call = callOf(record, beginBytes())
  const span = writtenSpan(call.span)
  return { ...call, span, byteLength: span.bytes.length }
}

/** Makes the spans of a batch; each group stands together, its marker last. Pure. */
export function encodeNeatlogs(records: readonly CallRecord[], encoding: NeatlogsEncoding): TraceRequest {
  const make = encoding.make ?? asList
  return encodeCalls(
    records.map((record) => callOf(record, make)),
    encoding,
  )
}

/** The same of calls whose own spans are made, or even written. */
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

function addResource(list: AttributeSink, record: Maker): void {
  list.string('neatlogs.workflow_name', record.service)
  if (record.tags.length > 0) list.string('neatlogs.tags', record.tags.join(','))
}

function groupSpans<AnySpan>(
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
