// Folds `chat.completion.chunk` events into the one `chat.completion` that the server would have sent without `stream`. The
// rules are the SDK's (`lib/ChatCompletionStream`); beyond them nothing that a server sent is replaced or dropped. Worker thread.

import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { isGrowing } from '../shapes/growing-texts.ts'
import { addDelta, addField, type Draft, growLists, joinCounts, own, takeSlot } from './fold-delta.ts'
import { addFunction, addTools, callsOf, type ToolCall } from './fold-tools.ts'
import { addTop } from './fold-top.ts'
import { type Folding, holdsText, type Misfits } from './misfits.ts'

interface Choice {
  readonly fields: Draft
  readonly message: Draft
  readonly calls: ToolCall[]
  /** The last `message` that came beside deltas: they should have told all of it. */
  beside: JsonObject | null
}

/** Folds chunks in wire order. Fields that never came stay away; `content` and `refusal` are null as in a plain answer. */
export function foldChat({ events, misfits }: Folding): Json {
  const top: Draft = {}
  const choices = new Map<number, Choice>()
  for (const [at, chunk] of events.entries()) {
    misfits.begin(at)
    if (!isChunk(chunk)) continue
    addTop(top, chunk, at === 0, misfits)
    if (!isArray(chunk.choices)) continue
    for (const [position, part] of chunk.choices.entries()) {
      if (isObject(part)) addChoice(choices, part, position, misfits)
    }
  }
  if (!top.system_fingerprint) delete top.system_fingerprint
  const ordered = [...choices.entries()].sort(([left], [right]) => left - right)
  const finished = ordered.map(([index, choice]) => finishChoice(choice, index, misfits))
  return { ...top, choices: finished, object: 'chat.completion' }
}

/** Events that are no part of the answer may stand between its chunks: pings, errors, another server's notes. */
export function isChunk({ choices, usage, object }: JsonObject): boolean {
  return (
    isArray(choices) || usage !== undefined || (typeof object === 'string' && /^(?:chat\.comp|text_comp)/.test(object))
  )
}

function addChoice(choices: Map<number, Choice>, part: JsonObject, position: number, misfits: Misfits): void {
  const { delta, finish_reason, index, logprobs, message, usage, ...other } = part
  const slot = typeof index === 'number' ? index : position
  const choice = takeSlot(choices, slot, (): Choice => {
    return { fields: { finish_reason: null, logprobs: null }, message: {}, calls: [], beside: null }
  })
  addDelta(choice.fields, other, misfits)
  if (usage !== undefined) choice.fields.usage = own(joinCounts(choice.fields.usage, usage) ?? null)
  if (finish_reason) choice.fields.finish_reason = finish_reason
  if (isObject(logprobs)) choice.fields.logprobs = growLists(choice.fields.logprobs, logprobs)
  // A bare text, or a list of parts, can be nothing but content.
  if (delta !== undefined && delta !== null) addMessage(choice, isObject(delta) ? delta : { content: delta }, misfits)
  if (message === undefined || message === null) return
  const whole = isObject(message) ? message : { content: message }
  if (isObject(delta)) choice.beside = whole
  else addMessage(choice, newIn(choice, whole), misfits)
}

function addMessage(choice: Choice, delta: JsonObject, misfits: Misfits): void {
  const { refusal, function_call, tool_calls, ...rest } = delta
  const { message } = choice
  if (refusal) addField(message, 'refusal', refusal, misfits)
  if (isObject(function_call)) message.function_call = addFunction(message.function_call, function_call, misfits)
  else if (holdsText(function_call ?? null)) misfits.note()
  if (tool_calls) addTools(choice.calls, isArray(tool_calls) ? tool_calls : [tool_calls], misfits)
  for (const key of Object.keys(rest)) {
    const value = rest[key] as Json
    // An empty content counts, as it does for openai 7: the server sent it. A null says nothing.
    if (value !== null || (key !== 'content' && key !== 'role' && key !== 'audio'))
      addField(message, key, value, misfits)
  }
}

/** Of a `message` in the place of a delta: what is not known yet, as each may repeat all that was before. */
function newIn({ message: known, calls }: Choice, message: JsonObject): JsonObject {
  const fresh: Draft = {}
  for (const [key, value] of Object.entries(message)) {
    const before = Object.hasOwn(known, key) ? known[key] : undefined
    if (key === 'tool_calls' && calls.length > 0 && JSON.stringify(value) === JSON.stringify(callsOf(calls))) continue
    if (typeof value !== 'string' || typeof before !== 'string') fresh[key] = value
    else if (isGrowing(key) && value.startsWith(before)) fresh[key] = value.slice(before.length)
    else if (!isGrowing(key) || !before.endsWith(value)) fresh[key] = value
  }
  return fresh
}

function finishChoice(choice: Choice, index: number, misfits: Misfits): Json {
  if (choice.beside !== null) addBeside(choice, choice.beside, misfits)
  const { role = 'assistant', content = null, refusal = null, ...rest } = choice.message
  const message: Draft = { role: role || 'assistant', content, refusal, ...rest }
  if (choice.calls.length > 0) message.tool_calls = callsOf(choice.calls)
  return { index, message, ...choice.fields }
}

/** What the last `message` beside the deltas tells that these did not. */
function addBeside(choice: Choice, { tool_calls, ...fields }: JsonObject, misfits: Misfits): void {
  const { message, calls } = choice
  if (isArray(tool_calls) && calls.length === 0) addTools(calls, tool_calls, misfits)
  for (const [key, value] of Object.entries(fields)) {
    const known = Object.hasOwn(message, key) ? message[key] : undefined
    if (known === undefined || known === null || known === '') addField(message, key, value, misfits)
    else if (typeof value === 'string' && isGrowing(key) && !String(known).includes(value)) misfits.noteAll()
  }
}
