// Deliver: tool calls, their answers and tool definitions as the GenAI conventions say them. Pure, worker thread.
// A call that the program executes is a `tool_call`, one that the provider runs itself a `server_tool_call`.
import type { CallRecord } from '../record.ts'
import { base64Part, type Part } from './genai-media.ts'
import { type Item, objects } from './genai-parts.ts'
import { askedField } from './genai-realtime.ts'
import { asObject, asText } from './json.ts'

/** A call that the model asks for; its arguments are JSON text at OpenAI and JSON here, or the text when it is not JSON. */
export function toolCallPart(id: unknown, name: unknown, args: unknown): Part {
  return {
    type: 'tool_call',
    ...stringField('id', id),
    name: typeof name === 'string' ? name : '',
    arguments: parse(args),
  }
}

export function toolResponsePart(id: unknown, response: unknown): Part {
  return { type: 'tool_call_response', ...stringField('id', id), response: response ?? null }
}

/** The calls of a chat message, functions of 2023 included. */
export function chatToolCalls(message: Item): Part[] {
  const calls = objects(message.tool_calls).map((call) => {
    const target = asObject(call.function) ?? asObject(call.custom)
    return toolCallPart(call.id, target?.name, target?.arguments ?? target?.input)
  })
  const legacy = asObject(message.function_call)
  return legacy === null ? calls : [...calls, toolCallPart(undefined, legacy.name, legacy.arguments)]
}

/** An item of Responses that the program has to execute (function, computer, shell, patch) or to allow (MCP). */
export function programCallPart(item: Item): Part {
  const args = item.arguments ?? item.input ?? item.action ?? item.actions ?? item.operation
  return toolCallPart(item.call_id ?? item.id, item.name ?? toolName(item), args)
}

/** What the program gave back: `computer_call_output`, `shell_call_output`, `mcp_approval_response` … */
export function programAnswerPart(item: Item): Part {
  const { type: _type, id: _id, call_id, approval_request_id, ...rest } = item
  return toolResponsePart(call_id ?? approval_request_id, item.output ?? rest)
}

/** A tool that runs at the provider (web search, code interpreter, MCP …), with everything the item says; a picture it made beside it. */
export function serverToolParts(item: Item): Part[] {
  const type = asText(item.type) || 'unknown'
  const { result, ...rest } = item
  const format = asText(item.output_format) || 'png'
  const image = type === 'image_generation_call' ? base64Part('image', result, `image/${format}`) : null
  const details = image === null ? item : rest
  const name = typeof item.name === 'string' ? item.name : toolName(item)
  const call = { type: 'server_tool_call', ...stringField('id', item.id), name, server_tool_call: { ...details, type } }
  return image === null ? [call] : [call, image]
}

/** What a tool of the provider gave back, where that is an item of its own. */
export function serverAnswerPart(item: Item): Part {
  const type = asText(item.type) || 'unknown'
  const id = stringField('id', item.call_id ?? item.id)
  return { type: 'server_tool_call_response', ...id, server_tool_call_response: { ...item, type } }
}

/** The tools that the model may call; `functions` is the name of 2023. */
export function toolDefinitions(record: CallRecord): Item[] {
  const body = asObject(record.request.body)
  const tools = objects(askedField(body, 'tools')).map((tool) => {
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

/** `shell` of `shell_call`. */
function toolName(item: Item): string {
  return (asText(item.type) || 'unknown').replace(/_call$/, '')
}

function stringField(name: string, value: unknown): { [name: string]: string } {
  return typeof value === 'string' ? { [name]: value } : {}
}

function parse(text: unknown): unknown {
  if (typeof text !== 'string') return text ?? null
  try {
    return JSON.parse(text)
  } catch {
    return text // a stream that broke off leaves half of the JSON text: still worth reading
  }
}
