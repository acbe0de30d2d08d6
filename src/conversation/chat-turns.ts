// Chat completions → turns. In: `messages` of the request and `choices` of the answer, any shape. Out: turns. Pure.
import { reasoningOf } from '../decode/reasoning.ts'
import { type Bag, bag, list, text } from '../narrow.ts'
import { citations, partsOf, placeResult, soundPart, toolCall } from './parts.ts'
import type { Part, Turn } from './turns.ts'

export interface OpenTurn extends Turn {
  readonly parts: Part[]
}

/** The messages that were sent; a tool's message goes to its call. */
export function messageTurns(messages: readonly unknown[]): OpenTurn[] {
  const turns: OpenTurn[] = []
  for (const value of messages) {
    const message = bag(value)
    const role = text(message.role) ?? 'message'
    const parts = messageParts(message)
    const isResult = role === 'tool' || role === 'function'
    const id = text(message.tool_call_id) ?? (role === 'function' ? text(message.name) : null)
    if (isResult && placeResult(turns, id, parts)) continue
    turns.push({ role, note: text(message.name), parts, isAnswer: false })
  }
  return turns
}

/** The model's choices; one turn each. `sources`: what the answer as a whole rests on. */
export function choiceTurns(choices: readonly unknown[], sources: unknown): OpenTurn[] {
  return choices.map((value, index) => {
    const choice = bag(value)
    const message = bag(choice.message)
    const parts = typeof choice.text === 'string' ? partsOf(choice.text) : messageParts(message)
    if (index === 0) parts.push(...citations(sources))
    const finish = text(choice.finish_reason)
    const notes = [choices.length > 1 ? `choice ${index + 1}` : '', finish && finish !== 'stop' ? finish : '']
    return {
      role: text(message.role) ?? 'assistant',
      note: notes.filter(Boolean).join(' · ') || null,
      parts,
      isAnswer: true,
    }
  })
}

/** What the model says: the words, unless the content has them, and the sound. */
function audioParts(audio: unknown): Part[] {
  return [...partsOf(bag(audio).transcript), soundPart(audio)]
}

function messageParts(message: Bag): Part[] {
  const parts: Part[] = reasoningOf(message).map((words) => ({ kind: 'reasoning', text: words }))
  parts.push(...partsOf(message.content))
  if (typeof message.refusal === 'string') parts.push({ kind: 'refusal', text: message.refusal })
  if (message.audio) parts.push(...audioParts(message.audio))
  // Pictures of OpenRouter and Gemini stand beside the content.
  if (Array.isArray(message.images)) parts.push(...partsOf(message.images))
  parts.push(...citations(message.annotations), ...citations(message.citations))
  for (const value of list(message.tool_calls)) {
    const call = bag(value)
    const made = bag(call.function ?? call.custom)
    parts.push(toolCall(call.id, made.name, made.arguments ?? made.input))
  }
  const legacy = bag(message.function_call)
  if (typeof legacy.name === 'string') parts.push(toolCall(legacy.name, legacy.name, legacy.arguments))
  return parts
}
