// Methods of ours before those of a class, for one object of it: by a prototype between the two, made once per class. Own properties
// would cost ten times as much, show, and, on a promise, slow every promise of the process. Main thread, hot path.
import { disguise } from '../wrap.ts'

export type AnyMethod = (this: unknown, ...args: unknown[]) => unknown

/** Methods by name; those of a class are looked up when they run, so that whoever has wrapped them is heard. */
export type Methods = { readonly [key: string | symbol]: AnyMethod }

class Given {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: what `super()` returns gets the private fields of the class below
    return target
  }
}

export interface Marks<Value> {
  get(target: object): Value | undefined
  set(target: object, value: Value): void
}

/**
 * Marks on objects of others, as private fields: nobody sees them, and they cost less than a WeakMap. A Map that is filled and emptied with
 * every call makes a new table each time, and V8 chains them: once one of them is old, all live until a full collection (550 bytes a call, and
 * a young generation four times as large); a WeakMap keeps its values as long.
 */
export function openMarks<Value>(): Marks<Value> {
  class Marked extends Given {
    #mark: Value

    constructor(target: object, mark: Value) {
      super(target)
      this.#mark = mark
    }

    static get(target: object): Value | undefined {
      return #mark in target ? target.#mark : undefined
    }

    static set(target: object, mark: Value): void {
      if (#mark in target) target.#mark = mark
      else new Marked(target, mark)
    }
  }
  const frozen = new WeakMap<object, Value>()
  return {
    get: (target) => Marked.get(target) ?? frozen.get(target),
    set: (target, value) => {
      if (Object.isExtensible(target)) Marked.set(target, value)
      else frozen.set(target, value)
    },
  }
}

const stamps = openMarks<unknown>()

/** What `attach` left on an object; undefined on any other. */
export function stampOf(target: object): unknown {
  return stamps.get(target)
}

/** Puts `methods` before those of the object's class, and leaves `known` on it for them. */
export function attach(target: object, known: unknown, methods: (own: Methods) => object): void {
  const own = Object.getPrototypeOf(target) as Methods
  let between = prototypes.get(own)
  if (between === undefined) {
    between = Object.create(own, describe(methods(own), own)) as object
    prototypes.set(own, between)
  }
  stamps.set(target, known)
  Object.setPrototypeOf(target, between)
}

const prototypes = new WeakMap<object, object>()

/** What the class has of the methods, and looking as they do there: a `for … in` of the object finds the same names. */
function describe(methods: object, own: Methods): PropertyDescriptorMap {
  const map: { [key: string | symbol]: PropertyDescriptor } = {}
  for (const key of Reflect.ownKeys(methods)) {
    const before = own[key]
    if (typeof before !== 'function') continue
    const enumerable = isEnumerable(own, key)
    const value = disguise((methods as Methods)[key] as AnyMethod, before)
    map[key] = { value, writable: true, configurable: true, enumerable }
  }
  return map
}

/** As the class or one that it inherits from has it: `emit` of Node's emitters is. */
function isEnumerable(owner: object | null, key: string | symbol): boolean {
  if (owner === null) return false
  return Object.getOwnPropertyDescriptor(owner, key)?.enumerable ?? isEnumerable(Object.getPrototypeOf(owner), key)
}
