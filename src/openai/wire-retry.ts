// Attempts of one call on the wire: the SDK's retry is a request of its own, told by its count and its body. A call whose attempt may
// be tried again waits for that; one that is not ends as its last attempt did. Main thread.
import { clearTimeout, outside, setTimeout, wallMs } from '../originals.ts'
import type { Status } from '../record.ts'
import { closeEnded, noteEnd } from './call-end.ts'
import { guarded } from './guard.ts'
import type { Attempt, Call } from './open-calls.ts'
import type { WireRequest } from './wire-request.ts'

/** An attempt that may be followed by another. */
interface Waiting {
  readonly request: WireRequest
  readonly body: Uint8Array
  readonly call: Call
  readonly attempt: Attempt
  /** The same attempt goes on there. */
  readonly redirect: string | null
  readonly timer: NodeJS.Timeout
}

/** How an attempt ended, and how it may go on. */
export interface Pause {
  readonly request: WireRequest
  readonly body: Uint8Array
  readonly call: Call
  readonly attempt: Attempt
  readonly status: Status
  readonly error: unknown
  readonly redirect: string | null
  readonly waitMs: number
}

/** Beyond the SDK's own pause: reading a token, a busy event loop. */
const SLACK_MS = 3000
const MAX_WAIT_MS = 60_000
const waiting = new Set<Waiting>()

/** How long the SDK waits before its next attempt, at most: what the server asks for, else half a second doubled up to eight. */
export function retryWaitMs(headers: { readonly [name: string]: string } | undefined, attempts: number): number {
  const asked = askedMs(headers)
  const own = Math.min(500 * 2 ** Math.min(attempts, 4), 8000)
  return (asked !== null && asked >= 0 && asked < MAX_WAIT_MS ? Math.max(asked, own) : own) + SLACK_MS
}

function askedMs(headers: { readonly [name: string]: string } | undefined): number | null {
  const ms = Number.parseFloat(headers?.['retry-after-ms'] ?? '')
  if (!Number.isNaN(ms)) return ms
  const after = headers?.['retry-after']
  if (after === undefined) return null
  const seconds = Number.parseFloat(after)
  return Number.isNaN(seconds) ? Date.parse(after) - wallMs() : seconds * 1000
}

/** Says whether the SDK tries again after such an answer, as all of its versions decide it. */
export function mayRetry(status: number, headers: { readonly [name: string]: string } | undefined): boolean {
  const told = headers?.['x-should-retry']
  if (told === 'true' || told === 'false') return told === 'true'
  return status === 408 || status === 409 || status === 429 || status >= 500
}

/** The attempt has ended; the call ends with it unless it goes on in time. */
export function waitForNext({ status, error, waitMs, ...pause }: Pause): void {
  const { call } = pause
  call.settled = false
  noteEnd(call, status, error)
  const give = (): void => {
    waiting.delete(one)
    guarded('wire_end', () => closeEnded(call))
  }
  const one: Waiting = { ...pause, timer: outside(() => setTimeout(give, waitMs).unref()) }
  waiting.add(one)
}

/** What a request goes on with: the same attempt elsewhere (`redirect`), or the next attempt of the same call. */
export function takeWaiting(
  request: WireRequest,
  body: Uint8Array,
): Pick<Waiting, 'call' | 'attempt' | 'redirect'> | null {
  for (const one of waiting) {
    if (!goesOn(one, request, body)) continue
    waiting.delete(one)
    clearTimeout(one.timer)
    if (one.call.closed) continue
    const isSame = one.redirect !== null || isAnew(one, request)
    return { call: one.call, attempt: one.attempt, redirect: isSame ? (one.redirect ?? request.url) : null }
  }
  return null
}

function goesOn(one: Waiting, request: WireRequest, body: Uint8Array): boolean {
  if (one.redirect !== null) return one.redirect === request.url
  if (isAnew(one, request)) return true
  const { verb, url, retry, sdk } = one.request
  if (verb !== request.verb || url !== request.url || sdk !== request.sdk) return false
  if (request.retry !== null && Number(request.retry) <= Number(retry)) return false
  // A form has another boundary each time.
  return isForm(request) || Buffer.compare(one.body, body) === 0
}

/** Below the SDK: undici sends the same body again when a server refuses HTTP/2. */
function isAnew(one: Waiting, { source }: WireRequest): boolean {
  return source !== null && one.request.source === source
}

export function isForm({ headers }: WireRequest): boolean {
  return headers.get('content-type')?.startsWith('multipart/') === true
}
