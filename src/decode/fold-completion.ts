// Folds the chunks of a legacy `/completions` stream into the one `text_completion` of a plain answer. The SDK has no such
// helper; the shape is its `Completion` type. Worker thread.

import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { assignOwn, type Draft, growLists, joinText, takeSlot } from './fold-delta.ts'

/** Folds chunks in wire order: text joined and logprobs lists concatenated per choice. */
export function foldCompletion(chunks: readonly JsonObject[]): Json {
  const top: Draft = {}
  const choices = new Map<number, Draft>()
  for (const chunk of chunks) {
    const { choices: parts, usage, obfuscation: _, ...rest } = chunk
    assignOwn(top, rest)
    if (usage !== undefined && (usage !== null || top.usage === undefined)) top.usage = usage
    if (!isArray(parts)) continue
    for (const [position, part] of parts.entries()) if (isObject(part)) addChoice(choices, part, position)
  }
  const ordered = [...choices.entries()].sort(([left], [right]) => left - right)
  return { ...top, choices: ordered.map(([, choice]) => choice) }
}

function addChoice(choices: Map<number, Draft>, part: JsonObject, position: number): void {
  const { text, index, logprobs, finish_reason, ...other } = part
  const slot = typeof index === 'number' ? index : position
  const choice = takeSlot(choices, slot, (): Draft => {
    return { text: '', index: slot, logprobs: null, finish_reason: null }
  })
  assignOwn(choice, other)
  if (text) choice.text = joinText(choice.text, text)
  if (finish_reason) choice.finish_reason = finish_reason
  if (isObject(logprobs)) choice.logprobs = growLists(choice.logprobs, logprobs)
}
