// Deliver: the answer to a POST, read to its end. Worker thread. In: a response. Out: status, body, the server's wish to wait; or why none came.
import type { IncomingMessage } from 'node:http'
import { undoEncoding } from '../decode/content-encoding.ts'

/** Largest answer read, in bytes; the OTLP specification recommends 4 MiB. */
const ANSWER_MAX_BYTES = 4 * 1024 * 1024
/** Longest wait a server may ask for: a wrong clock or a typo there must not silence us for a day. */
const RETRY_AFTER_MAX_MS = 10 * 60 * 1000

export type HttpResult =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly body: Uint8Array
      readonly retryAfterMs: number | null
      readonly location?: string | null
    }
  /** No answer. `isPermanent`: it cannot become one without another configuration. */
  | { readonly kind: 'failure'; readonly reason: string; readonly isPermanent: boolean; readonly isTimeout?: boolean }

/** Reads an answer. Never rejects. */
export function readAnswer(response: IncomingMessage): Promise<HttpResult> {
  const chunks: Uint8Array[] = []
  let size = 0
  return new Promise((resolve) => {
    const answered = (): void => resolve(answerOf(response, Buffer.concat(chunks)))
    response.on('data', (chunk: Uint8Array) => {
      size += chunk.length
      if (size <= ANSWER_MAX_BYTES) chunks.push(chunk)
      else {
        answered() // the status has come and decides; what is larger is not ours to keep
        response.destroy()
      }
    })
    response.once('end', answered)
    // A refusal is one without the rest of its words; of a success nobody knows what was still to be said.
    const broken = (error: unknown): void => {
      if ((response.statusCode ?? 0) >= 300) answered()
      else resolve({ kind: 'failure', reason: describeFailure(error), isPermanent: false })
    }
    response.once('error', broken)
    response.once('close', () => broken(new Error('the answer broke off')))
  })
}

function answerOf({ statusCode, headers }: IncomingMessage, raw: Uint8Array): HttpResult {
  return {
    kind: 'answer',
    status: statusCode ?? 0,
    // Gateways compress without being asked.
    body: undoEncoding(raw, headers['content-encoding'], ANSWER_MAX_BYTES).bytes,
    retryAfterMs: readRetryAfter(headers['retry-after'], Date.now()),
    location: headers.location ?? null,
  }
}

/** Reads `Retry-After`, seconds or an HTTP date, as milliseconds from now, at most ten minutes; null when absent or unclear. */
export function readRetryAfter(value: string | undefined, nowMs: number): number | null {
  const text = value?.trim()
  if (!text) return null
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), RETRY_AFTER_MAX_MS)
}

/** The words of a failure. */
export function describeFailure(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  // An AggregateError (IPv4 and IPv6 both refused) has no message of its own.
  return message || code || 'unknown network failure'
}
