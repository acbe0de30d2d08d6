// Deliver: the messages of a call in the form of the GenAI conventions 1.41.1. Pure, worker thread.
// In: a record. Out: input and output messages, system instructions, tool definitions; empty lists where there are none.
import type { CallRecord } from '../record.ts'
import { contentParts, type Part, serverToolPart, textPart, toolCallPart, toolResponsePart } from './genai-parts.ts'
import { asArray, asObject, asText } from './json.ts'

export interface Message {
  readonly role: string
  readonly parts: readonly Part[]
  readonly name?: string
}

export interface OutputMessage extends Message {
  readonly finish_reason: string
}

type Item = { readonly [key: string]: unknown }

/** What the program sent: `messages` of chat, `input` of Responses, `prompt` of completions and images. */
export function inputMessages(record: CallRecord): Message[] {
  const body = asObject(record.request.body)
  if (body === null) return []
  if (record.operation === 'responses') {
    if (typeof body.input === 'string') return [{ role: 'user', parts: [textPart(body.input)] }]
    return objects(body.input).flatMap(itemMessage)
  }
  if (Array.isArray(body.messages)) return objects(body.messages).map(chatMessage)
  const isPrompt = record.operation === 'text_completion' || record.operation === 'image'
  const prompts = typeof body.prompt === 'string' ? [body.prompt] : asArray(body.prompt)
  if (!isPrompt) return []
  return prompts.flatMap((text) => (typeof text === 'string' ? [{ role: 'user', parts: [textPart(text)] }] : []))
}

/** What came back: one message per choice, or one for all output items of Responses. */
export function outputMessages(record: CallRecord): OutputMessage[] {
  const body = asObject(record.response.body)
  if (body === null) return []
  if (Array.isArray(body.output)) {
    const parts = objects(body.output).flatMap((item) => itemMessage(item)[0]?.parts ?? [])
    return [{ role: 'assistant', parts, finish_reason: finishReason(record, record.response.finish_reasons[0]) }]
  }
  return objects(body.choices).map((choice) => {
    const message = asObject(choice.message)
    const reason = finishReason(record, choice.finish_reason)
    if (message !== null) return { ...chatMessage({ role: 'assistant', ...message }), finish_reason: reason }
    const parts = typeof choice.text === 'string' ? [textPart(choice.text)] : []
    return { role: 'assistant', parts, finish_reason: reason }
  })
}

/** Instructions that are sent apart from the conversation; a `system` message stays among the input messages. */
export function systemInstructions(record: CallRecord): Part[] {
  const instructions = asObject(record.request.body)?.instructions
  if (typeof instructions === 'string') return [textPart(instructions)]
  return objects(instructions).flatMap((item) => contentParts(item.content))
}

/** The tools that the model may call; `functions` is the name of 2023. */
export function toolDefinitions(record: CallRecord): Item[] {
  const body = asObject(record.request.body)
  const tools = objects(body?.tools).map((tool) => {
    const type = typeof tool.type === 'string' ? tool.type : 'function'
    return toolDefinition(type, asObject(tool[type]) ?? tool)
  })
  return [...tools, ...objects(body?.functions).map((definition) => toolDefinition('function', definition))]
}

function toolDefinition(type: string, { name, description, parameters, ...rest }: Item): Item {
  return {
    ...(type === 'function' ? {} : rest),
    type,
    name: typeof name === 'string' ? name : type,
    ...(typeof description === 'string' ? { description } : {}),
    ...(asObject(parameters) === null ? {} : { parameters }),
  }
}

function chatMessage(message: Item): Message {
  const role = typeof message.role === 'string' ? message.role : 'user'
  const name = typeof message.name === 'string' ? { name: message.name } : {}
  if (role === 'tool' || role === 'function') {
    return { role: 'tool', parts: [toolResponsePart(message.tool_call_id ?? message.name, message.content)], ...name }
  }
  const parts = contentParts(message.content)
  // `reasoning_content` is what OpenAI-compatible servers (DeepSeek, vLLM) send beside `content`.
  if (typeof message.reasoning_content === 'string') {
    parts.unshift({ type: 'reasoning', content: message.reasoning_content })
  }
  if (typeof message.refusal === 'string') parts.push({ type: 'refusal', content: message.refusal })
  const audio = asObject(message.audio)
  if (typeof audio?.transcript === 'string') parts.push({ type: 'audio_transcript', content: audio.transcript })
  return { role, parts: [...parts, ...toolCalls(message)], ...name }
}

function toolCalls(message: Item): Part[] {
  const calls = objects(message.tool_calls).map((call) => {
    const target = asObject(call.function) ?? asObject(call.custom)
    return toolCallPart(call.id, target?.name, target?.arguments ?? target?.input)
  })
  const legacy = asObject(message.function_call)
  return legacy === null ? calls : [...calls, toolCallPart(undefined, legacy.name, legacy.arguments)]
}

/** One item of the Responses API, in either direction. */
function itemMessage(item: Item): Message[] {
  if (item.type === undefined || item.type === 'message') {
    return [{ role: typeof item.role === 'string' ? item.role : 'user', parts: contentParts(item.content) }]
  }
  if (item.type === 'function_call' || item.type === 'custom_tool_call') {
    return [{ role: 'assistant', parts: [toolCallPart(item.call_id, item.name, item.arguments ?? item.input)] }]
  }
  if (item.type === 'function_call_output' || item.type === 'custom_tool_call_output') {
    return [{ role: 'tool', parts: [toolResponsePart(item.call_id, item.output)] }]
  }
  if (item.type === 'reasoning') {
    const texts = [...contentParts(item.summary), ...contentParts(item.content)]
    return [{ role: 'assistant', parts: texts.map(({ content }) => ({ type: 'reasoning', content: asText(content) })) }]
  }
  return [{ role: 'assistant', parts: [serverToolPart(item)] }]
}

/** OpenAI says `tool_calls`, the conventions `tool_call`; a stream that broke off has none, which the conventions call `error`. */
function finishReason(record: CallRecord, reason: unknown): string {
  if (reason === 'tool_calls' || reason === 'function_call') return 'tool_call'
  if (typeof reason === 'string' && reason !== '') return reason
  return record.status === 'ok' ? 'stop' : 'error'
}

function objects(value: unknown): Item[] {
  return asArray(value).flatMap((entry) => {
    const item = asObject(entry)
    return item === null ? [] : [item]
  })
}
