// Paths of `NEATLOGS_REDACT` in pino's syntax: `request.body.messages[*].content`, `a["b-c"][0].*`. In: a path text. Out: its
// steps, and a value with what they reach replaced. Worker thread.
import { NeatlogsError } from '../errors.ts'
import type { Json } from '../record.ts'
import { isArray, isObject } from './json-walk.ts'
import { CENSOR } from './secret-text.ts'

/** A wildcard step: every key or item. */
export const ANY: unique symbol = Symbol('*')
export type Step = string | typeof ANY
export type Path = readonly Step[]

const STEP = /\.?([^.[\]"'*\s]+)|\.?(\*)|\[(\d+)\]|\[(\*)\]|\["([^"]*)"\]|\['([^']*)'\]|\[`([^`]*)`\]/y

/** Parses a path. Throws `ERR_NEATLOGS_OPTION` for one that is empty or not of this syntax. */
export function parsePath(text: string): Path {
  const steps: Step[] = []
  STEP.lastIndex = 0
  while (STEP.lastIndex < text.length) {
    const at = STEP.lastIndex
    const match = STEP.exec(text)
    if (match === null || (at === 0 && text[0] === '.')) {
      throw new NeatlogsError(
        'ERR_NEATLOGS_OPTION',
        `NEATLOGS_REDACT: ${JSON.stringify(text)} is not a path like a.b[*].c`,
      )
    }
    // A name needs its dot, unless it is the first step.
    if (at > 0 && match[0][0] !== '.' && match[0][0] !== '[') {
      throw new NeatlogsError('ERR_NEATLOGS_OPTION', `NEATLOGS_REDACT: ${JSON.stringify(text)} lacks a dot at ${at}`)
    }
    const name = match[1] ?? match[3] ?? match[5] ?? match[6] ?? match[7]
    steps.push(name ?? ANY)
  }
  if (steps.length === 0) throw new NeatlogsError('ERR_NEATLOGS_OPTION', 'NEATLOGS_REDACT: an empty path')
  return steps
}

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
