// Token counts of an answer, whatever the endpoint or server calls them. In: the answer's body and whose it is. Out: `Usage`,
// where what the server did not say is null, never 0. Worker thread.

import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import type { Json, Operation, Usage } from '../record.ts'
import { COUNT_PLACES, PARTIAL_OUTPUT, USAGE_HOLDERS } from '../shapes/usage-places.ts'

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
  readonly operation: Operation
  readonly provider: string
  readonly model: string | null
  /** A read (`responses.retrieve`): it repeats the usage of the call that it reads. */
  readonly isRead: boolean
}

type Path = readonly string[]
type Counts = { -readonly [name in keyof Usage]: number | null }
const HOLDERS: readonly Path[] = USAGE_HOLDERS.map(({ path }) => splitPath(path))
const COUNTS = COUNT_PLACES.map(({ count, path }) => ({ count, path: splitPath(path) }))

function splitPath(path: string): Path {
  return path === '' ? [] : path.split('.')
}

/**
 * Reads the usage of an answer. A transcription billed by duration has no tokens. Endpoints that are no model call (`other`)
 * and reads repeat the usage of calls recorded before, so theirs does not count; a response made in the background is answered
 * by nothing but a read, whose usage counts (once: `usage-ledger`).
 */
export function readUsage(body: Json, facts: UsageFacts): Usage {
  const isRepeat = facts.isRead && !(isObject(body) && body.background === true)
  if (facts.operation === 'other' || isRepeat || !isObject(body)) return NO_USAGE
  const read: Counts = { ...NO_USAGE }
  for (const holder of HOLDERS) for (const found of valuesAt(body, holder)) if (isObject(found)) addCounts(read, found)
  return { ...read, output_tokens: wholeOutput(read, facts) }
}

/** Adds what is not known yet. A zero is what servers say that do not know: a later positive count wins. */
function addCounts(read: Counts, holder: JsonObject): void {
  for (const { count, path } of COUNTS) {
    if (read[count]) continue
    const [value] = valuesAt(holder, path)
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) read[count] = value || (read[count] ?? value)
  }
}

/** What stands at a path; a list on the way stands for each of its items. */
function valuesAt(value: Json | undefined, path: Path): readonly Json[] {
  if (value === undefined) return []
  const [key, ...rest] = path
  if (key === undefined) return [value]
  if (isArray(value)) return value.flatMap((item) => valuesAt(item, path))
  return isObject(value) && Object.hasOwn(value, key) ? valuesAt(value[key], rest) : []
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
