// Parsing and walking JSON of the decode step: nesting is bounded once after parsing, so all that follows may recurse.
// In: text or parsed values. Out: values with the same shape. Pure, worker thread.
import type { Json } from './record.ts'

export type JsonObject = { readonly [key: string]: Json }
/** `cut`: pointers, from the value, of what was nested too deep. */
export type Parsed =
  | { readonly ok: true; readonly value: Json; readonly cut: readonly string[] }
  | { readonly ok: false }

/** Deeper containers are cut: no API nests so deep, and every recursion after this, ours or a destination's, stays safe. */
export const MAX_DEPTH = 400

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value)
}

/** The string, or null when it is anything else or empty. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** Parses without throwing and bounds the nesting: V8's JSON parser does not recurse, `JSON.stringify` and we do. */
export function parseJson(text: string): Parsed {
  try {
    const value = JSON.parse(text) as Json
    const mayBeDeep = text.length >= 2 * MAX_DEPTH
    return { ok: true, value, cut: mayBeDeep && isDeep(value, 0) ? boundDepth(value) : [] }
  } catch {
    return { ok: false } // not JSON: the caller says what that means for the call
  }
}

/** `/a~1b/0`, by RFC 6901. */
export function pointerOf(base: string, key: string | number): string {
  return `${base}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** Says whether anything is nested too deep. Goes no deeper than that. */
function isDeep(value: Json, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth >= MAX_DEPTH) return true
  if (Array.isArray(value)) {
    for (const item of value) if (isDeep(item as Json, depth + 1)) return true
  } else for (const key of Object.keys(value)) if (isDeep((value as JsonObject)[key] as Json, depth + 1)) return true
  return false
}

interface Place {
  readonly value: Json
  readonly up: Place | null
  readonly key: string | number
  readonly depth: number
}

/** Cuts what is nested deeper than `MAX_DEPTH`, in place. Returns the pointers of what was cut. Does not recurse. */
function boundDepth(root: Json): readonly string[] {
  const cut: string[] = []
  const todo: Place[] = [{ value: root, up: null, key: '', depth: 0 }]
  for (let place = todo.pop(); place !== undefined; place = todo.pop()) {
    const holder = place.value
    if (typeof holder !== 'object' || holder === null) continue
    for (const key of Object.keys(holder)) {
      const value = (holder as JsonObject)[key] as Json
      if (typeof value !== 'object' || value === null) continue
      const inner: Place = { value, up: place, key, depth: place.depth + 1 }
      if (inner.depth < MAX_DEPTH) todo.push(inner)
      else {
        ;(holder as { [key: string]: Json })[key] = `[cut: nested deeper than ${MAX_DEPTH}]`
        cut.push(pathOf(inner))
      }
    }
  }
  return cut
}

function pathOf(place: Place): string {
  const keys: (string | number)[] = []
  for (let at: Place | null = place; at?.up; at = at.up) keys.push(at.key)
  return keys.reverse().reduce<string>((path, key) => pointerOf(path, key), '')
}

/** What a walk knows of a value, while it is there: the key that holds it (the nearest name when it stands in an array) and its holder. */
export interface Site {
  readonly key: string
  readonly inArray: boolean
  readonly holder: Json
}

/** Gives the replacement of a value, or undefined to go on into it. */
export type Visit = (value: Json, site: Site) => Json | undefined
/** The same with what the visitor must know: on the hot path it is a function of its module, whose machine code V8 does not forget. */
export type VisitWith<Known> = (value: Json, site: Site, known: Known) => Json | undefined

const TOP: Site = { key: '', inArray: false, holder: null }

/** Rebuilds a value with what `visit` replaces. Parts without a replacement are the same objects as before. */
export function mapJson(value: Json, visit: Visit): Json {
  return mapWith(value, visit, undefined)
}

/** The same, and hands `known` to `visit`. */
export function mapWith<Known>(value: Json, visit: VisitWith<Known>, known: Known, site: Site = TOP): Json {
  const replaced = visit(value, site, known)
  if (replaced !== undefined) return replaced
  if (isArray(value)) return mapArray(value, visit, known, site.key)
  return isObject(value) ? mapObject(value, visit, known) : value
}

function mapArray<Known>(value: readonly Json[], visit: VisitWith<Known>, known: Known, key: string): Json {
  const site: Site = { key, inArray: true, holder: value }
  let copy: Json[] | null = null
  for (let at = 0; at < value.length; at++) {
    const before = value[at] as Json
    const after = mapWith(before, visit, known, site)
    if (after === before) continue
    copy ??= value.slice()
    copy[at] = after
  }
  return copy ?? value
}

function mapObject<Known>(value: JsonObject, visit: VisitWith<Known>, known: Known): Json {
  let copy: { [key: string]: Json } | null = null
  // One for all fields: no visitor keeps it.
  const site = { key: '', inArray: false, holder: value }
  for (const key of Object.keys(value)) {
    const before = value[key] as Json
    site.key = key
    const after = mapWith(before, visit, known, site)
    if (after === before) continue
    // A spread defines own properties, `__proto__` too; the assignment then finds the own one.
    copy ??= { ...value }
    copy[key] = after
  }
  return copy ?? value
}

/** What JSON makes of any value; what it cannot hold, a cycle or what is nested too deep becomes null. */
export function toJson(value: unknown, above: readonly object[] = []): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null // JSON has no -0
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || above.length >= MAX_DEPTH || above.includes(value)) return null
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  const path = [...above, value]
  if (Array.isArray(value)) return value.map((item) => toJson(item, path))
  const kept = Object.entries(value).filter(([, inner]) => inner !== undefined && typeof inner !== 'function')
  return Object.fromEntries(kept.map(([key, inner]) => [key, toJson(inner, path)]))
}
