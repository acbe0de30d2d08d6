// Token counts of an answer, whatever the endpoint or provider calls them. In: the answer's body. Out: `Usage`, where what
// the server did not say is null, never 0 and never computed. Worker thread.

import { isObject, type JsonObject } from '../json-walk.ts'
import type { Json, Operation, Usage } from '../record.ts'

export const NO_USAGE: Usage = {
  input_tokens: null,
  output_tokens: null,
  total_tokens: null,
  cache_read_input_tokens: null,
  cache_write_input_tokens: null,
  reasoning_output_tokens: null,
  audio_input_tokens: null,
  audio_output_tokens: null,
}

/** Where each count may stand, first found wins. `a.b` is a field of a field. */
const PLACES: { readonly [name in keyof Usage]: readonly string[] } = {
  input_tokens: ['input_tokens', 'prompt_tokens'],
  output_tokens: ['output_tokens', 'completion_tokens'],
  total_tokens: ['total_tokens'],
  cache_read_input_tokens: [
    'prompt_tokens_details.cached_tokens',
    'input_tokens_details.cached_tokens',
    'input_token_details.cached_tokens',
    'cache_read_input_tokens',
    'prompt_cache_hit_tokens', // DeepSeek
  ],
  cache_write_input_tokens: [
    'prompt_tokens_details.cache_write_tokens', // OpenRouter
    'input_tokens_details.cache_write_tokens',
    'prompt_tokens_details.cache_creation_tokens', // LiteLLM
    'cache_write_tokens',
    'cache_creation_input_tokens', // Anthropic
  ],
  reasoning_output_tokens: ['completion_tokens_details.reasoning_tokens', 'output_tokens_details.reasoning_tokens'],
  audio_input_tokens: [
    'prompt_tokens_details.audio_tokens',
    'input_tokens_details.audio_tokens',
    'input_token_details.audio_tokens',
  ],
  audio_output_tokens: [
    'completion_tokens_details.audio_tokens',
    'output_tokens_details.audio_tokens',
    'output_token_details.audio_tokens',
  ],
}

type Place = readonly [outer: string, key: string]
const PATHS = Object.entries(PLACES).map(([name, places]) => [name as keyof Usage, places.map(splitPlace)] as const)

function splitPlace(place: string): Place {
  const dot = place.indexOf('.')
  return [place.slice(0, Math.max(dot, 0)), place.slice(dot + 1)]
}

/**
 * Reads the usage of an answer. A transcription billed by duration has no tokens. Endpoints that are no model call (`other`)
 * repeat the usage of calls recorded before, so theirs does not count.
 */
export function readUsage(body: Json, operation: Operation): Usage {
  const usage = operation === 'other' ? null : usageOf(body)
  if (usage === null) return NO_USAGE
  const read = { ...NO_USAGE } as { -readonly [name in keyof Usage]: number | null }
  for (const [name, places] of PATHS) read[name] = firstCount(usage, places)
  return read
}

function usageOf(body: Json): JsonObject | null {
  if (!isObject(body)) return null
  if (isObject(body.usage)) return body.usage
  return isObject(body.x_groq) && isObject(body.x_groq.usage) ? body.x_groq.usage : null
}

function firstCount(usage: JsonObject, places: readonly Place[]): number | null {
  for (const [outerKey, key] of places) {
    const outer = outerKey === '' ? usage : usage[outerKey]
    const value = isObject(outer) ? outer[key] : undefined
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  }
  return null
}
