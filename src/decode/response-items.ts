// The output items of a `responses` stream under construction. Index and id of an event each may be missing, repeated or wrong:
// none is trusted alone, the kind of the event decides with them. In: events. Out: the item that is meant. Worker thread.

import { isObject, type JsonObject, textOf } from '../json-walk.ts'
import type { Json } from '../record.ts'
import type { Draft } from './fold-delta.ts'
import type { Misfits } from './misfits.ts'
import { settle } from './settle.ts'

export interface Item {
  readonly index: number | null
  readonly id: string | null
  readonly draft: Draft
  /** Made for a delta whose item had not been announced. */
  readonly isGuess: boolean
}

export interface Wanted {
  readonly index: number | null
  readonly id: string | null
  /** Type of the item; null fits any. */
  readonly type: string | null
}

export function wantedBy(event: JsonObject, type: string | null): Wanted {
  const { output_index: index } = event
  return { index: typeof index === 'number' ? index : null, id: textOf(event.item_id), type }
}

/** The item that an event means, made when there is none. */
export function takeItem(items: Item[], wanted: Wanted): Item {
  const found = findItem(items, wanted)
  if (found !== undefined) return found
  const { index, id, type } = wanted
  const draft: Draft = { ...(id === null ? {} : { id }), ...(type === null ? {} : { type }) }
  const item = { index, id, draft, isGuess: true }
  items.push(item)
  return item
}

function findItem(items: readonly Item[], { index, id, type }: Wanted): Item | undefined {
  const fits = items.filter(({ draft }) => type === null || draft.type === undefined || draft.type === type)
  const sameId = id === null ? [] : fits.filter((item) => item.id === id)
  const sameIndex = index === null ? [] : fits.filter((item) => item.index === index)
  const both = sameId.findLast((item) => item.index === index || index === null || item.index === null)
  if (both !== undefined) return both
  // Servers that make an id for each event: the index decides, unless the id it has is all that is known of the item.
  const byIndex = sameIndex.findLast((item) => id === null || item.id === null || !item.isGuess)
  if (byIndex !== undefined) return byIndex
  if (sameId.length > 0 && sameIndex.length === 0) return index === null ? sameId.at(-1) : undefined
  return index === null && id === null ? fits.at(-1) : undefined
}

/** `output_item.added` and `.done`: the item begins, or is stated whole. Returns the field that was read. */
export function putItem(items: Item[], event: JsonObject, isDone: boolean, misfits: Misfits): string {
  const whole = event.item
  if (!isObject(whole)) return 'type'
  const wanted = { ...wantedBy(event, textOf(whole.type)), id: textOf(whole.id) ?? textOf(event.item_id) }
  const known = isDone ? findItem(items, wanted) : begun(items, wanted)
  const draft = settle(known?.draft, whole, '', misfits) as Draft
  if (known === undefined) items.push({ index: wanted.index, id: wanted.id, draft, isGuess: false })
  else {
    const { id, index } = known
    Object.assign(known, { draft, id: wanted.id ?? id, index: index ?? wanted.index, isGuess: false })
  }
  return 'item'
}

/** An item that is announced after its first deltas, or twice; another one at the same index is not it. */
function begun(items: readonly Item[], wanted: Wanted): Item | undefined {
  const found = findItem(items, wanted)
  if (found === undefined || found.isGuess) return found
  return found.id !== null && found.id === wanted.id ? found : undefined
}

/** The output of a lifecycle event: its items are stated whole, those it leaves out stay. */
export function putOutput(items: Item[], output: readonly Json[], misfits: Misfits): void {
  const left = new Set(items)
  for (const [index, value] of output.entries()) {
    const whole: JsonObject = isObject(value) ? value : { value }
    const fits = [...left].filter(
      ({ draft }) => draft.type === undefined || whole.type === undefined || draft.type === whole.type,
    )
    const id = textOf(whole.id)
    const known =
      fits.find((item) => id !== null && item.id === id) ??
      fits.find((item) => item.index === index) ??
      fits.find((item) => item.index === null)
    if (known === undefined) {
      items.push({ index, id, draft: settle(undefined, whole, '', misfits) as Draft, isGuess: false })
      continue
    }
    left.delete(known)
    Object.assign(known, { index, id: id ?? known.id, isGuess: false, draft: settle(known.draft, whole, '', misfits) })
  }
}

/** The items in order of their index; those without one stay where they came. */
export function outputOf(items: readonly Item[]): Json[] {
  const placed = items.map((item, at) => ({
    item,
    at,
    index: item.index ?? Math.max(-1, ...items.slice(0, at).map((other) => other.index ?? -1)),
  }))
  return placed.sort((left, right) => left.index - right.index || left.at - right.at).map(({ item }) => item.draft)
}
