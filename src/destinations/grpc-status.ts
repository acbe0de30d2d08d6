// Deliver: what gRPC's status means in the terms of HTTP, so that one table decides what becomes of a batch. Pure, worker thread.
// In: trailers. Out: an HTTP status, a text, the wish to wait. https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-response
import type { HttpResult } from './http-answer.ts'
import { readFields } from './proto-fields.ts'

/** Name and HTTP twin of each code. What the specification calls retryable is 503, a method that nobody serves 404. */
const CODES: readonly (readonly [name: string, status: number])[] = [
  ['OK', 200],
  ['CANCELLED', 503],
  ['UNKNOWN', 500],
  ['INVALID_ARGUMENT', 400],
  ['DEADLINE_EXCEEDED', 503],
  ['NOT_FOUND', 404],
  ['ALREADY_EXISTS', 400],
  ['PERMISSION_DENIED', 403],
  ['RESOURCE_EXHAUSTED', 429],
  ['FAILED_PRECONDITION', 400],
  ['ABORTED', 503],
  ['OUT_OF_RANGE', 503],
  ['UNIMPLEMENTED', 404],
  ['INTERNAL', 500],
  ['UNAVAILABLE', 503],
  ['DATA_LOSS', 503],
  ['UNAUTHENTICATED', 401],
]
/** grpc-go, grpc-js and grpc-java refuse a message above their limit as RESOURCE_EXHAUSTED, in words like these. */
const TOO_LARGE = /larger than max|message size|exceeds (the )?(maximum|limit)|too large/i
const RETRY_AFTER_MAX_MS = 10 * 60 * 1000
const NANOS_PER_MS = 1e6

/** The headers or trailers that hold a status. */
export interface GrpcStatus {
  readonly [name: string]: string | string[] | number | undefined
}

type Answer = Extract<HttpResult, { kind: 'answer' }>

/** Translates a status; `body` is the message that came with it. */
export function answerOfStatus(trailers: GrpcStatus, body: Uint8Array): Answer {
  const code = Number(trailers['grpc-status'])
  const [name, twin] = CODES[code] ?? [`status ${code}`, 500]
  const text = decodeMessage(String(trailers['grpc-message'] ?? ''))
  if (code === 0) return { kind: 'answer', status: 200, body, retryAfterMs: null }
  const status = name === 'RESOURCE_EXHAUSTED' && TOO_LARGE.test(text) ? 413 : twin
  const said = Buffer.from(`gRPC ${name}${text === '' ? '' : `: ${text}`}`)
  return { kind: 'answer', status, body: said, retryAfterMs: retryDelay(trailers['grpc-status-details-bin']) }
}

/** Percent-encoded UTF-8; a stray `%` stands for itself. */
function decodeMessage(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** `RetryInfo` among the details of a `google.rpc.Status`: how long the server wants us to wait, in milliseconds. */
function retryDelay(details: GrpcStatus[string]): number | null {
  if (typeof details !== 'string') return null
  for (const any of fieldsOf(Buffer.from(details, 'base64'), 3)) {
    const isRetryInfo = fieldsOf(any, 1).some((url) => Buffer.from(url).toString().endsWith('google.rpc.RetryInfo'))
    const duration = isRetryInfo ? fieldsOf(any, 2).flatMap((info) => fieldsOf(info, 1))[0] : undefined
    if (duration === undefined) continue
    const [seconds = 0, nanos = 0] = [1, 2].map((field) => numberOf(duration, field))
    return Math.min(Math.max(seconds * 1000 + nanos / NANOS_PER_MS, 0), RETRY_AFTER_MAX_MS)
  }
  return null
}

function fieldsOf(bytes: Uint8Array, field: number): Uint8Array[] {
  return readFields(bytes).flatMap((one) => (one.field === field && one.value instanceof Uint8Array ? one.value : []))
}

function numberOf(bytes: Uint8Array, field: number): number {
  const value = readFields(bytes).find((one) => one.field === field)?.value
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0
}
