// Deliver: the items of the Responses API as messages of the GenAI conventions. Pure, worker thread. In: `input` or `output`.
import { reasoningTexts } from '../decode/reasoning.ts'
import { runsInProgram } from '../decode/tool-items.ts'
import type { Part } from './genai-media.ts'
import { citationParts, contentParts, genericPart, type Item, objects, textPart } from './genai-parts.ts'
import { programAnswerPart, programCallPart, serverAnswerPart, serverToolParts } from './genai-tools.ts'
import { asText } from './json.ts'

export interface Message {
  readonly role: string
  readonly parts: readonly Part[]
  readonly name?: string
}

/** What was sent: a text, or a list of items; each item is a message of its own. */
export function sentItems(input: unknown): Message[] {
  if (typeof input === 'string') return [{ role: 'user', parts: [textPart(input)] }]
  return objects(input).map(sentItem)
}

function sentItem(item: Item): Message {
  if (isMessage(item))
    return { role: typeof item.role === 'string' ? item.role : 'user', parts: contentParts(item.content) }
  if (isAnswer(item)) return { role: 'tool', parts: [programAnswerPart(item)] }
  return { role: 'assistant', parts: modelParts(item) }
}

/** What came back: the parts of all items, as they are one generation. */
export function outputParts(output: unknown): Part[] {
  return objects(output).flatMap((item) => {
    if (isMessage(item)) return [...contentParts(item.content), ...citationParts(item.citations)]
    // An answer in the answer was given by a tool of the provider.
    return isAnswer(item) ? [serverAnswerPart(item)] : modelParts(item)
  })
}

/** Items of the model that are no message. */
function modelParts(item: Item): Part[] {
  if (item.type === 'reasoning') {
    const texts = [...reasoningTexts(item.summary), ...reasoningTexts(item.content)]
    return texts.map((content) => ({ type: 'reasoning', content }))
  }
  if (item.type === 'compaction') return [compactionPart(item)]
  if (runsInProgram(item)) return [programCallPart(item)]
  const type = asText(item.type)
  return type.endsWith('_call') || type.startsWith('mcp_') ? serverToolParts(item) : [genericPart(item)]
}

/** `encrypted_content` is for the server alone; nobody who reads a span can use it. */
function compactionPart(item: Item): Part {
  const { id, summary, content } = item
  const text = reasoningTexts(summary ?? content).join('')
  return { type: 'compaction', ...(typeof id === 'string' ? { id } : {}), ...(text === '' ? {} : { content: text }) }
}

function isMessage(item: Item): boolean {
  return item.type === undefined || item.type === 'message'
}

/** What a tool gave back: `function_call_output`, `shell_call_output`, `mcp_approval_response` … */
function isAnswer(item: Item): boolean {
  const type = asText(item.type)
  return type.endsWith('_call_output') || type === 'mcp_approval_response' || type === 'tool_search_output'
}
