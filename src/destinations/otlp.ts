// Deliver: records to any OpenTelemetry backend as GenAI spans over OTLP/HTTP. Worker thread. Content only when asked for.
import { readFileSync } from 'node:fs'
import type { LaneRules } from '../frame.ts'
import type { Environment, Options } from '../options/options.ts'
import type { CallRecord } from '../record.ts'
import { CLOSED_RULES, type Destination } from './destination.ts'
import { fingerprintOf } from './fingerprint.ts'
import { addGenAiAttributes, addGenAiContent, addRawContent } from './genai-attributes.ts'
import { type HttpSettings, openHttp } from './http.ts'
import { type OtlpSettings, readOtelEnvironment } from './otel-env.ts'
import { type Attribute, attributeList, KIND_CLIENT, type Span, type TraceRequest } from './otlp-model.ts'
import { type Detail, postTraces } from './otlp-post.ts'
import { addRecordAttributes, spanError } from './record-attributes.ts'
import { SCHEMA_URLS, type Semconv, spanName } from './semconv.ts'
import { groupByResource, isSpanId, spanIdOf, timesOf, traceIdOf } from './spans.ts'

/** Records of this much JSON stay below the request limit with their content repeated as messages, in bytes. */
const MAX_BATCH_BYTES = 512 * 1024

export interface OtlpEncoding {
  readonly content: boolean
  readonly detail: Detail
  readonly semconv: Semconv
  readonly valueLengthLimit: number | null
  readonly resource: LaneRules['resource']
  readonly droppedCount: number
}

/** Opens the backend that the OpenTelemetry variables name. Faults of the variables are warnings. */
export function openOtlp(options: Options, env: Environment): Destination {
  const settings = readOtelEnvironment(env)
  const warnings = [...settings.warnings]
  const { url, headers, timeoutMs, gzip } = settings
  const client = openHttp({ url, headers, env, timeoutMs, gzip, tls: readTls(settings, warnings) })
  const secrets = Object.values(headers)
  return {
    name: 'otlp',
    fingerprint: fingerprintOf('otlp', options, env),
    maxBatchBytes: MAX_BATCH_BYTES,
    maxBatchCount: settings.maxBatchCount,
    warnings: [...warnings, ...client.warnings],
    send: async (records, { droppedCount, rules = CLOSED_RULES }) => {
      if (settings.refusal !== null) return { kind: 'pause', reason: settings.refusal }
      const { resource, valueLengthLimit } = rules
      const content = rules.otlpContent && rules.captureContent
      const fixed = { content, semconv: settings.semconv, valueLengthLimit, resource, droppedCount }
      const encode = (batch: readonly CallRecord[], detail: Detail) => encodeOtlp(batch, { ...fixed, detail })
      return postTraces({ client, isJson: settings.json, rule: 'otlp', secrets, encode }, records)
    },
    close: () => client.close(),
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

function toSpan(record: CallRecord, encoding: OtlpEncoding): Span {
  const { content, detail, semconv, valueLengthLimit, droppedCount } = encoding
  const { start, end } = timesOf(record)
  const list = attributeList()
  addGenAiAttributes(list, record, semconv)
  addRecordAttributes(list, record, semconv)
  if (content && detail === 'full') addGenAiContent(list, record, semconv)
  if (content) addRawContent(list, record)
  if (droppedCount > 0) list.int('neatlogs.dropped', droppedCount)
  // The parent of a named context is a root that only NeatLogs gets; here it would be a parent that nobody ever sees.
  const parent = record.name === null ? record.otel.parent_span_id : null
  return {
    traceId: traceIdOf(record),
    spanId: spanIdOf(record),
    ...(isSpanId(parent) ? { parentSpanId: parent } : {}),
    name: spanName(record, semconv),
    kind: KIND_CLIENT,
    startTimeUnixNano: start.toString(),
    endTimeUnixNano: end.toString(),
    attributes: list.attributes.map((attribute) => limitValue(attribute, valueLengthLimit)),
    ...spanError(record, end.toString(), content),
  }
}

/** Cuts a text to the limit of the specification, by code points: half of a surrogate pair would be no text. */
function limitValue(attribute: Attribute, limit: number | null): Attribute {
  const { key, value } = attribute
  if (limit === null) return attribute
  if ('stringValue' in value) return { key, value: { stringValue: cut(value.stringValue, limit) } }
  if (!('arrayValue' in value)) return attribute
  const values = value.arrayValue.values.map((entry) => limitValue({ key, value: entry }, limit).value)
  return { key, value: { arrayValue: { values } } }
}

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  const isSplitPair = /[\ud800-\udbff]/.test(text.charAt(limit - 1))
  return text.slice(0, isSplitPair ? limit - 1 : limit)
}

function readTls(settings: OtlpSettings, warnings: string[]): NonNullable<HttpSettings['tls']> {
  const read = (path: string | null, what: string): string | undefined => {
    if (path === null) return undefined
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      warnings.push(`OTEL_EXPORTER_OTLP_${what}: ${JSON.stringify(path)} cannot be read (${String(error)}); ignored`)
      return undefined
    }
  }
  const ca = read(settings.certificate, 'CERTIFICATE')
  const key = read(settings.clientKey, 'CLIENT_KEY')
  const cert = read(settings.clientCertificate, 'CLIENT_CERTIFICATE')
  return { ...(ca ? { ca } : {}), ...(key ? { key } : {}), ...(cert ? { cert } : {}) }
}
