// Deliver: a record as attributes of the GenAI conventions 1.41 (open-telemetry/semantic-conventions v1.41.1, docs/gen-ai). Pure,
// worker thread. In: a record. Out: attributes without content, and those that are content, apart. Newer names are not sent.
import type { CallRecord } from '../record.ts'
import { inputMessages, outputMessages, systemInstructions, toolDefinitions } from './genai-messages.ts'
import { asArray, asObject, toJson } from './json.ts'
import type { AttributeList } from './otlp-model.ts'

/** Goes into `schemaUrl`; the attribute names below are those of this version. */
export const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.41.0'

const OPERATION_NAMES: { readonly [operation: string]: string } = { responses: 'chat', other: 'http' }
const PROVIDER_NAMES: { readonly [provider: string]: string } = { azure: 'azure.ai.openai' }
const API_TYPES: { readonly [operation: string]: string } = { chat: 'chat_completions', responses: 'responses' }

type Body = { readonly [key: string]: unknown }

/** `gen_ai.operation.name`: the well-known values where one exists, else our own operation (which the conventions allow). */
export function operationName(record: CallRecord): string {
  return OPERATION_NAMES[record.operation] ?? record.operation
}

/** `chat gpt-4o-mini`, or the method where no model takes part. */
export function spanName(record: CallRecord): string {
  return record.request.model === null ? record.method : `${operationName(record)} ${record.request.model}`
}

/** Adds what the conventions name, except content. */
export function addGenAiAttributes(list: AttributeList, record: CallRecord): void {
  const body = asObject(record.request.body) ?? {}
  const { response } = record
  list.string('gen_ai.operation.name', operationName(record))
  list.string('gen_ai.provider.name', PROVIDER_NAMES[record.provider] ?? record.provider)
  list.string('gen_ai.request.model', record.request.model)
  list.string('gen_ai.conversation.id', record.conversation_id)
  list.string('gen_ai.output.type', outputType(record, body))
  addRequest(list, record, body)
  list.string('gen_ai.response.id', response.id)
  list.string('gen_ai.response.model', response.model)
  list.strings('gen_ai.response.finish_reasons', finishReasons(record))
  if (record.stream && record.time_to_first_token_ms !== null) {
    list.double('gen_ai.response.time_to_first_chunk', record.time_to_first_token_ms / 1000)
  }
  list.int('gen_ai.usage.input_tokens', record.usage.input_tokens)
  list.int('gen_ai.usage.output_tokens', record.usage.output_tokens)
  list.int('gen_ai.usage.cache_read.input_tokens', record.usage.cache_read_input_tokens)
  list.int('gen_ai.usage.cache_creation.input_tokens', record.usage.cache_write_input_tokens)
  list.int('gen_ai.usage.reasoning.output_tokens', record.usage.reasoning_output_tokens)
  list.string('server.address', record.server_address)
  list.int('server.port', record.server_port)
  list.string('openai.api.type', API_TYPES[record.operation])
  const answer = asObject(response.body)
  list.string('openai.response.service_tier', answer?.service_tier)
  list.string('openai.response.system_fingerprint', answer?.system_fingerprint)
  list.int('http.response.status_code', record.http_status)
  if (record.status === 'error') list.string('error.type', record.error?.type ?? '_OTHER')
}

function addRequest(list: AttributeList, record: CallRecord, body: Body): void {
  if (record.stream) list.bool('gen_ai.request.stream', true)
  if (body.n !== 1) list.int('gen_ai.request.choice.count', body.n)
  list.int('gen_ai.request.seed', body.seed)
  list.double('gen_ai.request.temperature', body.temperature)
  list.double('gen_ai.request.top_p', body.top_p)
  list.double('gen_ai.request.top_k', body.top_k)
  list.double('gen_ai.request.frequency_penalty', body.frequency_penalty)
  list.double('gen_ai.request.presence_penalty', body.presence_penalty)
  list.int('gen_ai.request.max_tokens', maxTokens(body))
  list.strings('gen_ai.request.stop_sequences', stopSequences(body))
  if (body.service_tier !== 'auto') list.string('openai.request.service_tier', body.service_tier)
  if (record.operation !== 'embeddings') return
  list.int('gen_ai.embeddings.dimension.count', body.dimensions)
  if (typeof body.encoding_format === 'string') {
    list.strings('gen_ai.request.encoding_formats', [body.encoding_format])
  }
}

/** The limit under its three names: Chat's newer one, Responses', Chat's older one. */
export function maxTokens(body: Body): unknown {
  return body.max_completion_tokens ?? body.max_output_tokens ?? body.max_tokens
}

/** `stop` as a list. */
export function stopSequences(body: Body): string[] {
  const stop = typeof body.stop === 'string' ? [body.stop] : asArray(body.stop)
  return stop.filter((text) => typeof text === 'string')
}

function finishReasons(record: CallRecord): readonly string[] {
  if (record.response.finish_reasons.length > 0) return record.response.finish_reasons
  // A stream that broke off has none; the conventions then ask for `error`.
  return record.stream && record.status === 'error' && record.response.body !== null ? ['error'] : []
}

/** What the request asks for, only where it says so. */
function outputType(record: CallRecord, body: Body): string | null {
  if (record.operation === 'image') return 'image'
  if (record.operation === 'speech') return 'speech'
  const format = asObject(body.response_format) ?? asObject(asObject(body.text)?.format)
  if (format === null || typeof format.type !== 'string') return null
  return format.type.startsWith('json') ? 'json' : format.type === 'text' ? 'text' : null
}

/** Adds the messages, as the JSON text that spans carry for structured values. Opt-in: the caller decides. */
export function addGenAiContent(list: AttributeList, record: CallRecord): void {
  const add = (key: string, values: readonly unknown[]): void => {
    if (values.length > 0) list.string(key, toJson(values))
  }
  add('gen_ai.system_instructions', systemInstructions(record))
  add('gen_ai.input.messages', inputMessages(record))
  add('gen_ai.output.messages', outputMessages(record))
  add('gen_ai.tool.definitions', toolDefinitions(record))
}

/** Adds request and response as they were, as JSON text. Opt-in: the caller decides. */
export function addRawContent(list: AttributeList, record: CallRecord): void {
  const add = (side: string, body: unknown): void => {
    if (body === null) return
    list.string(`${side}.value`, toJson(body))
    list.string(`${side}.mime_type`, 'application/json')
  }
  add('input', record.request.body)
  add('output', record.response.body)
}
