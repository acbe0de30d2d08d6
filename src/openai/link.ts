// Which call an HTTP attempt belongs to. The SDK hands the same options object to `makeRequest` and `prepareRequest`, and the
// same request to `prepareRequest` and `fetchWithTimeout`. Where a link is missing (openai 4.0, a subclass that overrides
// `prepareRequest` without calling it) the oldest call of the same client that waits for its request is taken. Main thread.
import { type Call, openCalls } from './open-calls.ts'

const callsByOptions = new WeakMap<object, Call[]>()
const callByRequest = new WeakMap<object, Call>()

/** Links a call to its options. They may still be a promise: the link is there before the SDK goes on with them. */
export function linkOptions(call: Call, options: unknown): void {
  if (options instanceof Promise) {
    // Registered before the SDK awaits it, so this runs first; its rejection is the SDK's to handle.
    options.then(
      (ready) => addLink(call, ready),
      () => {},
    )
  } else addLink(call, options)
}

function addLink(call: Call, options: unknown): void {
  if (typeof options !== 'object' || options === null) return
  call.options = options
  const known = callsByOptions.get(options)?.filter((other) => !other.closed)
  callsByOptions.set(options, known === undefined ? [call] : [...known, call])
}

/** The open call that was made with these options, if any: a retry comes back with the same object. */
export function callOfOptions(options: unknown): Call | null {
  if (typeof options !== 'object' || options === null) return null
  const known = callsByOptions.get(options)
  if (known === undefined) return null
  return known.find((call) => !call.closed && !call.busy) ?? known.find((call) => !call.closed) ?? null
}

/** A refused workload token is replayed with a copy of the options: it belongs to the client's call that just failed. */
export function callOfReplay(client: object): Call | null {
  for (const call of openCalls) {
    if (call.client === client && !call.busy && !call.settled && call.attempts.at(-1)?.status === 401) return call
  }
  return null
}

/** Links a request that was prepared with `options` to its call. */
export function linkRequest(request: unknown, options: unknown): void {
  if (typeof request !== 'object' || request === null || typeof options !== 'object' || options === null) return
  const known = callsByOptions.get(options)
  const call = known?.find((one) => !one.closed && !one.busy && !one.linked) ?? callOfOptions(options)
  if (call == null) return
  call.linked = true
  callByRequest.set(request, call)
}

/** The call whose request is about to leave. */
export function callOfRequest(request: unknown, client: object): Call | null {
  const linked = typeof request === 'object' && request !== null ? callByRequest.get(request) : undefined
  if (linked !== undefined) return linked.closed ? null : linked
  for (const call of openCalls) {
    if (call.client === client && !call.busy && !call.linked && !call.settled) return call
  }
  return null
}
