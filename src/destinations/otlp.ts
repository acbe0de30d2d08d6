// Deliver: records to any OpenTelemetry backend as GenAI spans over OTLP, HTTP or gRPC. Worker thread. Content only when asked for.
import { wordsOnly } from '../content/words-only.ts'
import type { LaneRules, SpanCounts } from '../frame.ts'
import type { Environment, Options } from '../options/options.ts'
import type { CallRecord } from '../record.ts'
import { isWire } from '../wire-text.ts'
import { beginBytes } from './attribute-bytes.ts'
import { CLOSED_RULES, type Destination } from './destination.ts'
import { fingerprintOf } from './fingerprint.ts'
import { addGenAiAttributes, addGenAiContent, addRawContent } from './genai-attributes.ts'
import { sessionEvents } from './genai-realtime.ts'
import { readOtelEnvironment } from './otel-env.ts'
import { openOtlpClient } from './otlp-client.ts'
import { encodeJson } from './otlp-json.ts'
import { openMeter } from './otlp-meter.ts'
import {
  type AttributeSink,
  asList,
  KIND_CLIENT,
  type MakeAttributes,
  type Span,
  type TraceRequest,
  wordsInto,
} from './otlp-model.ts'
import { type Detail, postTraces } from './otlp-post.ts'
import { encodeProtobuf } from './otlp-protobuf.ts'
import { addRecordAttributes, spanError } from './record-attributes.ts'
import { SCHEMA_URLS, type Semconv, spanName } from './semconv.ts'
import { limitSpan } from './span-limits.ts'
import { groupByResource, isSpanId, spanIdOf, timesOf, traceIdOf } from './spans.ts'

/** Records of this much JSON stay below the request limit with their content repeated as messages, in bytes. */
const MAX_BATCH_BYTES = 512 * 1024

export interface OtlpEncoding {
  readonly content: boolean
  readonly detail: Detail
  readonly semconv: Semconv
  readonly valueLengthLimit: number | null
  /** Absent: as much as there is. */
  readonly counts?: SpanCounts | undefined
  readonly resource: LaneRules['resource']
  readonly droppedCount: number
  /** Default: as lists. */
  readonly make?: MakeAttributes
}

/** Opens the backend that the OpenTelemetry variables name. Faults of the variables are warnings. */
export function openOtlp(options: Options, env: Environment): Destination {
  const settings = readOtelEnvironment(env)
  const { headers, protocol, semconv } = settings
  const client = openOtlpClient(settings, env)
  const meter = openMeter(env)
  const secrets = Object.values(headers)
  return {
    name: 'otlp',
    takesWire: true,
    fingerprint: fingerprintOf('otlp', options, env),
    maxBatchBytes: MAX_BATCH_BYTES,
    maxBatchCount: settings.maxBatchCount,
    // A variable of both signals is read by both.
    warnings: [...new Set([...settings.warnings, ...client.warnings, ...(meter?.warnings ?? [])])],
    meter,
    send: async (records, { droppedCount, rules = CLOSED_RULES, patience = 1 }) => {
      const sampled = records.filter(({ otel }) => otel.sampled !== false)
      if (sampled.length === 0) return { kind: 'delivered' }
      const { resource, valueLengthLimit, counts } = rules
      const content = rules.otlpContent && rules.captureContent
      const fixed = { content, semconv, valueLengthLimit, counts, resource, droppedCount }
      const isJson = protocol === 'http/json'
      const asLists = isJson || valueLengthLimit !== null || counts?.attributes !== undefined
      const encode = (batch: readonly CallRecord[], detail: Detail) => {
        const request = encodeOtlp(batch, { ...fixed, detail, ...(asLists ? {} : { make: beginBytes() }) })
        return isJson ? encodeJson(request) : encodeProtobuf(request)
      }
      return postTraces({ client, isJson, patience, secrets, encode }, sampled)
    },
    close: () => {
      client.close()
      meter?.close()
    },
  }
}

/** Makes one client span of each record. Pure. */
export function encodeOtlp(records: readonly CallRecord[], encoding: OtlpEncoding): TraceRequest {
  const spans = records.map((record, index) => {
    const droppedCount = index === 0 ? encoding.droppedCount : 0
    return { record, spans: [toSpan(record, { ...encoding, droppedCount })] }
  })
  return { resourceSpans: groupByResource(spans, encoding.resource, SCHEMA_URLS[encoding.semconv], () => {}) }
}

function toSpan(whole: CallRecord, encoding: OtlpEncoding): Span {
  const { content, semconv, valueLengthLimit, counts } = encoding
  const record = content ? whole : wordsOnly(whole)
  const { start, end } = timesOf(record)
  const made = (encoding.make ?? asList)(addOtlp, { ...encoding, record }, isWire(record))
  // The parent of a named context is a root that only NeatLogs gets; here it would be a parent that nobody ever sees.
  const failure = spanError(record, end, content)
  const parent = record.name === null ? record.otel.parent_span_id : null
  const span: Span = {
    traceId: traceIdOf(record),
    spanId: spanIdOf(record),
    ...(isSpanId(parent) ? { parentSpanId: parent } : {}),
    ...linksOf(record),
    name: spanName(record, semconv),
    kind: KIND_CLIENT,
    startTimeUnixNano: start,
    endTimeUnixNano: end,
    ...made,
    ...failure,
    // Why it failed comes first, should there be a limit.
    events: [...failure.events, ...sessionEvents(record)],
  }
  return limitSpan(span, valueLengthLimit, counts)
}

function addOtlp(list: AttributeSink, it: OtlpEncoding & { readonly record: CallRecord }): void {
  const { record, content, detail, semconv, droppedCount } = it
  addGenAiAttributes(content ? list : wordsInto(list), record, semconv)
  addRecordAttributes(list, record, semconv, content)
  if (content && detail === 'full') addGenAiContent(list, record, semconv)
  if (content) addRawContent(list, record)
  if (droppedCount > 0) list.int('neatlogs.dropped', droppedCount)
}

/** The application's span that nobody will see: its trace is still to be found in the application's own logs. */
function linksOf({ otel: { link } }: CallRecord): Pick<Span, 'links'> {
  return link === undefined ? {} : { links: [{ traceId: link.trace_id, spanId: link.span_id, attributes: [] }] }
}
