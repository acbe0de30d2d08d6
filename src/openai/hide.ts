// Own methods that do not show: not enumerable, with the name and length of what they stand before, no `prototype`. Main thread.

export type Method = (this: unknown, ...args: unknown[]) => unknown

/** Puts `method` on `target` in front of the one it had. Throws when the target is frozen: callers are guarded. */
export function hide(target: object, key: string | symbol, method: Method): void {
  const before = (target as { [key: string | symbol]: unknown })[key]
  const value = typeof before === 'function' ? disguise(method, before as Method) : method
  Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: false })
}

/** Gives a method the name and the length of another. Write it as a shorthand method: those have no `prototype` either. */
export function disguise(method: Method, as: Method): Method {
  Object.defineProperty(method, 'name', { value: as.name, configurable: true })
  Object.defineProperty(method, 'length', { value: as.length, configurable: true })
  return method
}
