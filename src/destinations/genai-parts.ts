// Deliver: message parts of the GenAI conventions from what OpenAI and compatible servers call content. Pure, worker thread.
// In: parsed JSON whose shape nobody promises; what is not recognised becomes a generic part with its own `type`.
import { reasoningPart } from '../decode/reasoning.ts'
import { inputAudioPart, mediaPart, outputAudioPart, type Part } from './genai-media.ts'
import { asArray, asObject, asText } from './json.ts'

export type { Part } from './genai-media.ts'
export type Item = { readonly [key: string]: unknown }

/** Content of one message: a string, a list of parts, or null. */
export function contentParts(content: unknown): Part[] {
  if (typeof content === 'string') return [textPart(content)]
  return asArray(content).flatMap((entry) => {
    if (typeof entry === 'string') return [textPart(entry)]
    const item = asObject(entry)
    return item === null ? [] : [contentPart(item), ...citationParts(item.annotations)]
  })
}

export function textPart(content: string): Part {
  return { type: 'text', content }
}

/** What the texts rest on: `annotations` of either API, Perplexity's and xAI's `citations` and `search_results`. One part each. */
export function citationParts(annotations: unknown): Part[] {
  return asArray(annotations).flatMap((entry) => {
    if (typeof entry === 'string') return [{ type: 'url_citation', url: entry }]
    const annotation = asObject(entry)
    if (annotation === null) return []
    const type = typeof annotation.type === 'string' ? annotation.type : 'url_citation'
    // Chat nests what Responses says flat: `{type: 'url_citation', url_citation: {url, title}}`.
    const { [type]: nested, ...flat } = annotation
    return [genericPart({ ...flat, ...asObject(nested), type })]
  })
}

/** Objects of a list of unknown shape; the rest is left out. */
export function objects(value: unknown): Item[] {
  return asArray(value)
    .map(asObject)
    .filter((item) => item !== null)
}

function contentPart(item: Item): Part {
  return knownPart(item) ?? genericPart(item)
}

function knownPart(item: Item): Part | null {
  const reasoning = reasoningPart(item)
  if (reasoning !== null) return { type: 'reasoning', content: reasoning }
  switch (item.type) {
    case 'text':
    case 'input_text':
    case 'output_text':
    case 'summary_text':
      return textPart(asText(item.text))
    case 'refusal':
      return { type: 'refusal', content: asText(item.refusal) }
    case 'image_url':
    case 'input_image':
    case 'output_image':
      return mediaPart('image', urlOf(item.image_url), item.file_id)
    case 'video_url':
    case 'input_video':
      return mediaPart('video', urlOf(item.video_url), item.file_id)
    case 'audio_url':
      return mediaPart('audio', urlOf(item.audio_url), null)
    case 'input_audio':
      // Of a Realtime item, the words stand beside what the audio is.
      return inputAudioPart(item.input_audio) ?? outputAudioPart(item)
    case 'audio':
    case 'output_audio':
      return outputAudioPart(item)
    case 'file':
    case 'input_file': {
      const file = asObject(item.file) ?? item
      return mediaPart('document', file.file_data ?? file.file_url, file.file_id)
    }
    default:
      return null
  }
}

/** `image_url: {url}` of chat, `image_url: '…'` of Responses. */
function urlOf(value: unknown): unknown {
  return asObject(value)?.url ?? value
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
  'compaction',
])

/** A part with everything the item says. A name of the conventions with another shape would break readers that go by `type`. */
export function genericPart(item: Item): Part {
  const type = typeof item.type === 'string' ? item.type : 'unknown'
  return { ...item, type: KNOWN_TYPES.has(type) ? `openai.${type}` : type }
}
