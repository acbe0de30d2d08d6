// Paths of `NEATLOGS_REDACT`, applied. In: a value, a path of src/options/redact-rules.ts. Out: the value with what the path reaches replaced.
// Worker thread.

import { isArray, isObject } from '../json-walk.ts'
import { ANY, type Path } from '../options/redact-rules.ts'
import type { Json } from '../record.ts'
import { CENSOR } from './secret-text.ts'

/** The value with `[Redacted]` wherever the path leads; the same value when it leads nowhere. */
export function censorPath(value: Json, path: Path, at = 0): Json {
  const step = path[at]
  if (step === undefined) return CENSOR
  if (isArray(value)) {
    const wanted = step === ANY ? null : Number(step)
    if (wanted !== null && !(wanted in value)) return value
    return value.map((item, index) => (wanted === null || index === wanted ? censorPath(item, path, at + 1) : item))
  }
  if (!isObject(value)) return value
  if (step !== ANY && !Object.hasOwn(value, step)) return value
  const entries = Object.entries(value).map(([key, inner]) => {
    return [key, step === ANY || key === step ? censorPath(inner, path, at + 1) : inner] as const
  })
  return Object.fromEntries(entries)
}
