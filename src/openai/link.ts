// Which call an HTTP attempt belongs to. The SDK hands the same options object to `makeRequest` and `prepareRequest`, and the
// same request to `prepareRequest` and `fetchWithTimeout`. Where a link is missing (openai 4.0, a subclass that overrides
// `prepareRequest` without calling it) the oldest call of the same client that waits for its request is taken. Main thread.
import { isPromise } from '../wrap.ts'
import { type Call, openCalls } from './open-calls.ts'
import { mayComeBack } from './quiet.ts'
import { openMarks } from './stamp.ts'

/**
 * Calls whose options are known and whose next request is not prepared yet, and those whose request has not left; oldest first. Lists, since
 * calls come here in the order in which they were made, as a rule: a Map makes tables with every call (stamp.ts, `openMarks`), and a mark on the
 * objects themselves sends the SDK's own `{ ...options }` the slow way, 5 µs a call.
 */
const waiting: Call[] = []
const prepared: Call[] = []
/** Calls whose options were let go with the head of the answer (open-calls.ts), and which may come back with them. */
const returning = openMarks<Call>()

/** The calls that were made with these options and have not ended. */
function knownCalls(options: object): readonly Call[] {
  const found: Call[] = []
  for (const call of openCalls) if (call.options === options) found.push(call)
  const back = returning.get(options)
  if (back !== undefined && !back.closed && back.options === null) found.push(back)
  return found
}

/** Takes the first call with this options or request out of a list; those that have ended meanwhile go, too. */
function takeOut(list: Call[], isMeant: (call: Call, key: object) => boolean, key: object): Call | null {
  for (let at = 0; at < list.length; at++) {
    const call = list[at] as Call
    const isFound = !call.closed && isMeant(call, key)
    if (!isFound && !call.closed) continue
    if (list.length === 1) list.pop()
    else if (at === 0) list.shift()
    else list.splice(at, 1)
    if (isFound) return call
    at--
  }
  return null
}

const hasOptions = (call: Call, options: object): boolean => call.options === options && isWaiting(call)
const hasRequest = (call: Call, request: object): boolean => call.prepared?.init === request

/** Calls that ended before they came so far are not kept. */
function add(list: Call[], call: Call): void {
  while (list[0]?.closed) list.shift()
  list.push(call)
}

/** A call's request is on disk and its head has come: its options are let go, but they find it when the SDK sends it again. */
export function letComeBack(call: Call): void {
  if (call.options !== null && mayComeBack(call)) returning.set(call.options, call)
}

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
  add(waiting, call)
}

/** One whose next request has not left. One whose answer is still being read is not meant by options that are used again. */
function isWaiting(call: Call): boolean {
  return !call.busy && !call.settled
}

/** The open call that was made with these options, if any: a retry comes back with the same object, and will be sent again. */
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
  const call = takeOut(waiting, hasOptions, options) ?? callOfOptions(options)
  if (call === null) return
  call.linked = true
  call.prepared = { url: typeof url === 'string' ? url : undefined, init: request }
  add(prepared, call)
}

/** The call whose request is about to leave. */
export function callOfRequest(request: unknown, client: object): Call | null {
  const linked = typeof request === 'object' && request !== null ? takeOut(prepared, hasRequest, request) : null
  if (linked !== null) return linked
  for (const call of openCalls) if (call.prepared !== null && call.prepared.init === request) return call
  for (const call of openCalls) {
    if (call.client === client && !call.busy && !call.linked && !call.settled) return call
  }
  return null
}
