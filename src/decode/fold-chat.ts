// Folds `chat.completion.chunk` events into the one `chat.completion` that the server would have sent without `stream`. The
// rules are the SDK's (`lib/ChatCompletionStream`); beyond them, text fields of other providers are joined too. Worker thread.

import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { addDelta, assignOwn, type Draft, growLists, joinText, takeSlot } from './fold-delta.ts'

interface Choice {
  fields: Draft
  message: Draft
  tools: Map<number, Draft>
  lastTool: number
}

/** Folds chunks in wire order. Fields that never came stay away; `content` and `refusal` are null as in a plain answer. */
export function foldChat(chunks: readonly JsonObject[]): Json {
  const top: Draft = {}
  const choices = new Map<number, Choice>()
  for (const [at, chunk] of chunks.entries()) {
    addTop(top, chunk, at === 0)
    if (!isArray(chunk.choices)) continue
    for (const [position, part] of chunk.choices.entries()) if (isObject(part)) addChoice(choices, part, position)
  }
  if (!top.system_fingerprint) delete top.system_fingerprint
  const ordered = [...choices.entries()].sort(([left], [right]) => left - right)
  return { ...top, choices: ordered.map(([index, choice]) => finishChoice(choice, index)), object: 'chat.completion' }
}

/** The last chunk wins, as in the SDK; one without an id adds what was not known yet. Padding is not kept. */
function addTop(top: Draft, chunk: JsonObject, isFirst: boolean): void {
  const { choices: _, obfuscation: _padding, usage, ...rest } = chunk
  if (isFirst || chunk.id) assignOwn(top, rest)
  else for (const key of Object.keys(rest)) top[key] ??= rest[key] as Json
  if (usage !== undefined && (usage !== null || top.usage === undefined)) top.usage = usage
}

function addChoice(choices: Map<number, Choice>, part: JsonObject, position: number): void {
  const { delta, finish_reason, index, logprobs, message: _, ...other } = part
  const slot = typeof index === 'number' ? index : position
  const choice = takeSlot(choices, slot, (): Choice => {
    return { fields: { finish_reason: null, logprobs: null }, message: {}, tools: new Map(), lastTool: -1 }
  })
  assignOwn(choice.fields, other)
  if (finish_reason) choice.fields.finish_reason = finish_reason
  if (isObject(logprobs)) choice.fields.logprobs = growLists(choice.fields.logprobs, logprobs)
  if (isObject(delta)) addMessage(choice, delta)
}

function addMessage(choice: Choice, delta: JsonObject): void {
  const { audio, content, refusal, function_call, role, tool_calls, ...rest } = delta
  const { message } = choice
  if (role) message.role = role
  if (refusal) message.refusal = joinText(message.refusal, refusal)
  // Empty content counts, as it does for openai 7: the server sent it.
  if (content !== undefined && content !== null) message.content = joinText(message.content, content)
  if (isObject(audio)) message.audio = addAudio(message.audio, audio)
  if (isObject(function_call)) message.function_call = addFunction(message.function_call, function_call)
  if (isArray(tool_calls)) for (const call of tool_calls) if (isObject(call)) addTool(choice, call)
  addDelta(message, rest)
}

function addAudio(known: Json | undefined, delta: JsonObject): Draft {
  const audio: Draft = isObject(known) ? known : {}
  for (const key of Object.keys(delta)) {
    const value = delta[key] as Json
    if (value === null) continue
    audio[key] = key === 'data' || key === 'transcript' ? joinText(audio[key], value) : value
  }
  return audio
}

function addFunction(known: Json | undefined, delta: JsonObject): Draft {
  const call: Draft = isObject(known) ? known : { name: '', arguments: '' }
  const { name, arguments: text, ...rest } = delta
  assignOwn(call, rest)
  if (name) call.name = name
  if (text) call.arguments = joinText(call.arguments, text)
  return call
}

function addTool(choice: Choice, delta: JsonObject): void {
  const { index, id, type, function: fn, custom, ...rest } = delta
  const slot = typeof index === 'number' ? index : slotOf(choice, id)
  choice.lastTool = slot
  const call = takeSlot(choice.tools, slot, (): Draft => ({}))
  assignOwn(call, rest)
  if (id) call.id = id
  if (type) call.type = type
  if (isObject(fn)) call.function = addFunction(call.function, fn)
  if (isObject(custom)) {
    const known: Draft = isObject(call.custom) ? call.custom : {}
    if (custom.name) known.name = custom.name
    known.input = joinText(known.input, custom.input ?? '')
    call.custom = known
  }
}

/** Some compatible servers leave the index out: a new id begins a new call, no id continues the last one. */
function slotOf(choice: Choice, id: Json | undefined): number {
  if (!id) return Math.max(choice.lastTool, 0)
  for (const [slot, call] of choice.tools) if (call.id === id) return slot
  return Math.max(-1, ...choice.tools.keys()) + 1
}

function finishChoice(choice: Choice, index: number): Json {
  const { role = 'assistant', content = null, refusal = null, ...rest } = choice.message
  const message: Draft = { role, content, refusal, ...rest }
  if (choice.tools.size > 0) {
    message.tool_calls = [...choice.tools.entries()].sort(([left], [right]) => left - right).map(([, call]) => call)
  }
  return { index, message, ...choice.fields }
}
