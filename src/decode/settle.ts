// Deltas first, the whole afterwards: a `.done` event or the last Response states what the pieces made. In: both. Out: the whole,
// and of the pieces what it leaves out. Worker thread.

import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { isGrowing } from '../shapes/growing-texts.ts'
import { type Draft, own, setOwn } from './fold-delta.ts'
import { holdsText, type Misfits } from './misfits.ts'

/** The whole wins; where it says less than the pieces did, these stay. `key` names the field. */
export function settle(known: Json | undefined, whole: Json | undefined, key: string, misfits: Misfits): Json {
  if (whole === undefined || whole === null) return known ?? null
  if (known === undefined || known === null) return own(whole)
  if (typeof known === 'string' && typeof whole === 'string') return settleText(known, whole, key, misfits)
  if (isArray(known) && isArray(whole)) return settleList(known, whole, key, misfits)
  if (isObject(known) && isObject(whole)) return settleObject(known, whole, misfits)
  if (holdsText(known, key)) misfits.noteAll()
  return own(whole)
}

function settleText(known: string, whole: string, key: string, misfits: Misfits): string {
  if (!isGrowing(key) || whole.includes(known)) return whole
  if (known.includes(whole)) return known
  // The server took back what it had sent: its word counts, and what it had sent is kept beside it.
  misfits.noteAll()
  return whole
}

function settleObject(known: JsonObject, whole: JsonObject, misfits: Misfits): Json {
  const settled: Draft = {}
  for (const key of Object.keys(whole)) {
    setOwn(settled, key, settle(Object.hasOwn(known, key) ? known[key] : undefined, whole[key], key, misfits))
  }
  for (const key of Object.keys(known)) if (!Object.hasOwn(whole, key)) setOwn(settled, key, known[key] as Json)
  return settled
}

function settleList(known: readonly Json[], whole: readonly Json[], key: string, misfits: Misfits): Json {
  const isSame = (at: number): boolean => kindOf(known[at]) === kindOf(whole[at])
  const settled = whole.map((item, at) => (isSame(at) ? settle(known[at], item, key, misfits) : own(item)))
  const left = known.filter((item, at) => (at >= whole.length || !isSame(at)) && holdsText(item, key))
  return [...settled, ...left]
}

function kindOf(item: Json | undefined): Json {
  return isObject(item) ? (item.type ?? null) : null
}
