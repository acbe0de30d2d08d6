// Which call an HTTP attempt belongs to. The SDK hands the same options object to `makeRequest` and `prepareRequest`, and the
// same request to `prepareRequest` and `fetchWithTimeout`. Where a link is missing (openai 4.0, a subclass that overrides
// `prepareRequest` without calling it) the oldest call of the same client that waits for its request is taken. Main thread.
import { isPromise } from '../wrap.ts'
import { type Call, openCalls } from './open-calls.ts'
import { openMarks } from './stamp.ts'

const callsByOptions = openMarks<readonly Call[]>()
const callByRequest = openMarks<Call>()

/** The calls that were made with these options and have not ended. */
function knownCalls(options: object): readonly Call[] {
  const known = callsByOptions.get(options)
  return known === undefined ? NONE : known.filter((call) => !call.closed)
}

const NONE: readonly Call[] = []

/** Links a call to its options. They may still be a promise: the link is there before the SDK goes on with them. */
export function linkOptions(call: Call, options: unknown): void {
  if (isPromise(options)) {
    // Registered before the SDK awaits it, so this runs first; its rejection is the SDK's to handle.
    options.then(
      (ready) => addLink(call, ready),
      () => {},
    )
  } else addLink(call, options)
}

function addLink(call: Call, options: unknown): void {
  if (typeof options !== 'object' || options === null || call.closed) return
  call.options = options
  callsByOptions.set(options, [...knownCalls(options), call])
}

/** One whose next request has not left. One whose answer is still being read is not meant by options that are used again. */
function isWaiting(call: Call): boolean {
  return !call.busy && !call.settled
}

/** The open call that was made with these options, if any: a retry comes back with the same object. */
export function callOfOptions(options: unknown): Call | null {
  if (typeof options !== 'object' || options === null) return null
  const known = knownCalls(options)
  return known.find(isWaiting) ?? known.find((call) => !call.busy) ?? known[0] ?? null
}

/** A refused workload token is replayed with a copy of the options: it belongs to the client's call that just failed. */
export function callOfReplay(client: object): Call | null {
  for (const call of openCalls) {
    if (call.client === client && !call.busy && !call.settled && call.attempts.at(-1)?.status === 401) return call
  }
  return null
}

/** Links a request that was prepared with `options` to its call. */
export function linkRequest(request: unknown, options: unknown, url?: unknown): void {
  if (typeof request !== 'object' || request === null || typeof options !== 'object' || options === null) return
  const call = knownCalls(options).find((one) => isWaiting(one) && !one.linked) ?? callOfOptions(options)
  if (call === null) return
  call.linked = true
  call.prepared = { url: typeof url === 'string' ? url : undefined, init: request }
  callByRequest.set(request, call)
}

/** The call whose request is about to leave. */
export function callOfRequest(request: unknown, client: object): Call | null {
  const linked = typeof request === 'object' && request !== null ? callByRequest.get(request) : undefined
  if (linked?.closed === false) return linked
  for (const call of openCalls) {
    if (call.client === client && !call.busy && !call.linked && !call.settled) return call
  }
  return null
}
