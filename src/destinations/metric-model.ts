// Metrics: the OTLP metrics message as plain data, in the shape of OTLP/JSON, and the instruments that we have. Pure, worker thread.
// Names and boundaries: GenAI conventions 1.41, docs/gen-ai/gen-ai-metrics.md (the newer drafts have kept them).
import type { Attribute } from './otlp-model.ts'

export interface Instrument {
  readonly name: string
  readonly unit: string
  readonly description: string
  readonly bounds: readonly number[]
}

const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
const TOKENS = Array.from({ length: 14 }, (_, power) => 4 ** power)

export const DURATION: Instrument = {
  name: 'gen_ai.client.operation.duration',
  unit: 's',
  description: 'GenAI operation duration.',
  bounds: SECONDS,
}
export const TOKEN_USAGE: Instrument = {
  name: 'gen_ai.client.token.usage',
  unit: '{token}',
  description: 'Number of input and output tokens used.',
  bounds: TOKENS,
}
export const FIRST_CHUNK: Instrument = {
  name: 'gen_ai.client.operation.time_to_first_chunk',
  unit: 's',
  description: 'Time to receive the first chunk of a streamed answer.',
  bounds: SECONDS,
}
export const OUTPUT_CHUNK: Instrument = {
  name: 'gen_ai.client.operation.time_per_output_chunk',
  unit: 's',
  description: 'Time per chunk of a streamed answer after the first: the mean of each call.',
  bounds: SECONDS,
}

export const DELTA = 1
export const CUMULATIVE = 2
export type Temporality = typeof DELTA | typeof CUMULATIVE

/** A measurement that stands for its bucket, with the span it comes from. */
export interface Exemplar {
  readonly timeUnixNano: string
  readonly asDouble: number
  readonly traceId?: string
  readonly spanId?: string
}

export interface HistogramPoint {
  readonly attributes: readonly Attribute[]
  readonly startTimeUnixNano: string
  readonly timeUnixNano: string
  /** 64-bit counts are decimal strings. */
  readonly count: string
  readonly sum: number
  readonly bucketCounts: readonly string[]
  readonly explicitBounds: readonly number[]
  readonly exemplars: readonly Exemplar[]
  readonly min: number
  readonly max: number
}

export interface Metric {
  readonly name: string
  readonly description: string
  readonly unit: string
  readonly histogram: { readonly dataPoints: readonly HistogramPoint[]; readonly aggregationTemporality: Temporality }
}

/** The body of `POST /v1/metrics`. */
export interface MetricsRequest {
  readonly resourceMetrics: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] }
    readonly scopeMetrics: readonly {
      readonly scope: { readonly name: string; readonly version: string }
      readonly metrics: readonly Metric[]
      readonly schemaUrl: string
    }[]
  }[]
}
