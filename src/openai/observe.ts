// Steps 3 and 4 as the wrapped methods need them: which call a `makeRequest` is, which attempt a `fetchWithTimeout`. Loaded with the
// first call, not with the first import of openai: a program that only imports it pays for the patch alone. Main thread, hot path.
import { clearTimeout } from '../originals.ts'
import { beginAttempt, beginCall } from './call.ts'
import { isSwitchedOff } from './guard.ts'
import { callOfOptions, callOfReplay, callOfRequest, linkOptions } from './link.ts'
import type { Attempt, Call } from './open-calls.ts'
import type { RequestInitLike } from './request.ts'
import { enterClaim } from './wire-claims.ts'
import type { Claim } from './wire-state.ts'

export { endAttempt } from './call.ts'
export { failCall, settleCall } from './call-end.ts'
export { linkRequest } from './link.ts'
export { watchParsing } from './parsing.ts'
export { tapResponse } from './tap.ts'
export { endClaim, leaveClaim } from './wire-claims.ts'

/** Returns the call that this `makeRequest` ends, or null for an inner one. */
export function enter(client: object, [options, retries, replayOf]: unknown[], sdk: string | null): Call | null {
  if (isSwitchedOff()) return null
  if (retries != null) {
    const known = callOfOptions(options)
    if (known !== null) return resume(known)
    const replayed = replayOf === undefined ? null : callOfReplay(client)
    if (replayed !== null) {
      linkOptions(replayed, options)
      return null
    }
  }
  const call = beginCall(client, sdk)
  if (call !== null) linkOptions(call, options)
  return call
}

/** openai ≥ 7 re-sends after the answer's head when its body is late: the call goes on, and this request ends it. */
function resume(call: Call): Call | null {
  if (!call.settled) return null
  if (call.grace !== null) clearTimeout(call.grace)
  call.grace = null
  call.settled = false
  return call
}

/** One `fetchWithTimeout`: what the wire must leave to the patch, and what is recorded of it. */
export interface Passage {
  readonly claim: Claim | null
  readonly call: Call | null
  readonly attempt: Attempt | null
}

/** Begins the attempt whose request is about to leave; its call is null when it is not to be recorded. `leaveClaim` must follow. */
export function enterAttempt(client: object, [url, given, , controller]: unknown[]): Passage | null {
  if (isSwitchedOff()) return null
  const init = (given ?? {}) as RequestInitLike
  const call = callOfRequest(given, client)
  const attempt = call === null ? null : beginAttempt(call, String(url), init)
  return { claim: enterClaim(client, String(url), init, controller), call, attempt }
}
