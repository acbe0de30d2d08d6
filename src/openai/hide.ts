// Own methods that do not show: not enumerable, with the name and length of what they stand before, no `prototype`. Main thread.

export type Method = (this: unknown, ...args: unknown[]) => unknown

/** Puts `method` on `target` in front of the one it had. Throws when the target is frozen: callers are guarded. */
export function hide(target: object, key: string | symbol, method: Method): void {
  const before = (target as { [key: string | symbol]: unknown })[key]
  Object.defineProperty(target, key, {
    value: disguise(method, typeof before === 'function' ? (before as Method) : undefined),
    writable: true,
    configurable: true,
    enumerable: false,
  })
}

/** Gives a method the name and the length of another, as a shorthand method without `prototype`. */
export function disguise(method: Method, as: Method | undefined): Method {
  const { plain } = {
    plain(this: unknown, ...args: unknown[]) {
      return method.apply(this, args)
    },
  }
  if (as === undefined) return plain
  Object.defineProperty(plain, 'name', { value: as.name, configurable: true })
  Object.defineProperty(plain, 'length', { value: as.length, configurable: true })
  return plain
}
