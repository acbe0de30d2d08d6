// Deliver: message parts of the GenAI conventions 1.41.1 from what OpenAI calls content. Pure, worker thread.
// In: parsed JSON whose shape nobody promises; what is not recognised becomes a generic part with its own `type`.
import { asArray, asObject, asText } from './json.ts'

export interface Part {
  readonly type: string
  readonly [field: string]: unknown
}

type Item = { readonly [key: string]: unknown }

/** Content of one message: a string, a list of parts, or null. */
export function contentParts(content: unknown): Part[] {
  if (typeof content === 'string') return [textPart(content)]
  return asArray(content).flatMap((entry) => {
    if (typeof entry === 'string') return [textPart(entry)]
    const item = asObject(entry)
    return item === null ? [] : [contentPart(item)]
  })
}

export function textPart(content: string): Part {
  return { type: 'text', content }
}

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

/** A tool that runs at the provider (web search, code interpreter, MCP …), with everything the item says. */
export function serverToolPart(item: Item): Part {
  const type = typeof item.type === 'string' ? item.type : 'unknown'
  const name = typeof item.name === 'string' ? item.name : type.replace(/_call$/, '')
  return { type: 'server_tool_call', ...stringField('id', item.id), name, server_tool_call: { ...item, type } }
}

function contentPart(item: Item): Part {
  switch (item.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
    case 'summary_text':
      return textPart(asText(item.text))
    case 'refusal':
      return { type: 'refusal', content: asText(item.refusal) }
    case 'reasoning_text':
      return { type: 'reasoning', content: asText(item.text) }
    case 'image_url':
    case 'input_image':
      return mediaPart('image', asObject(item.image_url)?.url ?? item.image_url, item.file_id) ?? genericPart(item)
    case 'input_audio': {
      const audio = asObject(item.input_audio)
      if (typeof audio?.data !== 'string') return genericPart(item)
      return {
        type: 'blob',
        modality: 'audio',
        mime_type: `audio/${asText(audio.format) || 'wav'}`,
        content: audio.data,
      }
    }
    case 'file':
    case 'input_file': {
      const file = asObject(item.file) ?? item
      return mediaPart('document', file.file_data ?? file.file_url, file.file_id) ?? genericPart(item)
    }
    default:
      return genericPart(item)
  }
}

function mediaPart(modality: string, url: unknown, fileId: unknown): Part | null {
  if (typeof url === 'string') {
    // Only the head is matched: the rest is up to megabytes, or cut by the size limit.
    const head = /^data:([^;,]*)[^,]{0,200};base64,/.exec(url.slice(0, 300))
    if (head === null) return { type: 'uri', modality, uri: url }
    return { type: 'blob', modality, mime_type: head[1] || null, content: url.slice(head[0].length) }
  }
  return typeof fileId === 'string' ? { type: 'file', modality, file_id: fileId } : null
}

function genericPart(item: Item): Part {
  const type = typeof item.type === 'string' ? item.type : 'unknown'
  // A name of the conventions with another shape would break readers that go by `type`.
  return { ...item, type: KNOWN_TYPES.has(type) ? `openai.${type}` : type }
}

const KNOWN_TYPES = new Set([
  'text',
  'tool_call',
  'tool_call_response',
  'server_tool_call',
  'server_tool_call_response',
  'blob',
  'file',
  'uri',
  'reasoning',
])

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
