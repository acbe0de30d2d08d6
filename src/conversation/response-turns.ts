// The Responses API → turns. In: `instructions`, `input` and `output`, any shape. Out: turns; items of the model that follow
// each other share one. Pure.
import { reasoningTexts } from '../decode/reasoning.ts'
import { type Bag, bag, list, text } from '../narrow.ts'
import type { OpenTurn } from './chat-turns.ts'
import { dataUrlOf, imagePart, partsOf, placeResult, toolCall } from './parts.ts'
import type { Part } from './turns.ts'

/** What was sent: instructions first, then the items. */
export function inputTurns(instructions: unknown, input: unknown): OpenTurn[] {
  const turns: OpenTurn[] = []
  if (typeof instructions === 'string') addParts(turns, 'instructions', partsOf(instructions), false)
  if (typeof input === 'string') addParts(turns, 'user', partsOf(input), false)
  for (const item of list(input)) addItem(turns, bag(item), false)
  return turns
}

/** What came back, added to the turns that were sent, because results of built-in tools belong beside their calls. */
export function addOutput(turns: OpenTurn[], output: readonly unknown[]): void {
  for (const item of output) addItem(turns, bag(item), true)
}

function addItem(turns: OpenTurn[], item: Bag, isAnswer: boolean): void {
  const type = text(item.type) ?? 'message'
  if (type === 'message') {
    const role = text(item.role) ?? (isAnswer ? 'assistant' : 'user')
    addParts(turns, role, partsOf(item.content), isAnswer)
  } else if (type.endsWith('_call_output') || type === 'mcp_approval_response') {
    const parts = partsOf(item.output ?? { type, approve: item.approve, reason: item.reason })
    if (!placeResult(turns, text(item.call_id) ?? text(item.approval_request_id), parts))
      addParts(turns, 'tool', parts, isAnswer)
  } else addParts(turns, 'assistant', modelParts(type, item), isAnswer)
}

function modelParts(type: string, item: Bag): Part[] {
  if (type === 'reasoning') return reasoningParts(item)
  if (type === 'image_generation_call' && item.result !== undefined && item.result !== null)
    return [imagePart(typeof item.result === 'string' ? dataUrlOf(item.result) : item.result)]
  if (type === 'function_call' || type === 'custom_tool_call')
    return [toolCall(item.call_id, item.name, item.arguments ?? item.input)]
  if (type === 'mcp_approval_request') return [toolCall(item.id, item.name, item.arguments)]
  if (!type.endsWith('_call')) return [{ kind: 'json', label: type, value: item }]
  const { id: _id, call_id: _callId, type: _type, status: _status, ...rest } = item
  const args = item.arguments ?? item.action ?? item.actions ?? item.operation ?? rest
  const call = toolCall(item.call_id ?? item.id, text(item.name) ?? type.slice(0, -5), args)
  return [item.output === undefined ? call : { ...call, result: partsOf(item.output) }]
}

function reasoningParts(item: Bag): Part[] {
  const texts = [...reasoningTexts(item.summary), ...reasoningTexts(item.content)]
  if (texts.length === 0) return [{ kind: 'reasoning', text: '' }]
  return texts.map((words) => ({ kind: 'reasoning', text: words }))
}

function addParts(turns: OpenTurn[], role: string, parts: readonly Part[], isAnswer: boolean): void {
  const last = turns.at(-1)
  const continues = role === 'assistant' && last?.role === role && last.isAnswer === isAnswer
  if (continues) last.parts.push(...parts)
  else turns.push({ role, note: null, parts: [...parts], isAnswer })
}
