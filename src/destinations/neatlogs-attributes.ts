// Deliver: a record as NeatLogs' own attributes, beside the GenAI ones. Pure, worker thread. Names: shared/PROTOCOL.md, section 2.
import type { CallRecord } from '../record.ts'
import type { Part } from './genai-media.ts'
import { inputMessages, type Message, outputMessages } from './genai-messages.ts'
import { maxTokens, stopSequences } from './genai-request.ts'
import { toolDefinitions } from './genai-tools.ts'
import { asObject, asText, toJson } from './json.ts'
import type { AttributeSink } from './otlp-model.ts'

/** Calls of which only the usage tells whether a model worked for them. */
const MAY_BE_HTTP: ReadonlySet<string> = new Set(['other', 'fetch_response'])

/** `LLM` for every model call that has no kind of its own. */
export function spanKind({ operation, usage }: CallRecord): string {
  if (operation === 'embeddings') return 'EMBEDDING'
  const isHttp = MAY_BE_HTTP.has(operation) && usage.total_tokens === null && usage.output_tokens === null
  return isHttp ? 'HTTP' : 'LLM'
}

/** `openai.chat.completions.create`. */
export function neatlogsSpanName(record: CallRecord): string {
  return `${record.provider}.${record.method}`
}

/** The answering model, else the one asked for. */
export function modelOf(record: CallRecord): string | null {
  return record.response.model ?? record.request.model
}

/** Adds everything but messages and tools. */
export function addNeatlogsAttributes(list: AttributeSink, record: CallRecord): void {
  const body = asObject(record.request.body) ?? {}
  const { usage } = record
  list.string('neatlogs.span.kind', spanKind(record))
  // Without it the server drops spans that no wrapper of its own made.
  list.bool('neatlogs.internal', false)
  list.string('neatlogs.llm.provider', record.provider)
  list.string('neatlogs.llm.system', record.provider)
  list.string('neatlogs.llm.model_name', modelOf(record))
  list.string('neatlogs.llm.request_model', record.request.model)
  list.bool('neatlogs.llm.is_streaming', record.stream)
  list.double('neatlogs.llm.temperature', body.temperature)
  list.double('neatlogs.llm.top_p', body.top_p)
  list.int('neatlogs.llm.max_tokens', maxTokens(body))
  list.double('neatlogs.llm.frequency_penalty', body.frequency_penalty)
  list.double('neatlogs.llm.presence_penalty', body.presence_penalty)
  list.strings('neatlogs.llm.stop_sequences', stopSequences(body))
  list.string('neatlogs.llm.finish_reason', record.response.finish_reasons[0])
  list.string('neatlogs.llm.response_id', record.response.id)
  list.int('neatlogs.llm.token_count.prompt', usage.input_tokens)
  list.int('neatlogs.llm.token_count.completion', usage.output_tokens)
  list.int('neatlogs.llm.token_count.total', usage.total_tokens)
  list.int('neatlogs.llm.token_count.cache_read', usage.cache_read_input_tokens)
  list.int('neatlogs.llm.token_count.cache_write', usage.cache_write_input_tokens)
  list.int('neatlogs.llm.token_count.reasoning', usage.reasoning_output_tokens)
  list.int('neatlogs.llm.token_count.prompt_audio', usage.audio_input_tokens)
  list.int('neatlogs.llm.token_count.completion_audio', usage.audio_output_tokens)
  list.double('neatlogs.llm.metrics.ttft_ms', record.time_to_first_token_ms)
  list.double('neatlogs.llm.metrics.duration_ms', record.duration_ms)
  list.double('neatlogs.llm.cost_usd', record.cost_usd)
}

/** Adds messages, tools and tool calls, one attribute a field. */
export function addNeatlogsMessages(list: AttributeSink, record: CallRecord): void {
  const outputs = outputMessages(record, 'latest')
  addMessages(list, 'neatlogs.llm.input_messages', inputMessages(record))
  addMessages(list, 'neatlogs.llm.output_messages', outputs)
  const calls = outputs.flatMap(({ parts }) => parts.filter(({ type }) => type === 'tool_call'))
  calls.forEach((call, index) => {
    list.string(`neatlogs.llm.tool_calls.${index}.id`, call.id)
    list.string(`neatlogs.llm.tool_calls.${index}.name`, call.name)
    list.string(`neatlogs.llm.tool_calls.${index}.arguments`, asText(call.arguments))
  })
  toolDefinitions(record).forEach((tool, index) => {
    list.string(`neatlogs.llm.tools.${index}.name`, tool.name)
    list.string(`neatlogs.llm.tools.${index}.description`, tool.description)
    if (tool.parameters !== undefined) list.string(`neatlogs.llm.tools.${index}.input_schema`, toJson(tool.parameters))
  })
}

function addMessages(list: AttributeSink, prefix: string, messages: readonly Message[]): void {
  messages.forEach((message, index) => {
    list.string(`${prefix}.${index}.role`, message.role)
    list.string(`${prefix}.${index}.content`, contentText(message.parts))
    list.string(`${prefix}.${index}.name`, message.name)
    list.string(`${prefix}.${index}.tool_call_id`, message.parts.find(({ type }) => type === 'tool_call_response')?.id)
  })
}

/** One text as it is; several parts, or others than text, as JSON; null when the message only calls tools. */
export function contentText(parts: readonly Part[]): string | null {
  const said = parts.filter(({ type }) => type !== 'tool_call')
  const [first] = said
  if (first === undefined) return null
  if (said.length > 1) return toJson(said)
  if (first.type === 'tool_call_response') return asText(first.response)
  return typeof first.content === 'string' && first.type !== 'blob' ? first.content : toJson(said)
}
