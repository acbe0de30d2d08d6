// Deliver: an OTLP trace request over HTTP, for otlp and neatlogs alike. Worker thread. In: records and their encoder. Out: the outcome.
import type { Outcome } from './destination.ts'
import type { HttpClient } from './http.ts'
import { giveRequestBack } from './kept-bytes.ts'
import { outcomeOfFailure, outcomeOfSuccess, withoutSecrets } from './outcome.ts'
import { partialOf } from './success-answer.ts'

/** Largest request that we make, before compression: what NeatLogs and the default of many collectors take. */
export const REQUEST_MAX_BYTES = 4 * 1024 * 1024

/** How much of the content a request repeats: bodies and messages (`full`), or the bodies only (`lean`). */
export type Detail = 'full' | 'lean'

export interface TracePost<Call> {
  readonly client: HttpClient
  readonly isJson: boolean
  /** Times the usual limit that an answer is waited for. */
  readonly patience?: number
  /** Texts that must not come back in an outcome. */
  readonly secrets: readonly string[]
  /** The body of the request. */
  encode(calls: readonly Call[], detail: Detail): Uint8Array
}

/** Encodes and posts one batch. Never rejects: a record that cannot be encoded is refused, not retried for ever. */
export async function postTraces<Call>(post: TracePost<Call>, records: readonly Call[]): Promise<Outcome> {
  let body: Uint8Array
  try {
    body = encodeWithin(post, records)
  } catch (error) {
    return { kind: 'rejected', status: null, answer: `cannot be encoded: ${String(error)}`, mayPassSplit: true }
  }
  if (body.length > REQUEST_MAX_BYTES && records.length > 1) {
    return { kind: 'too_large', reason: `${body.length} bytes encoded, the limit is ${REQUEST_MAX_BYTES}` }
  }
  const result = await post.client.post(
    body,
    post.isJson ? 'application/json' : 'application/x-protobuf',
    post.patience,
  )
  // Without an answer nobody knows whether the socket still reads it.
  if (result.kind === 'answer' && !post.isJson) giveRequestBack(body)
  const failure = outcomeOfFailure(result, post.secrets)
  if (failure !== null || result.kind === 'failure') return failure ?? { kind: 'delivered' }
  const failed = outcomeOfSuccess(result, true, post.secrets)
  if (failed !== null) return failed
  const partial = partialOf(result.body)
  if (partial === null || (partial.rejectedSpans <= 0 && partial.errorMessage === '')) return { kind: 'delivered' }
  const message = withoutSecrets(partial.errorMessage, post.secrets)
  return { kind: 'delivered', rejectedCount: Math.max(partial.rejectedSpans, 0), message }
}

/** One record that is too large goes without the second copy of its content, and if need be larger than the limit. */
function encodeWithin<Call>(post: TracePost<Call>, records: readonly Call[]): Uint8Array {
  const full = post.encode(records, 'full')
  return full.length > REQUEST_MAX_BYTES && records.length === 1 ? post.encode(records, 'lean') : full
}
