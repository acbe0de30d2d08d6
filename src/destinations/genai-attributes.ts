// Deliver: a record as attributes of the GenAI conventions (semconv.ts says which version). Pure, worker thread. In: a record.
// Out: attributes without content, and those that are content, apart.
import type { CallRecord, Usage } from '../record.ts'
import { errorWords } from './error-words.ts'
import { inputMessages, outputMessages, systemInstructions } from './genai-messages.ts'
import { addRealtime } from './genai-realtime.ts'
import { addRequest, type Body, outputType } from './genai-request.ts'
import { toolDefinitions } from './genai-tools.ts'
import { asArray, asObject, asText, toJson } from './json.ts'
import type { AttributeSink } from './otlp-model.ts'
import { isRead, operationName, providerName, type Semconv } from './semconv.ts'

const API_TYPES: ReadonlyMap<string, string> = new Map(
  Object.entries({ chat: 'chat_completions', responses: 'responses' }),
)

/** Counts and their attributes, in both versions. */
const USAGE: readonly (readonly [count: keyof Usage, attribute: string])[] = [
  ['input_tokens', 'gen_ai.usage.input_tokens'],
  ['output_tokens', 'gen_ai.usage.output_tokens'],
  ['cache_read_input_tokens', 'gen_ai.usage.cache_read.input_tokens'],
  ['reasoning_output_tokens', 'gen_ai.usage.reasoning.output_tokens'],
]
const USAGE_1_41: typeof USAGE = [...USAGE, ['cache_write_input_tokens', 'gen_ai.usage.cache_creation.input_tokens']]
const USAGE_LATEST: typeof USAGE = [
  ...USAGE,
  ['cache_write_input_tokens', 'gen_ai.usage.cache_write.input_tokens'],
  ['text_input_tokens', 'gen_ai.usage.text.input_tokens'],
  ['image_input_tokens', 'gen_ai.usage.image.input_tokens'],
  ['audio_input_tokens', 'gen_ai.usage.audio.input_tokens'],
  ['text_output_tokens', 'gen_ai.usage.text.output_tokens'],
  ['image_output_tokens', 'gen_ai.usage.image.output_tokens'],
  ['audio_output_tokens', 'gen_ai.usage.audio.output_tokens'],
]
const NO_USAGE: typeof USAGE = []
/** The counts that a version has no name for, by its names. */
const UNNAMED = new Map([USAGE_1_41, USAGE_LATEST, NO_USAGE].map((named) => [named, unnamed(named)]))

function unnamed(named: typeof USAGE): readonly (keyof Usage)[] {
  const all = ['total_tokens', ...USAGE_LATEST.map(([count]) => count)] as const
  return all.filter((count) => !named.some(([name]) => name === count))
}

/** The counts that the conventions name; none for a call that fetched the answer of another, whose tokens were counted there. */
function usageNames(record: CallRecord, semconv: Semconv): typeof USAGE {
  if (semconv === '1.41') return USAGE_1_41
  return isRead(record) ? NO_USAGE : USAGE_LATEST
}

/** The counts that only we name on this span. */
export function unnamedCounts(record: CallRecord, semconv: Semconv): readonly (keyof Usage)[] {
  return UNNAMED.get(usageNames(record, semconv)) ?? []
}

/** Adds what the conventions name, except content. */
export function addGenAiAttributes(list: AttributeSink, record: CallRecord, semconv: Semconv): void {
  const body = asObject(record.request.body) ?? {}
  const { response } = record
  list.string('gen_ai.operation.name', operationName(record, semconv))
  list.string('gen_ai.provider.name', providerName(record))
  list.string('gen_ai.request.model', record.request.model)
  list.string('gen_ai.conversation.id', record.conversation_id)
  if (semconv !== '1.41') addRealtime(list, record)
  list.string('gen_ai.output.type', outputType(record, body))
  addRequest(list, record, body, semconv)
  list.string('gen_ai.response.id', response.id)
  list.string('gen_ai.response.model', response.model)
  list.strings('gen_ai.response.finish_reasons', finishReasons(record))
  if (record.stream && record.time_to_first_token_ms !== null) {
    list.double('gen_ai.response.time_to_first_chunk', record.time_to_first_token_ms / 1000)
  }
  for (const [count, attribute] of usageNames(record, semconv)) list.int(attribute, record.usage[count])
  list.string('server.address', record.server_address)
  list.int('server.port', record.server_port)
  if (providerName(record) === 'openai') addOpenAi(list, record, asObject(response.body))
  list.int('http.response.status_code', record.http_status)
  if (record.status === 'error') list.string('error.type', errorWords(record)?.type ?? '_OTHER')
}

function addOpenAi(list: AttributeSink, record: CallRecord, answer: Body | null): void {
  list.string('openai.api.type', API_TYPES.get(record.operation))
  list.string('openai.response.service_tier', answer?.service_tier)
  list.string('openai.response.system_fingerprint', answer?.system_fingerprint)
}

function finishReasons(record: CallRecord): readonly string[] {
  if (record.response.finish_reasons.length > 0) return record.response.finish_reasons
  // A stream that broke off has none; the conventions then ask for `error`.
  return record.stream && record.status === 'error' && record.response.body !== null ? ['error'] : []
}

/** Adds the messages, as the JSON text that spans carry for structured values. Opt-in: the caller decides. */
export function addGenAiContent(list: AttributeSink, record: CallRecord, semconv: Semconv): void {
  const add = (key: string, values: readonly unknown[]): void => {
    if (values.length > 0) list.string(key, toJson(values))
  }
  add('gen_ai.system_instructions', systemInstructions(record, semconv))
  add('gen_ai.input.messages', inputMessages(record))
  add('gen_ai.output.messages', outputMessages(record, semconv))
  add('gen_ai.tool.definitions', toolDefinitions(record))
  const body = asObject(record.request.body)
  if (operationName(record, semconv) === 'retrieval') {
    list.string('gen_ai.retrieval.query.text', queryText(body?.query))
    add('gen_ai.retrieval.documents', retrievedDocuments(record))
  }
  const variables = semconv === '1.41' ? null : asObject(asObject(body?.prompt)?.variables)
  for (const [name, value] of Object.entries(variables ?? {}))
    list.string(`gen_ai.prompt.variable.${name}`, asText(value))
}

function queryText(query: unknown): string | null {
  const texts = (typeof query === 'string' ? [query] : asArray(query)).filter((text) => typeof text === 'string')
  return texts.length === 0 ? null : texts.join('\n')
}

/** What a vector store search found: `{id, score}`, with what was found of it. */
function retrievedDocuments(record: CallRecord): Body[] {
  return asArray(asObject(record.response.body)?.data).flatMap((entry) => {
    const found = asObject(entry)
    if (found === null) return []
    const { file_id: id, score, ...rest } = found
    return [{ ...rest, id: asText(id ?? rest.id), score: typeof score === 'number' ? score : null }]
  })
}

/** Adds request and response as they were, as JSON text. Opt-in: the caller decides. */
export function addRawContent(list: AttributeSink, record: CallRecord): void {
  const add = (side: string, body: unknown): void => {
    if (body === null) return
    list.string(`${side}.value`, toJson(body))
    list.string(`${side}.mime_type`, 'application/json')
  }
  add('input', record.request.body)
  add('output', record.response.body)
}
