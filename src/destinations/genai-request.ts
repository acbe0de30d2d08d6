// Deliver: what a request asked for, as attributes of the GenAI conventions; no content. Pure, worker thread.
import type { CallRecord } from '../record.ts'
import { realtimeOutputType } from './genai-realtime.ts'
import { asArray, asObject } from './json.ts'
import type { AttributeSink } from './otlp-model.ts'
import { isRead, operationName, providerName, type Semconv, vectorStoreOf } from './semconv.ts'

export type Body = { readonly [key: string]: unknown }

/** Adds the parameters of the request. */
export function addRequest(list: AttributeSink, record: CallRecord, body: Body, semconv: Semconv): void {
  if (record.stream) list.bool('gen_ai.request.stream', true)
  if (body.n !== 1) list.int('gen_ai.request.choice.count', body.n)
  list.int('gen_ai.request.seed', body.seed)
  list.double('gen_ai.request.temperature', body.temperature)
  list.double('gen_ai.request.top_p', body.top_p)
  if (semconv === '1.41') list.double('gen_ai.request.top_k', body.top_k)
  else list.int('gen_ai.request.top_k', body.top_k)
  list.double('gen_ai.request.frequency_penalty', body.frequency_penalty)
  list.double('gen_ai.request.presence_penalty', body.presence_penalty)
  list.int('gen_ai.request.max_tokens', maxTokens(body))
  list.strings('gen_ai.request.stop_sequences', stopSequences(body))
  if (semconv !== '1.41') addSince142(list, record, body)
  // Provider-specific names belong to their provider: `openai.*` on a span of Groq or Bedrock would be read as OpenAI's.
  if (providerName(record) === 'openai' && body.service_tier !== 'auto') {
    list.string('openai.request.service_tier', body.service_tier)
  }
  if (operationName(record, semconv) === 'retrieval') addRetrieval(list, record, body, semconv)
  if (record.operation !== 'embeddings') return
  list.int('gen_ai.embeddings.dimension.count', body.dimensions)
  if (typeof body.encoding_format === 'string') {
    list.strings('gen_ai.request.encoding_formats', [body.encoding_format])
  }
}

function addSince142(list: AttributeSink, record: CallRecord, body: Body): void {
  // A number or an object is no level of OpenAI's; the conventions want the very text that was sent.
  list.string('gen_ai.request.reasoning.level', body.reasoning_effort ?? asObject(body.reasoning)?.effort)
  list.string('gen_ai.request.previous_response.id', body.previous_response_id)
  const prompt = asObject(body.prompt)
  list.string('gen_ai.prompt.name', prompt?.id)
  list.string('gen_ai.prompt.version', prompt?.version)
  if (isCompacted(record, body)) list.bool('gen_ai.conversation.compacted', true)
}

/** Never `false`: that a server compacts behind our back cannot be excluded. */
function isCompacted(record: CallRecord, body: Body): boolean {
  const output = isRead(record) ? null : asObject(record.response.body)?.output
  return asArray(body.input).some(isCompaction) || asArray(output).some(isCompaction)
}

function isCompaction(item: unknown): boolean {
  return asObject(item)?.type === 'compaction'
}

function addRetrieval(list: AttributeSink, record: CallRecord, body: Body, semconv: Semconv): void {
  list.string('gen_ai.data_source.id', vectorStoreOf(record))
  if (semconv === '1.41') list.double('gen_ai.request.top_k', body.max_num_results)
  else list.int('gen_ai.retrieval.top_k', body.max_num_results)
}

/** The limit under its three names: Chat's newer one, Responses', Chat's older one. */
export function maxTokens(body: Body): unknown {
  return body.max_completion_tokens ?? body.max_output_tokens ?? body.max_tokens
}

/** `stop` as a list. */
export function stopSequences({ stop }: Body): readonly string[] {
  if (stop === undefined || stop === null) return NONE
  return typeof stop === 'string' ? [stop] : asArray(stop).filter(isText)
}

const NONE: readonly string[] = []

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** `gen_ai.output.type`: what the request asks for, only where it says so. */
export function outputType(record: CallRecord, body: Body): string | null {
  if (record.operation === 'realtime') return realtimeOutputType(body)
  if (record.operation === 'image') return 'image'
  if (record.operation === 'speech') return 'speech'
  if (record.operation === 'transcription') return 'text'
  const modalities = asArray(body.modalities)
  // `['text', 'audio']` asks for sound, with its words beside it.
  if (modalities.includes('audio')) return 'speech'
  if (modalities.includes('image')) return 'image'
  const format = asObject(body.response_format) ?? asObject(asObject(body.text)?.format)
  if (typeof format?.type === 'string' && format.type.startsWith('json')) return 'json'
  return format?.type === 'text' || modalities.includes('text') ? 'text' : null
}
