// Deliver: what an HTTP answer means for a batch. Pure, worker thread.

import { spell } from '../secrets/spell.ts'
import { scrubText } from '../secrets/text.ts'
import type { Outcome } from './destination.ts'
import type { HttpResult } from './http-answer.ts'
import { kindOfAnswer } from './success-answer.ts'

/** Longest part of a refusal that is looked at, in bytes, and that is kept beside the records. */
const ANSWER_READ_BYTES = 16_384
const ANSWER_KEPT_CHARS = 2000
const LOCATION_MAX_CHARS = 300
/** Longest part of an answer that is said. */
const ANSWER_SAID_CHARS = 200
const NO_ANSWER = 'the answer is not one of this protocol, correct the endpoint'

/**
 * Maps everything but success, for which it returns null; the caller reads what a 2xx says. `secrets` are taken out of
 * the answer: some servers repeat the key they refuse, and the answer goes to disk and diagnostics.
 *
 * Only what is about these very records is refused for good: 400, 422. An answer that may pass is asked again (the OTLP
 * specification would drop records over a 500 or 408; collectors answer so while they start, or run out of memory). What a person has to
 * mend (key, quota, path) is kept and asked again now and then.
 */
export function outcomeOfFailure(result: HttpResult, secrets: readonly string[]): Outcome | null {
  if (result.kind === 'failure') {
    if (result.isPermanent) return { kind: 'pause', reason: result.reason }
    return { kind: 'retry', afterMs: null, reason: result.reason, isTimeout: result.isTimeout ?? false }
  }
  const { status } = result
  if (status >= 200 && status < 300) return null
  const answer = answerOf(result.body, secrets)
  const reason = reasonOf(status, answer)
  // A redirect means that the URL is not the one to post to. Nobody follows one with a key in hand.
  if (status < 400) {
    const aim = result.location ? ` to ${withoutSecrets(shownLocation(result.location), secrets)}` : ''
    return { kind: 'pause', reason: `the server redirects${aim}, correct the endpoint, ${reason}` }
  }
  const pausedBy = whyPaused(status)
  if (pausedBy !== null) return { kind: 'pause', reason: `${pausedBy}, ${reason}` }
  if (mayPass(status)) return { kind: 'retry', afterMs: result.retryAfterMs, reason }
  if (status === 413) return { kind: 'too_large', reason }
  return { kind: 'rejected', status, answer, mayPassSplit: true }
}

/**
 * A success that is none: a sign-in page, the page of a proxy, an error that a gateway passes on as a 200. Returns what to do about it, or null
 * when the records were taken.
 */
export function outcomeOfSuccess(
  { status, body }: Extract<HttpResult, { kind: 'answer' }>,
  isOtlp: boolean,
  secrets: readonly string[],
): Outcome | null {
  const kind = kindOfAnswer(body, isOtlp)
  if (kind === 'taken') return null
  const reason = reasonOf(status, answerOf(body, secrets))
  const what = kind === 'failure' ? 'the answer says that it failed' : NO_ANSWER
  return { kind: 'pause', reason: `${what}, ${reason}` }
}

/** What an answer of a JSON API means, success included. */
export function outcomeOfJson(result: HttpResult, secrets: readonly string[]): Outcome {
  const failure = outcomeOfFailure(result, secrets)
  if (failure !== null || result.kind === 'failure') return failure ?? { kind: 'delivered' }
  return outcomeOfSuccess(result, false, secrets) ?? { kind: 'delivered' }
}

/** About these very records: their form, their content, their size. */
const ABOUT_RECORDS: readonly number[] = [400, 413, 422]
/** Of a server or a proxy before it that is busy, or was cut off (444, 460, 499: nginx, AWS, nginx). */
const PASSING: readonly number[] = [408, 409, 420, 421, 423, 424, 425, 429, 444, 449, 460, 499]

/** Why a person has to act, or null. */
function whyPaused(status: number): string | null {
  if (status === 401 || status === 403 || status === 407) return 'key refused'
  if (status === 402) return 'the account is out of quota or unpaid'
  if (status === 404 || status === 405 || status === 410) return 'nobody serves this path, correct the endpoint'
  if (status === 415) return 'this form is not taken, correct the protocol'
  // Any other is about the way there, not about what is sent.
  return mayPass(status) || ABOUT_RECORDS.includes(status) ? null : 'the request is refused, correct the endpoint'
}

function mayPass(status: number): boolean {
  return PASSING.includes(status) || status >= 500
}

function reasonOf(status: number, answer: string): string {
  return `HTTP ${status}${answer === '' ? '' : `: ${answer.slice(0, ANSWER_SAID_CHARS)}`}`
}

/** Masked before it is cut: half a key is one, too. */
function answerOf(body: Uint8Array, secrets: readonly string[]): string {
  return scrubText(withoutSecrets(textOf(body, ANSWER_READ_BYTES), secrets), true).slice(0, ANSWER_KEPT_CHARS)
}

function textOf(body: Uint8Array, maxBytes: number): string {
  return Buffer.from(body.subarray(0, maxBytes)).toString()
}

/** Where a redirect points, as it may be shown: credentials and query may be secret. */
function shownLocation(text: string): string {
  return text
    .replace(/\/\/[^/@]*@/, '//…@')
    .replace(/\?.*$/s, '?…')
    .slice(0, LOCATION_MAX_CHARS)
}

/** Replaces each secret, however it is spelled, with its scheme and without; servers may repeat them. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const parts = secrets.flatMap((secret) => [secret, ...credentialsIn(secret)])
  // A short one is replaced as it is: no spelling of it is looked for.
  return [...spell(parts), ...secrets].reduce(
    (rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '[secret]')),
    text,
  )
}

/** `Bearer X` holds X, `Basic X` also a user and a password. */
function credentialsIn(header: string): string[] {
  const [, scheme = '', value = ''] = /^([\w-]+)\s+(.+)$/.exec(header) ?? []
  if (scheme.toLowerCase() !== 'basic') return [value]
  const plain = Buffer.from(value, 'base64').toString()
  return [value, plain, plain.slice(plain.indexOf(':') + 1)]
}
