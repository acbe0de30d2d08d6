// Metrics: what is measured of a record. Pure, worker thread. In: a record. Out: plain JSON without content, small enough to be kept on
// disk until it has been counted at the server.
import type { CallRecord } from '../record.ts'
import { errorWords } from './error-words.ts'
import { addGenAiAttributes } from './genai-attributes.ts'
import { DURATION, FIRST_CHUNK, type Instrument, OUTPUT_CHUNK, TOKEN_USAGE } from './metric-model.ts'
import { type Attribute, attributeList, wordsInto } from './otlp-model.ts'
import { spanIdOf, timesOf, traceIdOf } from './spans.ts'

/** The attributes of a span that are those of its measurements too. */
const SHARED = new Set([
  'gen_ai.operation.name',
  'gen_ai.provider.name',
  'gen_ai.request.model',
  'gen_ai.response.model',
  'server.address',
  'server.port',
])

/** One call, measured. Times are seconds; null: not known, so not counted. */
export interface Facts {
  readonly id: string
  /** End of the call in epoch nanoseconds. */
  readonly at: string
  readonly attributes: readonly Attribute[]
  readonly error: string | null
  readonly duration: number | null
  readonly firstChunk: number | null
  readonly chunkGap: number | null
  readonly chunkGaps: number
  readonly input: number | null
  readonly output: number | null
  /** The span that exemplars point to; null: it is not sent. */
  readonly span: { readonly traceId: string; readonly spanId: string } | null
}

export interface Measurement {
  readonly instrument: Instrument
  readonly attributes: readonly Attribute[]
  readonly value: number
  /** How often the value is counted. */
  readonly count: number
}

/** Null for calls that are no GenAI operation: files, batches, lists. */
export function factsOf(record: CallRecord): Facts | null {
  if (record.operation === 'other') return null
  const list = attributeList()
  addGenAiAttributes(wordsInto(list), record, '1.41')
  const { duration_ms, time_to_first_token_ms, chunk_count, usage } = record
  // A call that died with its process has no end that anybody saw.
  const duration = record.status === 'incomplete' ? null : seconds(duration_ms)
  const firstChunk = record.stream ? seconds(time_to_first_token_ms) : null
  const chunkGaps = Math.max((chunk_count ?? 0) - 1, 0)
  // Taking a time for each chunk would cost the program; count and sum of the gaps are exact all the same.
  const isGapKnown = duration !== null && firstChunk !== null && chunkGaps > 0 && duration >= firstChunk
  return {
    id: record.id,
    at: timesOf(record).end,
    attributes: list.attributes.filter(({ key }) => SHARED.has(key)),
    error: record.status === 'error' ? (errorWords(record)?.type ?? '_OTHER') : null,
    duration,
    firstChunk,
    chunkGap: isGapKnown ? (duration - firstChunk) / chunkGaps : null,
    chunkGaps,
    input: usage.input_tokens,
    output: usage.output_tokens,
    span: record.otel.sampled === false ? null : { traceId: traceIdOf(record), spanId: spanIdOf(record) },
  }
}

function seconds(ms: number | null): number | null {
  return ms === null || !(ms >= 0) ? null : ms / 1000
}

/** The measurements of a call. */
export function measurementsOf(facts: Facts): Measurement[] {
  const { attributes, error, duration, firstChunk, chunkGap, chunkGaps, input, output } = facts
  const found: Measurement[] = []
  const add = (instrument: Instrument, value: number | null, extra: readonly Attribute[] = [], count = 1): void => {
    if (value !== null) found.push({ instrument, attributes: [...attributes, ...extra], value, count })
  }
  add(DURATION, duration, error === null ? [] : [text('error.type', error)])
  add(TOKEN_USAGE, input, [text('gen_ai.token.type', 'input')])
  add(TOKEN_USAGE, output, [text('gen_ai.token.type', 'output')])
  add(FIRST_CHUNK, firstChunk)
  add(OUTPUT_CHUNK, chunkGap, [], chunkGaps)
  return found
}

function text(key: string, stringValue: string): Attribute {
  return { key, value: { stringValue } }
}
