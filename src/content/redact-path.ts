// Paths of `NEATLOGS_REDACT`, applied. In: a value, a path of src/options/redact-rules.ts. Out: the value with what the path reaches replaced.
// They fail closed: where the way ends early (a text that should have been JSON, a list in the place of an object), that part goes. Worker.

import { isArray, isObject } from '../json-walk.ts'
import { ANY, ITEMS, type Path } from '../options/redact-rules.ts'
import type { Json } from '../record.ts'
import { CENSOR } from '../secrets/shapes.ts'

const INDEX = /^\d+$/

/** Hears of each value that a path takes away. */
export type Taken = (value: Json) => void

/** The value with `[Redacted]` wherever the path leads or ends early; the same value when nothing of that name is there. */
export function censorPath(value: Json, path: Path, taken: Taken = () => {}, at = 0): Json {
  const step = path[at]
  if (value === null || (typeof value === 'boolean' && step !== undefined)) return step === undefined ? CENSOR : value
  if (step === undefined || typeof value !== 'object') return take(value, taken)
  const isIndex = typeof step === 'string' && INDEX.test(step)
  if (isArray(value)) {
    if (typeof step === 'string' && !isIndex) return take(value, taken)
    const wanted = isIndex ? Number(step) : null
    if (wanted !== null && !(wanted in value)) return value
    return value.map((item, index) =>
      wanted === null || index === wanted ? censorPath(item, path, taken, at + 1) : item,
    )
  }
  if (!isObject(value)) return value
  if (step === ITEMS) return take(value, taken)
  if (step !== ANY && !Object.hasOwn(value, step)) return isIndex ? take(value, taken) : value
  const entries = Object.entries(value).map(([key, inner]) => {
    return [key, step === ANY || key === step ? censorPath(inner, path, taken, at + 1) : inner] as const
  })
  return Object.fromEntries(entries)
}

/** What limit.ts leaves of a body that was not parsed: a length and a hash, no text. */
const NOTHING_LEFT = /^…\[cut: \d+ bytes, sha256 [0-9a-f]{64}\]$/

function take(value: Json, taken: Taken): Json {
  if (typeof value === 'string' && NOTHING_LEFT.test(value)) return value
  taken(value)
  return CENSOR
}
