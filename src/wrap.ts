// Leaf: methods in front of others that do not show: the name, length and kind of what they stand before, no `prototype`, none of the
// marks that shimmer leaves. In: a class or an object. Out: the same, wrapped, and the way back. Main thread.
import { createRequire } from 'node:module'

let loaded: Shimmer | null = null

/**
 * Loaded by the first who wraps. `require`, not `import`: an import of CommonJS starts Node's export lexer, 1 to 2 ms. The first copy found is as
 * good as any: it is asked for nothing but to wrap.
 */
function shimmer(): Shimmer {
  loaded ??= createRequire(import.meta.url)('shimmer') as Shimmer
  return loaded
}

/** What of shimmer is used: an older copy of the tree has it, too. */
interface Shimmer {
  wrap(place: object, name: string, wrapper: (original: Method) => Method): Method & { readonly __unwrap: () => void }
}

/** shimmer's marks on a wrapper: a program that looks at the function would see them. */
const MARKS = ['__original', '__unwrap', '__wrapped'] as const

export type Method = (this: unknown, ...args: unknown[]) => unknown

let types: typeof import('node:util/types') | null = null

/** True for a promise, also of another realm: jest runs each test file in one of its own, where `Promise` is another class. */
export function isPromise(value: unknown): value is Promise<unknown> {
  if (value instanceof Promise) return true
  types ??= process.getBuiltinModule('node:util/types')
  return types.isPromise(value)
}

/** Puts `method` on `target` in front of the one it had. Throws when the target is frozen: callers are guarded. */
export function hide(target: object, key: string | symbol, method: Method): void {
  const before = (target as { [key: string | symbol]: unknown })[key]
  const value = typeof before === 'function' ? disguise(method, before as Method) : method
  Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: false })
}

/** Gives a method the name, length and kind (AsyncFunction) of another. Write it as a shorthand method: no `prototype` either. */
export function disguise(method: Method, as: Method): Method {
  Object.defineProperty(method, 'length', { value: as.length, configurable: true })
  Object.defineProperty(method, 'name', { value: as.name, configurable: true })
  // Node's own are function expressions, as `emit` is: they have one.
  if (Object.hasOwn(as, 'prototype')) Object.defineProperty(method, 'prototype', { value: {}, writable: true })
  const kind = Object.getPrototypeOf(as) as object
  if (kind !== Function.prototype) Object.setPrototypeOf(method, kind)
  return method
}

/** A method that was replaced, and its way back. */
export interface Wrapped {
  /** False once somebody has wrapped on top. */
  isOnTop(): boolean
  /** Puts the method back as it was, its descriptor included. */
  restore(): void
}

/** Wraps an own method of `place` by shimmer, its descriptor kept. Throws when it is frozen. */
export function wrapOwn(place: object, name: string, wrap: (original: Method) => Method): Wrapped {
  const before = Object.getOwnPropertyDescriptor(place, name) as PropertyDescriptor
  const wrapper = shimmer().wrap(place, name, (original) => disguise(wrap(original), original))
  const { __unwrap: unwrap } = wrapper
  for (const mark of MARKS) Reflect.deleteProperty(wrapper, mark)
  keepDescriptor(place, name, before)
  return {
    isOnTop: () => Object.getOwnPropertyDescriptor(place, name)?.value === wrapper,
    restore() {
      unwrap()
      keepDescriptor(place, name, before)
    },
  }
}

/** shimmer makes what it touches writable and configurable; a method that was not stays so. */
function keepDescriptor(place: object, name: string, { value: _, ...before }: PropertyDescriptor): void {
  if (!before.writable || !before.configurable) Object.defineProperty(place, name, before)
}

/** On the prototype that owns the methods, so that two copies of neatlogs cannot wrap it twice. */
export const PATCHED = Symbol.for('neatlogs.patched')

export interface PatchResult {
  /** False: this class was patched before, or nothing of it could be. */
  readonly patched: boolean
  readonly missing: readonly string[]
  /**
   * Puts the prototypes back as they were. Returns false, all of it left in place, when somebody has wrapped on top: what is
   * wrapped twice would record twice, and what nobody listens to passes through.
   */
  undo(): boolean
}

/** Marks `owner` and wraps; a throw (a frozen class) takes back what was done. Returns the way back. */
export function wrapAll(owner: object, version: string | null, wrap: (wrapped: Wrapped[]) => void): () => boolean {
  const wrapped: Wrapped[] = []
  const restore = (): void => {
    for (const one of wrapped) one.restore()
    Reflect.deleteProperty(owner, PATCHED)
  }
  Object.defineProperty(owner, PATCHED, { value: version ?? 'unknown', configurable: true, enumerable: false })
  try {
    wrap(wrapped)
  } catch (error) {
    restore()
    throw error
  }
  return () => {
    if (!wrapped.every((one) => one.isOnTop())) return false
    restore()
    return true
  }
}

/** The prototype, this one or one it inherits from, that has a method of its own by this name; null when none has. */
export function ownerOf(prototype: object, name: string): object | null {
  let owner: object | null = prototype
  while (owner !== null && !Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as object | null
  return owner !== null && typeof (owner as { [name: string]: unknown })[name] === 'function' ? owner : null
}
