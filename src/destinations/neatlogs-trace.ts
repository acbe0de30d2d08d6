// Deliver: records to NeatLogs' HTTP ingest (`NEATLOGS_PROTOCOL=trace`): one nested JSON trace a request. Worker thread.
import type { Environment, Options } from '../options/options.ts'
import type { CallRecord } from '../record.ts'
import type { Destination, Outcome } from './destination.ts'
import { fingerprintOf, neatlogsUrl } from './fingerprint.ts'
import { outputMessages } from './genai-messages.ts'
import { openHttp } from './http.ts'
import { asObject, toJson } from './json.ts'
import {
  addNeatlogsAttributes,
  addNeatlogsMessages,
  contentText,
  modelOf,
  neatlogsSpanName,
  spanKind,
} from './neatlogs-attributes.ts'
import { addIdentity, type Group, groupByRoot } from './neatlogs-group.ts'
import { keyProblem, NEATLOGS_TIMEOUT_MS } from './neatlogs-key.ts'
import { type AttributeList, type AttributeValue, attributeList } from './otlp-model.ts'
import { REQUEST_MAX_BYTES } from './otlp-post.ts'
import { outcomeOfJson } from './outcome.ts'
import { addRecordAttributes } from './record-attributes.ts'
import { createSequence } from './sequence.ts'
import { timesOf } from './spans.ts'

const MAX_BATCH_BYTES = 1024 * 1024
const MAX_BATCH_COUNT = 64

/** Opens the HTTP ingest. Without a key, or with a write key and no project, every `send` answers `pause`. */
export function openNeatlogsTrace(options: Options, env: Environment): Destination {
  const headers = { 'x-api-key': options.apiKey ?? '' }
  const client = openHttp({ url: neatlogsUrl(options), headers, env, timeoutMs: NEATLOGS_TIMEOUT_MS, gzip: false })
  const problem = keyProblem(options)
  const sequence = createSequence()
  const sendGroup = async (group: Group, droppedCount: number, patience: number): Promise<Outcome> => {
    const body = Buffer.from(encodeTrace(group, options.project, droppedCount))
    if (body.length > REQUEST_MAX_BYTES && group.records.length > 1) {
      return { kind: 'too_large', reason: `${body.length} bytes encoded, the limit is ${REQUEST_MAX_BYTES}` }
    }
    const result = await client.post(body, 'application/json', patience)
    return outcomeOfJson(result, [options.apiKey ?? ''])
  }
  return {
    name: 'neatlogs',
    fingerprint: fingerprintOf('neatlogs', options, env),
    maxBatchBytes: MAX_BATCH_BYTES,
    maxBatchCount: MAX_BATCH_COUNT,
    warnings: problem === null ? client.warnings : [problem, ...client.warnings],
    send: async (records, { droppedCount, patience = 1 }) => {
      if (problem !== null) return { kind: 'pause', reason: problem }
      const groups = groupByRoot(records.filter((record) => !sequence.isSettled(record)))
      const units = groups.map((group, index) => ({
        records: group.records,
        send: () => sendGroup(group, index === 0 ? droppedCount : 0, patience),
      }))
      return sequence.send(units, records)
    },
    close: () => client.close(),
  }
}

/** Makes the JSON text of one trace: a root with a child for each call. The server makes the ids. Pure. */
export function encodeTrace(group: Group, project: string | null, droppedCount: number): string {
  const [first] = group.records
  const attributes = attributeList()
  addIdentity(attributes, first)
  if (first.tags.length > 0) attributes.string('neatlogs.tags', first.tags.join(','))
  if (droppedCount > 0) attributes.int('neatlogs.dropped', droppedCount)
  return toJson({
    name: group.name,
    ...(project === null ? {} : { project }),
    children: group.records.map(traceNode),
    attributes: plainAttributes(attributes),
  })
}

function traceNode(record: CallRecord): { readonly [field: string]: unknown } {
  const { start, end } = timesOf(record)
  const { input_tokens: prompt, output_tokens: completion, total_tokens: total } = record.usage
  const attributes = attributeList()
  addNeatlogsAttributes(attributes, record)
  // Chat's messages stand in both places in the protocol's own example; other content is in `input` and `output` alone.
  if (record.operation === 'chat') addNeatlogsMessages(attributes, record)
  addRecordAttributes(attributes, record, 'latest', true)
  const model = modelOf(record)
  const hasTokens = prompt !== null || completion !== null || total !== null
  return {
    name: neatlogsSpanName(record),
    kind: spanKind(record),
    ...(model === null ? {} : { model }),
    ...withoutNull('input', traceInput(record)),
    ...withoutNull('output', traceOutput(record)),
    ...(hasTokens
      ? {
          tokens: {
            ...withoutNull('prompt', prompt),
            ...withoutNull('completion', completion),
            ...withoutNull('total', total),
          },
        }
      : {}),
    start: isoTime(start),
    end: isoTime(end),
    ...withoutNull('duration_ms', record.duration_ms),
    status: record.status === 'error' ? 'error' : 'ok',
    ...withoutNull('error', record.error?.message ?? null),
    attributes: plainAttributes(attributes, 'neatlogs.'),
  }
}

/** The conversation where there is one, else the request as it was. */
function traceInput({ request: { body } }: CallRecord): unknown {
  const object = asObject(body)
  return object?.messages ?? object?.input ?? object?.prompt ?? body
}

/** The answer's text where there is one text, else the answer as it was. */
function traceOutput(record: CallRecord): unknown {
  const messages = outputMessages(record, 'latest')
  const text = messages.length === 1 && messages[0] ? contentText(messages[0].parts) : null
  return text ?? record.response.body
}

/** Attributes as JSON values; the server drops what does not begin with `neatlogs.`, so that is not sent. */
function plainAttributes(list: AttributeList, prefix = ''): { readonly [key: string]: unknown } {
  const kept = list.attributes.filter(({ key }) => key.startsWith(prefix))
  return Object.fromEntries(kept.map(({ key, value }) => [key, plainValue(value)]))
}

function plainValue(value: AttributeValue): unknown {
  if ('stringValue' in value) return value.stringValue
  if ('boolValue' in value) return value.boolValue
  if ('intValue' in value) return Number(value.intValue)
  return 'doubleValue' in value ? value.doubleValue : value.arrayValue.values.map(plainValue)
}

function withoutNull(key: string, value: unknown): { readonly [key: string]: unknown } {
  return value === null || value === undefined ? {} : { [key]: value }
}

function isoTime(nanoseconds: string): string {
  return new Date(Number(BigInt(nanoseconds) / 1_000_000n)).toISOString()
}
