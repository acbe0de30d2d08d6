// Joining deltas, shared by the folds: growing texts grow, lists grow or join by what their items say of themselves, words are
// the last one. What would replace something that came before stays out and is noted. Worker thread.

import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { isGrowing, isWord } from '../shapes/growing-texts.ts'
import type { Misfits } from './misfits.ts'

/** A JSON object under construction: ours alone, events are never written to. */
export type Draft = { [key: string]: Json }

/** Adds the fields of a delta (`reasoning_content`, `reasoning_details`, `audio` …). The SDK keeps the last piece of most. */
export function addDelta(target: Draft, delta: JsonObject, misfits: Misfits): void {
  for (const key of Object.keys(delta)) addField(target, key, delta[key] as Json, misfits)
}

/** Adds one field. */
export function addField(target: Draft, key: string, more: Json, misfits: Misfits): void {
  const known = Object.hasOwn(target, key) ? target[key] : undefined
  if (typeof more === 'string' && more !== '' && !isGrowing(key) && !isWord(key)) {
    if (typeof known !== 'object' || known === null) misfits.set(target, key, Boolean(known) && known !== more)
  }
  setOwn(target, key, joinField(known, more, key, misfits))
}

/** Sets fields as own ones, whatever their names: an assignment to `__proto__` would be lost. */
export function assignOwn(target: Draft, fields: JsonObject): void {
  for (const key of Object.keys(fields)) setOwn(target, key, fields[key] as Json)
}

export function setOwn(target: Draft, key: string, value: Json): void {
  if (key !== '__proto__') target[key] = value
  else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
}

/** A copy that may be written to. */
export function own(value: Json): Json {
  if (isArray(value)) return value.map(own)
  if (!isObject(value)) return value
  const copy: Draft = {}
  for (const key of Object.keys(value)) setOwn(copy, key, own(value[key] as Json))
  return copy
}

/** Makes the lists of `known` grow by those of `more`; null does not replace anything, the rest is the last one. */
export function growLists(known: Json | undefined, more: JsonObject): Draft {
  const grown: Draft = isObject(known) ? (known as Draft) : {}
  for (const key of Object.keys(more)) {
    const before = Object.hasOwn(grown, key) ? grown[key] : undefined
    const after = more[key] as Json
    if (isArray(after) && isArray(before)) for (const item of after) (before as Json[]).push(item)
    else if (after !== null || before === undefined) setOwn(grown, key, isArray(after) ? after.slice() : after)
  }
  return grown
}

/** Joins a piece to what is known of a field. */
export function joinField(known: Json | undefined, more: Json, key: string, misfits: Misfits): Json {
  if (known === undefined || known === null) return own(more)
  if (more === null) return known
  if (typeof known === 'string') return joinToText(known, more, key, misfits)
  if (isArray(known)) return joinToList(known as Json[], more, key, misfits)
  if (!isObject(known)) return own(more)
  if (!isObject(more)) return misfit(known, misfits)
  // A filter that has struck is not taken back by a later, clean piece (Azure's asynchronous filter sends both).
  if (known.filtered === true && more.filtered === false) return known
  addDelta(known as Draft, more, misfits)
  return known
}

function joinToText(known: string, more: Json, key: string, misfits: Misfits): Json {
  if (isArray(more) || isObject(more)) {
    const first: Json[] = known === '' ? [] : [textPart(known)]
    return isGrowing(key) || known === '' ? joinToList(first, more, key, misfits) : misfit(known, misfits)
  }
  if (typeof more !== 'string') return known === '' ? more : misfit(known, misfits)
  if (isGrowing(key)) return known + more
  return more === '' ? known : more
}

/** Content may be a text in one delta and a list of parts in another (Mistral's thinking). */
function joinToList(known: Json[], more: Json, key: string, misfits: Misfits): Json {
  if (isArray(more)) return mergeList(known, more, misfits)
  if (isObject(more)) return mergeList(known, [more], misfits)
  if (typeof more !== 'string' || !isGrowing(key)) return misfit(known, misfits)
  return more === '' ? known : mergeList(known, [textPart(more)], misfits)
}

function textPart(text: string): Json {
  return { type: 'text', text }
}

function misfit(known: Json, misfits: Misfits): Json {
  misfits.note()
  return known
}

/** Items join those that they continue, if nothing of these would be replaced; others are put at the end. */
function mergeList(known: Json[], more: readonly Json[], misfits: Misfits): Json {
  const before = known.length
  for (const item of more) {
    const at = isObject(item) ? continued(known, item, before) : -1
    if (at < 0) known.push(own(item))
    else known[at] = joinField(known[at], item, '', misfits)
  }
  return known
}

/** Which of the first `before` items this one continues: that of the same index, else the last one of the same type. */
function continued(known: readonly Json[], item: JsonObject, before: number): number {
  const { index, type } = item
  if (typeof index === 'number') {
    for (let at = before - 1; at >= 0; at--) {
      const other = known[at] as Json
      if (isObject(other) && other.index === index && agree(other, item)) return at
    }
    return -1
  }
  const last = known[before - 1]
  const isNext = before === known.length && isObject(last) && last.index === undefined && typeof type === 'string'
  return isNext && last.type === type && growsIn(last, item) && agree(last, item) ? before - 1 : -1
}

/** No field of the one would replace a different one of the other. */
function agree(known: JsonObject, more: JsonObject): boolean {
  return Object.keys(more).every((key) => {
    const [before, after] = [known[key], more[key]]
    if (before === undefined || before === null || before === '' || after === null || after === '') return true
    if (typeof before === 'string' && typeof after === 'string') return isGrowing(key) || before === after
    if (isArray(before) && isArray(after)) return true
    return isObject(before) && isObject(after) ? agree(before, after) : before === after
  })
}

function growsIn(known: JsonObject, more: JsonObject): boolean {
  return Object.keys(more).some((key) => isGrowing(key) && known[key] !== undefined)
}

/** Adds counts: zeros and nulls of a later chunk take nothing away, parts of several chunks add to each other. */
export function joinCounts(known: Json | undefined, more: Json | undefined): Json | undefined {
  if (more === undefined || more === null) return known === undefined ? more : known
  if (!isObject(known) || !isObject(more)) return more === 0 && typeof known === 'number' ? known : more
  const joined: Draft = { ...known }
  for (const key of Object.keys(more)) setOwn(joined, key, joinCounts(known[key], more[key]) as Json)
  return joined
}

/** The value of a slot, made when it was not there. */
export function takeSlot<Value>(slots: Map<number, Value>, index: number, make: () => Value): Value {
  const known = slots.get(index)
  if (known !== undefined) return known
  const made = make()
  slots.set(index, made)
  return made
}
