// Step 2, patch: three methods wrapped once per prototype that owns them. In: the client class of an openai copy. Out: what
// was patched and what could not be found. Main thread; the wrappers are the hot path.
import { createRequire } from 'node:module'
import { natively, outside, sayByHand } from '../originals.ts'
import { isPromise, type Method, ownerOf, PATCHED, type PatchResult, wrapAll, wrapOwn } from '../wrap.ts'
import type { ResponseLike } from './response.ts'

const require = createRequire(import.meta.url)
let isTold = false
let observe: typeof import('./observe.ts') | null = null

/**
 * Loads it with the first call, outside of that call's context (src/originals.ts): Node 20 keeps the one in which a module is
 * evaluated.
 */
function observing(): typeof import('./observe.ts') {
  observe ??= outside(() => natively(() => require('./observe.js') as typeof import('./observe.ts')))
  return observe
}

/** As `guarded` of guard.ts, which is not loaded yet: each file costs a program that only imports openai 0.4 ms. */
function guarded<T>(code: string, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    noteFailure(code, error)
    return undefined
  }
}

function noteFailure(code: string, error: unknown): void {
  try {
    const guard = outside(() => natively(() => require('./guard.js') as typeof import('./guard.ts')))
    guard.noteFailure(code, error)
  } catch {
    // the installed package has gone from the disk, or another tool has replaced Node's compiler
    if (!isTold) sayByHand(`nothing is recorded (${code}): ${String(error)}`)
    isTold = true
  }
}

const NOTHING: PatchResult = { patched: false, missing: [], undo: () => true }

const NOT_RECORDED = { call: null, attempt: null }

type Wrap = (original: Method, sdk: string | null) => Method
const WRAPS: { readonly [name: string]: Wrap } = {
  makeRequest: wrapMakeRequest,
  prepareRequest: wrapPrepareRequest,
  fetchWithTimeout: wrapFetchWithTimeout,
}

/** A client class and where it came from; a class given by the program has no file. */
export interface ClassSource {
  readonly exported: unknown
  readonly version: string | null
  readonly file: string | null
  readonly format: 'esm' | 'commonjs' | null
}

/** A copy of openai, as it stands. */
export interface KnownCopy extends ClassSource {
  /** Methods that this version lacks: its calls are not fully recorded. */
  missing: readonly string[]
  /** Puts the class back as it was; false when it cannot now. Null while it is not patched by this entry. */
  undo: (() => boolean) | null
}

/** Weak: a program that loads openai anew (a development server) lets the old class go. */
interface Copies {
  readonly classes: Set<WeakRef<object>>
  readonly entries: WeakMap<object, KnownCopy>
}

const COPIES = Symbol.for('neatlogs.copies')

/** The thread's list, oldest first, shared by every copy of neatlogs. */
export function knownCopies(): KnownCopy[] {
  const { classes, entries } = copies()
  return [...classes].flatMap((held) => {
    const exported = held.deref()
    if (exported === undefined) classes.delete(held)
    return (exported && entries.get(exported)) ?? []
  })
}

/** Adds a class to the list; what is no class is not kept. */
export function rememberCopy(copy: KnownCopy): void {
  if (typeof copy.exported !== 'function') return
  const { classes, entries } = copies()
  classes.add(new WeakRef(copy.exported))
  entries.set(copy.exported, copy)
}

function copies(): Copies {
  const globals = globalThis as { [key: symbol]: unknown }
  const value: Copies = { classes: new Set(), entries: new WeakMap() }
  if (globals[COPIES] === undefined) Object.defineProperty(globalThis, COPIES, { value, enumerable: false })
  return globals[COPIES] as Copies
}

