// Joining deltas, shared by the folds: text grows, lists grow or merge by `index`, the rest is the last one. Worker thread.

import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import type { Json } from '../record.ts'

/** A JSON object under construction. */
export type Draft = { [key: string]: Json }

/** Text fields that are repeated whole in each delta, not grown. */
const WHOLE: ReadonlySet<string> = new Set([
  'id',
  'type',
  'role',
  'name',
  'format',
  'model',
  'status',
  'object',
  'index',
])

/** Joins text to what is known; what is not text replaces it. */
export function joinText(known: Json | undefined, more: Json): Json {
  return typeof more === 'string' && typeof known === 'string' ? known + more : more
}

/**
 * Adds the fields of a delta that no fold knows by name (`reasoning_content`, `reasoning`, `reasoning_details` …). The SDK
 * keeps only the last piece of these; the whole text is what the server sent.
 */
export function addDelta(target: Draft, delta: JsonObject): void {
  for (const key of Object.keys(delta)) {
    const more = delta[key] as Json
    const known = Object.hasOwn(target, key) ? target[key] : undefined
    const joined = WHOLE.has(key) ? (more ?? known ?? null) : joinAny(known, more)
    setOwn(target, key, joined)
  }
}

/** Sets fields as own ones, whatever their names: an assignment to `__proto__` would be lost. */
export function assignOwn(target: Draft, fields: JsonObject): void {
  for (const key of Object.keys(fields)) setOwn(target, key, fields[key] as Json)
}

function setOwn(target: Draft, key: string, value: Json): void {
  if (key !== '__proto__') target[key] = value
  else Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
}

/** Makes the lists of `known` grow by those of `more`; null does not replace anything, the rest is the last one. */
export function growLists(known: Json | undefined, more: JsonObject): Draft {
  const grown: Draft = isObject(known) ? known : {}
  for (const key of Object.keys(more)) {
    const before = Object.hasOwn(grown, key) ? grown[key] : undefined
    const after = more[key] as Json
    if (isArray(after) && isArray(before)) for (const item of after) (before as Json[]).push(item)
    else if (after !== null || before === undefined) setOwn(grown, key, isArray(after) ? after.slice() : after)
  }
  return grown
}

function joinAny(known: Json | undefined, more: Json): Json {
  if (known === undefined || known === null) return isArray(more) ? mergeList([], more) : more
  if (more === null) return known
  if (typeof known === 'string') return joinText(known, more)
  if (isArray(known)) return isArray(more) ? mergeList(known, more) : more
  if (!isObject(known) || !isObject(more)) return more
  const joined: Draft = { ...known }
  addDelta(joined, more)
  return joined
}

/** Items with an `index` join the item of the same index; others are put at the end. */
function mergeList(known: readonly Json[], more: readonly Json[]): Json {
  const list = [...known]
  for (const item of more) {
    const index = isObject(item) ? item.index : undefined
    const at = typeof index === 'number' ? list.findIndex((other) => isObject(other) && other.index === index) : -1
    if (at < 0) list.push(item)
    else list[at] = joinAny(list[at], item)
  }
  return list
}

/** The value of a slot, made when it was not there. */
export function takeSlot<Value>(slots: Map<number, Value>, index: number, make: () => Value): Value {
  const known = slots.get(index)
  if (known !== undefined) return known
  const made = make()
  slots.set(index, made)
  return made
}
