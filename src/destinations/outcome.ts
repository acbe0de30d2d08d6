// Deliver: what an HTTP answer means for a batch. Pure, worker thread.
import type { Outcome } from './destination.ts'
import type { HttpResult } from './http.ts'

/** Longest part of a refusal that is kept beside the records, in bytes. */
const ANSWER_KEPT_BYTES = 2000
const LOCATION_MAX_CHARS = 300

/** Which statuses ask for another try. OTLP names four and forbids the rest; NeatLogs gets the usual set. */
export type RetryRule = 'otlp' | 'any5xx'

/**
 * Maps everything but success, for which it returns null; the caller reads what a 2xx says. `secrets` are taken out of
 * the answer: some servers repeat the key they refuse, and the answer goes to disk and diagnostics.
 */
export function outcomeOfFailure(result: HttpResult, rule: RetryRule, secrets: readonly string[]): Outcome | null {
  if (result.kind === 'failure') {
    if (result.isPermanent) return { kind: 'pause', reason: result.reason }
    return { kind: 'retry', afterMs: null, reason: result.reason }
  }
  const { status } = result
  if (status >= 200 && status < 300) return null
  const answer = withoutSecrets(Buffer.from(result.body.subarray(0, ANSWER_KEPT_BYTES)).toString(), secrets)
  const reason = `HTTP ${status}${answer === '' ? '' : `: ${answer.slice(0, 200)}`}`
  if (isRetried(status, rule)) return { kind: 'retry', afterMs: result.retryAfterMs, reason }
  if (status === 401 || status === 403) return { kind: 'pause', reason: `key refused, ${reason}` }
  // A redirect means that the URL is not the one to post to. Nobody follows one with a key in hand.
  if (status < 400) {
    const aim = result.location ? ` to ${withoutSecrets(shownLocation(result.location), secrets)}` : ''
    return { kind: 'pause', reason: `the server redirects${aim}, correct the endpoint, ${reason}` }
  }
  if (status === 413) return { kind: 'too_large', reason }
  return { kind: 'rejected', status, answer, mayPassSplit: status === 400 || status === 422 }
}

function isRetried(status: number, rule: RetryRule): boolean {
  if (rule === 'otlp') return status === 429 || status === 502 || status === 503 || status === 504
  return status === 408 || status === 429 || status >= 500
}

/** Where a redirect points, as it may be shown: credentials and query may be secret. */
function shownLocation(text: string): string {
  return text
    .replace(/\/\/[^/@]*@/, '//…@')
    .replace(/\?.*$/s, '?…')
    .slice(0, LOCATION_MAX_CHARS)
}

/** Replaces each secret; servers may repeat them. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '[secret]')), text)
}