/** Patches a client class (v4–v7 `OpenAI`, v3 `OpenAIApi`). Idempotent; a frozen or foreign class is left alone. */
export function patchClass(exported: unknown, version: string | null): PatchResult {
  const prototype = (exported as { prototype?: unknown } | null)?.prototype
  if (typeof exported !== 'function' || typeof prototype !== 'object' || prototype === null) return NOTHING
  if (typeof (prototype as { createCompletion?: unknown }).createCompletion === 'function') {
    const { patchV3 } = natively(() => require('./patch-v3.js') as typeof import('./patch-v3.ts'))
    return patchV3(prototype, version)
  }
  if (!('makeRequest' in prototype) && '_emit' in prototype) {
    const { patchSocket } = natively(() => require('./patch-socket.js') as typeof import('./patch-socket.ts'))
    return patchSocket(prototype, version)
  }
  const owner = ownerOf(prototype, 'makeRequest')
  // A mock of openai has none of a client's ways to send: passed over. A client that renames them all is told of, and the wire sees it.
  if (owner === null) return ownerOf(prototype, 'post') ? { ...NOTHING, missing: Object.keys(WRAPS) } : NOTHING
  if (Object.hasOwn(owner, PATCHED)) return NOTHING
  const places = Object.entries(WRAPS).map(([name, wrap]) => ({ name, wrap, place: ownerOf(prototype, name) }))
  const missing = places.filter(({ place }) => place === null).map(({ name }) => name)
  const undo = wrapAll(owner, version, (wrapped) => {
    for (const { name, wrap, place } of places) {
      if (place !== null) wrapped.push(wrapOwn(place, name, (original) => wrap(original, version)))
    }
  })
  return { patched: true, missing, undo }
}

/** The outermost `makeRequest` is the call; a retry comes back through it with the same options. */
function wrapMakeRequest(original: Method, sdk: string | null): Method {
  const wrapper = {
    makeRequest(this: object, ...args: unknown[]) {
      const call = guarded('begin', () => observing().enter(this, args, sdk)) ?? null
      const result = original.apply(this, args)
      if (call === null || !isPromise(result)) return result
      // One reaction, chained: a second one on the same promise cuts the `at async` lines of the user's error stacks.
      const settled = result.then(
        (value: unknown) => {
          guarded('settle', () => observing().settleCall(call))
          return value
        },
        (error: unknown) => {
          guarded('fail', () => observing().failCall(call, error))
          throw error
        },
      )
      guarded('parse', () => observing().watchParsing(call, settled))
      return settled
    },
  }
  return wrapper.makeRequest as Method
}

function wrapPrepareRequest(original: Method): Method {
  const wrapper = {
    prepareRequest(this: object, ...args: unknown[]) {
      const { options, url } = (args[1] ?? {}) as { options?: unknown; url?: unknown }
      guarded('prepare', () => observing().linkRequest(args[0], options, url))
      return original.apply(this, args)
    },
  }
  return wrapper.prepareRequest as Method
}

/** One attempt, one response. The open frame is on disk before `original` runs. */
function wrapFetchWithTimeout(original: Method): Method {
  const wrapper = {
    fetchWithTimeout(this: object, ...args: unknown[]) {
      const passage = guarded('attempt', () => observing().enterAttempt(this, args)) ?? null
      const claim = passage?.claim ?? null
      let result: unknown
      try {
        result = original.apply(this, args)
      } finally {
        if (claim !== null) guarded('claim', () => observing().leaveClaim(claim, passage?.attempt !== null))
      }
      const { call, attempt } = passage ?? NOT_RECORDED
      if (call === null || attempt === null || !isPromise(result)) return result
      return result.then(
        (given) => {
          const response = given as ResponseLike
          guarded('response', () => {
            if (claim !== null) observing().endClaim(claim)
            observing().endAttempt(call, attempt, response)
            observing().tapResponse(response, call, attempt, (args[1] as { signal?: AbortSignal } | undefined)?.signal)
          })
          return response
        },
        (error: unknown) => {
          guarded('attempt_error', () => {
            if (claim !== null) observing().endClaim(claim)
            observing().endAttempt(call, attempt, null, error)
          })
          throw error
        },
      )
    },
  }
  return wrapper.fetchWithTimeout as Method
}
