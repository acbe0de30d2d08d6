// Folds the chunks of a legacy `/completions` stream into the one `text_completion` of a plain answer. The SDK has no such
// helper; the shape is its `Completion` type. Worker thread.

import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { isChunk } from './fold-chat.ts'
import { addDelta, addField, type Draft, growLists, takeSlot } from './fold-delta.ts'
import { addTop } from './fold-top.ts'
import type { Folding, Misfits } from './misfits.ts'

/** Folds chunks in wire order: text joined and logprobs lists concatenated per choice. */
export function foldCompletion({ events, misfits }: Folding): Json {
  const top: Draft = {}
  const choices = new Map<number, Draft>()
  for (const [at, chunk] of events.entries()) {
    misfits.begin(at)
    if (!isChunk(chunk)) continue
    addTop(top, chunk, at === 0, misfits)
    if (!isArray(chunk.choices)) continue
    for (const [position, part] of chunk.choices.entries()) {
      if (isObject(part)) addChoice(choices, part, position, misfits)
    }
  }
  const ordered = [...choices.entries()].sort(([left], [right]) => left - right)
  return { ...top, choices: ordered.map(([, choice]) => choice) }
}

function addChoice(choices: Map<number, Draft>, part: JsonObject, position: number, misfits: Misfits): void {
  const { text, index, logprobs, finish_reason, ...other } = part
  const slot = typeof index === 'number' ? index : position
  const choice = takeSlot(choices, slot, (): Draft => {
    return { text: '', index: slot, logprobs: null, finish_reason: null }
  })
  addDelta(choice, other, misfits)
  if (text) addField(choice, 'text', text, misfits)
  if (finish_reason) choice.finish_reason = finish_reason
  if (isObject(logprobs)) choice.logprobs = growLists(choice.logprobs, logprobs)
}
