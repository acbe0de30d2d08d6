// The fields of a chunk beside its choices: model, usage, citations, filter results. In: chunks in wire order. Out: those of the
// answer. Worker thread.

import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { addField, type Draft, joinCounts, own, setOwn } from './fold-delta.ts'
import { holdsText, type Misfits } from './misfits.ts'

/** The last chunk wins, as in the SDK; one without an id adds what was not known yet. Padding is not kept. */
export function addTop(top: Draft, chunk: JsonObject, isFirst: boolean, misfits: Misfits): void {
  const { choices: _, obfuscation: _padding, usage, ...rest } = chunk
  for (const key of Object.keys(rest)) {
    const more = rest[key] as Json
    const known = Object.hasOwn(top, key) ? top[key] : undefined
    if (isArray(known) && isArray(more)) setOwn(top, key, joinLists(known, more))
    else if (isObject(known) || isArray(known)) addField(top, key, more, misfits)
    else if (isFirst || chunk.id || known === undefined || known === null) addField(top, key, more, misfits)
    else if (more !== known && holdsText(more, key)) misfits.note()
  }
  const counts = joinCounts(top.usage, usage)
  if (counts !== undefined) top.usage = own(counts)
}

/** Lists that each chunk repeats (Perplexity's `citations`) and lists that come in pieces. */
function joinLists(known: readonly Json[], more: readonly Json[]): Json {
  const isRepeat = known.every((item, at) => at >= more.length || JSON.stringify(item) === JSON.stringify(more[at]))
  if (isRepeat) return more.length > known.length ? own(more) : known
  return [...known, ...more.map(own)]
}
