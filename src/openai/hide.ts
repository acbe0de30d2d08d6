// Own methods that do not show: not enumerable, with the name and length of what they stand before, no `prototype`. Main thread.

export type Method = (this: unknown, ...args: unknown[]) => unknown

const { isPromise: isPromiseOfAnyRealm } = process.getBuiltinModule('node:util/types')

/** True for a promise, also of another realm: jest runs each test file in one of its own, where `Promise` is another class. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise || isPromiseOfAnyRealm(value)
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

/**
 * Replaces an own method of `place`, its descriptor kept. Not by shimmer: its `__original`, `__wrapped` and `__unwrap` show on
 * the function (docs/decisions.md).
 */
export function wrapOwn(place: object, name: string, wrap: (original: Method) => Method): Wrapped {
  const before = Object.getOwnPropertyDescriptor(place, name) as PropertyDescriptor
  const value = disguise(wrap(before.value as Method), before.value as Method)
  Object.defineProperty(place, name, { ...before, value })
  return {
    isOnTop: () => Object.getOwnPropertyDescriptor(place, name)?.value === value,
    restore: () => void Object.defineProperty(place, name, before),
  }
}
