// What we touch of a response, whichever fetch made it, and the headers a record keeps. Main thread.

export interface ResponseLike {
  readonly status: number
  readonly url?: string
  readonly headers?: { get(name: string): string | null }
  readonly body?: unknown
}

/** Kept when present: what tells rate limits, processing time and the nature of the body. Never a credential or cookie. */
const KEPT_HEADERS = [
  'content-type',
  'content-length',
  'content-encoding',
  'x-request-id',
  'apim-request-id',
  'openai-processing-ms',
  'openai-version',
  'openai-model',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  'x-ratelimit-limit-requests',
  'x-ratelimit-limit-tokens',
  'x-ratelimit-remaining-requests',
  'x-ratelimit-remaining-tokens',
  'x-ratelimit-reset-requests',
  'x-ratelimit-reset-tokens',
  'x-ms-region',
] as const

export function keepHeaders(response: ResponseLike): { [name: string]: string } | undefined {
  const { headers } = response
  if (typeof headers?.get !== 'function') return undefined
  const kept: { [name: string]: string } = {}
  for (const name of KEPT_HEADERS) {
    const value = headers.get(name)
    if (value !== null && value !== undefined) kept[name] = value
  }
  return kept
}
