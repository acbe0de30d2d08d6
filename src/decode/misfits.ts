// The net below the folds: which events of a stream hold something that no fold could place. In: what a fold tells while it works.
// Out: those events as they came; all of them when the fold holds less text than the deltas brought. Worker thread.
import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { isGrowing, isWord } from '../shapes/growing-texts.ts'

export interface Misfits {
  /** The next event is being folded. */
  begin(at: number): void
  /** Something of this event has no place in the answer. */
  note(): void
  /** Something of an earlier event was replaced: all are kept. */
  noteAll(): void
  /** This event sets a field to a text of which nobody knows whether it grows: the event that had set it before is kept. */
  set(holder: object, key: string, isReplaced: boolean): void
  /** The events to keep beside `body`. */
  take(events: readonly Json[], body: Json): readonly Json[]
}

export function openMisfits(): Misfits {
  const noted = new Set<number>()
  const origins = new WeakMap<object, Map<string, number>>()
  let current = 0
  let isAll = false
  return {
    begin(at) {
      current = at
    },
    note() {
      noted.add(current)
    },
    noteAll() {
      isAll = true
    },
    set(holder, key, isReplaced) {
      const known = origins.get(holder) ?? new Map<string, number>()
      const before = known.get(key)
      if (isReplaced && before === undefined) isAll = true
      else if (isReplaced) noted.add(before as number)
      origins.set(holder, known.set(key, current))
    },
    take(events, body) {
      if (isAll) return events
      const kept = events.filter((_, at) => noted.has(at))
      const sent = events.reduce<number>((sum, event, at) => sum + (noted.has(at) ? 0 : pieceLength(event)), 0)
      return sent > textLength(body) ? events : kept
    },
  }
}

/** Characters of the growing texts that one event brings: they add up exactly, however a server split them. */
export function pieceLength(event: Json): number {
  if (!isObject(event)) return 0
  if (isArray(event.choices)) return event.choices.reduce<number>((sum, choice) => sum + choiceLength(choice), 0)
  const { type, delta } = event
  const isDelta = typeof type === 'string' && type.endsWith('.delta')
  return isDelta && (typeof delta === 'string' || isObject(delta)) ? growingLength(delta, 'delta') : 0
}

function choiceLength(choice: Json): number {
  if (!isObject(choice)) return 0
  const { delta, text } = choice
  return growingLength(delta ?? null, '') + (typeof text === 'string' ? text.length : 0)
}

function growingLength(value: Json, key: string): number {
  if (typeof value === 'string') return isGrowing(key) ? value.length : 0
  if (isArray(value)) return value.reduce<number>((sum, item) => sum + growingLength(item, key), 0)
  if (!isObject(value)) return 0
  return Object.entries(value).reduce((sum, [name, inner]) => sum + growingLength(inner, name), 0)
}

function textLength(value: Json): number {
  if (typeof value === 'string') return value.length
  if (isArray(value)) return value.reduce<number>((sum, item) => sum + textLength(item), 0)
  return isObject(value) ? Object.values(value).reduce<number>((sum, inner) => sum + textLength(inner), 0) : 0
}

/** Says whether a value holds a text that is no word of the protocol: an event with one is worth keeping. */
export function holdsText(value: Json, key = ''): boolean {
  if (typeof value === 'string') return value !== '' && !isWord(key)
  if (isArray(value)) return value.some((item) => holdsText(item, key))
  return isObject(value) && Object.entries(value).some(([name, inner]) => holdsText(inner, name))
}

/** What a fold works on: the events' data in wire order, and where it says what it could not place. */
export interface Folding {
  readonly events: readonly JsonObject[]
  readonly misfits: Misfits
}
