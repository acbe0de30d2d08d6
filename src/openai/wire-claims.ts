// Which requests of the wire are the patch's already. Exact, by the call in progress, not by time: Node's `fetch` makes its request before
// it returns, so the attempt that is being sent right now is the one. Where a `fetch` of the program's waits first, undici listens to the
// attempt's own signal in the moment in which it makes the request; where that gets another signal, the asynchronous context tells. Main
// thread, hot path.
import { hide, type Method } from '../wrap.ts'
import { type RequestInitLike, readHeader } from './request.ts'
import type { WireRequest } from './wire-request.ts'
import { type Claim, type WireState, wireState } from './wire-state.ts'

/**
 * How often in a row a `fetch` of the program's has sent at once, or nothing that the wire sees (a mock, a cache). One that has done so for a
 * while is watched as Node's own, without its signal and its context: 20 µs a call on Node 24. A request that comes late ends that: below zero.
 */
const promptness = new WeakMap<object, number>()
const SURE = 16
const LATE = -16
/** So often it is tried to do without the context then: others' attempts may be under way that need it. */
const STOPS = 64

/** An attempt of a patched client calls `fetch` now. `leaveClaim` must follow at once, `endClaim` when the head or an error has come. */
export function enterClaim(client: object, url: string, init: RequestInitLike, controller: unknown): Claim | null {
  const state = wireState()
  if (state === undefined) return null
  const { fetch } = client as { fetch?: unknown }
  const by = typeof fetch === 'function' && fetch !== state.fetch && !isNodeFetch(fetch) ? fetch : null
  const prompt = by === null ? SURE : (promptness.get(by) ?? 0)
  const isDirect = prompt >= SURE
  const storage = isDirect || !needsContext(state, prompt, init) ? null : storageOf(state)
  const claim: Claim = {
    verb: init.method ?? 'GET',
    url,
    headers: init.headers,
    signal: isDirect ? null : ((controller as { signal?: AbortSignal } | undefined)?.signal ?? null),
    request: null,
    redirect: null,
    isOpen: true,
    isTouched: false,
    by,
    isLate: false,
    before: state.current,
    storage,
    stored: storage?.getStore(),
  }
  if (claim.signal !== null) watchSignal(claim, claim.signal, state)
  state.current = claim
  state.open.push(claim)
  storage?.enterWith(claim) // `run` would be a frame in the stacks of the program's own `fetch`
  return claim
}

/**
 * Contexts cost: on Node 20 and 22 the first one makes V8 watch every promise of the thread, for good (its protector `PromiseHook`). Only where what is
 * sent does not tell whose it is: a `fetch` that has been late, a copy of openai that the wire alone sees, and SDKs that do not mark their attempts.
 */
function needsContext({ hasOthers }: WireState, prompt: number, { headers }: RequestInitLike): boolean {
  return prompt < 0 || hasOthers === true || readHeader(headers, 'x-stainless-retry-count') === undefined
}

/** The `fetch` has returned: what happens next is the program's. `isKept`: `endClaim` will follow. */
export function leaveClaim(claim: Claim, isKept: boolean): void {
  const state = wireState()
  if (state !== undefined) state.current = claim.before
  claim.storage?.enterWith(claim.stored)
  if (!isKept) endClaim(claim)
}

/** The head of the attempt's answer has come, or an error. */
export function endClaim(claim: Claim): void {
  claim.isOpen = false
  claim.request = null
  if (claim.signal !== null) Reflect.deleteProperty(claim.signal, 'addEventListener')
  const state = wireState()
  if (state === undefined) return
  const { open } = state
  const at = open.lastIndexOf(claim)
  if (at === open.length - 1) open.pop()
  else if (at >= 0) open.splice(at, 1)
  if (claim.by === null) return
  const count = claim.isLate ? LATE : (promptness.get(claim.by) ?? 0) + 1
  promptness.set(claim.by, count)
  if (count >= 0 && count < SURE + STOPS) stopStorage(state)
}

/** While it is on, each promise of the process is dearer on Node 20 and 22. */
function stopStorage(state: WireState): void {
  if (state.storage === null || state.open.some(({ storage }) => storage !== null)) return
  state.storage.disable()
  state.storage = null
}

/** Says whether a request of the wire is an attempt that the patch records. */
export function isClaimed(request: object, read: WireRequest): boolean {
  const state = wireState()
  if (state === undefined) return false
  const claim = state.current ?? touchedClaim(state) ?? contextClaim(state) ?? foundClaim(state.open, read)
  if (claim === null) return false
  if (claim !== state.current) claim.isLate = true
  claim.request = request
  claim.redirect = null
  return true
}

/** Notes where a request of the patch's is sent on to. */
export function redirectClaim(request: object, location: string): void {
  for (const claim of wireState()?.open ?? []) if (claim.request === request) claim.redirect = location
}

/** Only now: on Node 20 and 22 it makes every promise of the process dearer. */
function storageOf(state: WireState): NonNullable<WireState['storage']> {
  const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks')
  state.storage ??= new AsyncLocalStorage()
  return state.storage
}

/** Who listens to the signal makes the request in the same breath: what it says is forgotten with the next microtask. */
function watchSignal(claim: Claim, signal: AbortSignal, state: WireState): void {
  const original = signal.addEventListener as Method
  const wrapper = {
    addEventListener(this: unknown, ...args: unknown[]) {
      state.touched = claim
      Promise.resolve().then(() => {
        if (state.touched === claim) state.touched = null
      })
      return original.apply(this, args)
    },
  }
  hide(signal, 'addEventListener', wrapper.addEventListener as Method)
}

function touchedClaim(state: WireState): Claim | null {
  const claim = state.touched
  state.touched = null
  if (claim !== null) claim.isTouched = true
  return claim
}

/**
 * A context lives on in sockets and timers, and a queue runs one call's work in another's: it tells of an attempt that has no request yet,
 * and of further ones (the program's own retries) only where nothing better has told of the first.
 */
function contextClaim({ storage }: WireState): Claim | null {
  const claim = storage?.getStore()
  return claim?.isOpen && !claim.isTouched ? claim : null
}

/**
 * A redirect; what a pool of few connections has kept waiting, which is sent in another's context; and what a `fetch` of the program's that is
 * watched as Node's own sends late, again, or elsewhere: by what is sent, the likeliest attempt first.
 */
function foundClaim(open: readonly Claim[], request: WireRequest): Claim | null {
  let likely: Claim | null = null
  for (const claim of open) {
    if (claim.redirect === request.url) return claim
    if (claim.storage !== null || claim.verb.toUpperCase() !== request.verb) continue
    if ((readHeader(claim.headers, 'x-stainless-retry-count') ?? null) !== request.retry) continue
    const isSame = hrefOf(claim.url) === request.url
    if (isSame && claim.request === null) return claim
    // Another address tells nothing where the SDK has not marked its attempts: it may be a request of the program's own.
    const mayBe = claim.by !== null && (isSame || request.retry !== null)
    if (mayBe && (likely === null || (likely.request !== null && claim.request === null))) likely = claim
  }
  return likely
}

function hrefOf(url: string): string {
  return URL.canParse(url) ? new URL(url).href : url
}

/** openai 4's own, which makes its request before it returns, too. */
function isNodeFetch(fetch: unknown): boolean {
  return typeof fetch === 'function' && typeof (fetch as { isRedirect?: unknown }).isRedirect === 'function'
}
