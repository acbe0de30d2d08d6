// Token counts of an answer, whatever the endpoint or server calls them. In: the answer's body and whose it is. Out: `Usage`,
// where what the server did not say is null, never 0. Worker thread.

import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import type { Json, Usage } from '../record.ts'
import { COUNT_PLACES, PARTIAL_OUTPUT, USAGE_HOLDERS } from '../shapes/usage-places.ts'
import { RowsByNames } from './rows-by-names.ts'

export const NO_USAGE: Usage = {
  input_tokens: null,
  output_tokens: null,
  total_tokens: null,
  cache_read_input_tokens: null,
  cache_write_input_tokens: null,
  reasoning_output_tokens: null,
  text_input_tokens: null,
  text_output_tokens: null,
  image_input_tokens: null,
  image_output_tokens: null,
  audio_input_tokens: null,
  audio_output_tokens: null,
}

/** Whose answer it is. */
export interface UsageFacts {
  readonly provider: string
  readonly model: string | null
}

type Path = readonly string[]
type Counts = { -readonly [name in keyof Usage]: number | null }
/** The rows that an object with given names can have: the same of nearly each answer as of the one before. */
const HOLDERS = new RowsByNames(USAGE_HOLDERS.map(({ path }) => ({ path: splitPath(path) })))
const COUNTS = new RowsByNames(COUNT_PLACES.map(({ count, path }) => ({ count, path: splitPath(path) })))

function splitPath(path: string): Path {
  return path === '' ? [] : path.split('.')
}

/**
 * Reads the usage that an answer tells; whether it is the call's own, `ownsUsage` says. A transcription billed by duration has no
 * tokens.
 */
export function readUsage(body: Json, facts: UsageFacts): Usage {
  if (!isObject(body)) return NO_USAGE
  const told = isArray(body.events) ? { usage: lastUsage(body.events) } : body
  const read: Counts = { ...NO_USAGE }
  for (const found of holdersIn(told)) addCounts(read, found)
  read.output_tokens = wholeOutput(read, facts)
  return read
}

/** Where an answer speaks of its usage: each object that may hold counts, or a price. The body itself is not one. */
export function usageObjects(body: Json): readonly JsonObject[] {
  return isObject(body) ? holdersIn(body).filter((found) => found !== body) : []
}

function holdersIn(body: JsonObject): readonly JsonObject[] {
  const holders: JsonObject[] = []
  for (const { path } of HOLDERS.of(body)) addAt(holders, body, path, 0)
  return holders
}

/** Of a stream that no fold knows: the last event that has any, itself or what it tells of. */
function lastUsage(events: readonly Json[]): JsonObject | null {
  const found = events.filter(isObject).flatMap((event) => {
    const places = [event, event.data, event.response, event.turn, event.session].filter(isObject)
    return places.map(({ usage }) => usage).filter(isObject)
  })
  return found.at(-1) ?? null
}

/** Adds what is not known yet. A zero is what servers say that do not know: a later positive count wins. */
function addCounts(read: Counts, holder: JsonObject): void {
  for (const { count, path } of COUNTS.of(holder)) {
    if (read[count]) continue
    const value = firstAt(holder, path, 0)
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) read[count] = value || (read[count] ?? value)
  }
}

/** Adds the object that stands at a path; a list on the way stands for each of its items. */
function addAt(found: JsonObject[], value: Json | undefined, path: Path, from: number): void {
  const key = path[from]
  if (key === undefined) {
    if (isObject(value)) found.push(value)
  } else if (isArray(value)) {
    for (const item of value) addAt(found, item, path, from)
  } else if (isObject(value) && Object.hasOwn(value, key)) addAt(found, value[key], path, from + 1)
}

/** The first value that stands at a path. */
function firstAt(value: Json | undefined, path: Path, from: number): Json | undefined {
  const key = path[from]
  if (key === undefined) return value
  if (isArray(value)) return firstIn(value, path, from)
  return isObject(value) && Object.hasOwn(value, key) ? firstAt(value[key], path, from + 1) : undefined
}

function firstIn(list: readonly Json[], path: Path, from: number): Json | undefined {
  for (const item of list) {
    const found = firstAt(item, path, from)
    if (found !== undefined) return found
  }
  return undefined
}

/**
 * The output with its reasoning. Servers that leave the reasoning out of it (xAI, Gemini) still count it in the total: where
 * input and output do not add up to that, and the reasoning is what is missing, it is added.
 */
function wholeOutput(read: Counts, { provider, model }: UsageFacts): number | null {
  const { input_tokens: input, output_tokens: output, total_tokens: total, reasoning_output_tokens: reasoning } = read
  if (input === null || output === null || total === null || total <= input + output) return output
  if (reasoning !== null && input + output + reasoning === total) return output + reasoning
  const isPartial = PARTIAL_OUTPUT.some((row) => row.provider === provider || (model !== null && row.model.test(model)))
  return isPartial ? total - input : output
}
