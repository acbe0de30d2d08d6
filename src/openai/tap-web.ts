// Tap of a web stream body: its readers, iterators, `tee`, `pipeTo`, `pipeThrough`, `cancel`. Main thread, hot path per chunk.
// The methods are the same functions for every stream of a class, their state one private field: setting them up costs 0.2 µs,
// own properties cost 1.5, closures for each stream ten.
import type { ReadableWritablePair } from 'node:stream/web'
import { disguise, hide } from '../wrap.ts'
import { Branch, type Branches, type Pull } from './branch.ts'
import type { Observer } from './observer.ts'

type Body = ReadableStream<Uint8Array>
type AnyMethod = (this: unknown, ...args: unknown[]) => unknown

class Given {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: what `super()` returns gets the private fields of the class below
    return target
  }
}

/** Leaves the branch on a stream or its reader as a private field: nobody sees it, and it costs less than a WeakMap. */
class Stamped extends Given {
  readonly #branch: Branch

  constructor(target: object, branch: Branch) {
    super(target)
    this.#branch = branch
  }

  static branchOf(target: object): Branch | undefined {
    return #branch in target ? target.#branch : undefined
  }
}

/** True for a stream whose class has the methods; one that has its own (a test double, another tool's) is left alone. */
export function canTapWebBody(body: object): boolean {
  return (
    Object.isExtensible(body) &&
    typeof (Object.getPrototypeOf(body) as Partial<Body>).getReader === 'function' &&
    !Object.hasOwn(body, 'getReader')
  )
}

/** Watches one stream of `response`. Asking twice for the same stream does nothing. */
export function tapWebBody(body: Body, response: object, observer: Observer, branches?: Branches): void {
  if (Stamped.branchOf(body) !== undefined || !canTapWebBody(body)) return
  const branch = new Branch(observer, branches ?? { read: 0, left: 0, count: 1 }, response)
  attach(body, branch, streamMethods)
}

/** After `clone()` the response has a new body, and so has its twin: two branches of one answer. */
export function tapClone(response: { body?: unknown }, observer: Observer): void {
  const original = (response as { clone?: unknown }).clone
  if (typeof original !== 'function' || !Object.isExtensible(response)) return
  const { clone } = {
    clone(this: { body?: unknown }) {
      const twin = original.call(this) as { body?: unknown }
      const branches = { read: 0, left: 0, count: 2 }
      for (const half of [this, twin]) if (half.body) tapWebBody(half.body as Body, half, observer, branches)
      tapClone(twin, observer)
      return twin
    },
  }
  Object.defineProperty(response, 'clone', { value: clone, writable: true, configurable: true, enumerable: false })
}

/** Methods by name; those of a class are looked up when they run, so that whoever has wrapped them is heard. */
type Methods = { readonly [key: string | symbol]: AnyMethod }

const readerMethods = (own: Methods) => ({
  read(this: object, ...args: unknown[]) {
    const pulled = own.read?.apply(this, args) as Promise<Pull>
    return Stamped.branchOf(this)?.watch(pulled) ?? pulled
  },
  cancel(this: object, ...args: unknown[]) {
    const result = own.cancel?.apply(this, args)
    Stamped.branchOf(this)?.left()
    return result
  },
})

const streamMethods = (own: Methods) => ({
  getReader(this: Body, ...args: unknown[]) {
    const reader = own.getReader?.apply(this, args) as object
    const branch = Stamped.branchOf(this)
    if (branch !== undefined) attach(reader, branch, readerMethods)
    return reader
  },
  cancel(this: Body, ...args: unknown[]) {
    const result = own.cancel?.apply(this, args)
    Stamped.branchOf(this)?.left()
    return result
  },
  values(this: Body, ...args: unknown[]) {
    return watchIterator(own.values?.apply(this, args) as Iterator, Stamped.branchOf(this))
  },
  [Symbol.asyncIterator](this: Body, ...args: unknown[]) {
    return watchIterator(own[Symbol.asyncIterator]?.apply(this, args) as Iterator, Stamped.branchOf(this))
  },
  pipeTo(this: Body, ...args: [WritableStream<Uint8Array>]) {
    const branch = this.locked ? undefined : Stamped.branchOf(this)
    return branch === undefined ? own.pipeTo?.apply(this, args) : observed(this, own, branch).pipeTo(...args)
  },
  pipeThrough(this: Body, ...args: [ReadableWritablePair<Uint8Array, Uint8Array>]) {
    const branch = this.locked ? undefined : Stamped.branchOf(this)
    return branch === undefined ? own.pipeThrough?.apply(this, args) : observed(this, own, branch).pipeThrough(...args)
  },
  tee(this: Body) {
    const pair = own.tee?.call(this) as [Body, Body]
    const branch = Stamped.branchOf(this)
    branch?.detach()
    const branches = { read: 0, left: 0, count: 2 }
    if (branch) for (const half of pair) tapWebBody(half, branch.response, branch.observer, branches)
    return pair
  },
})

/** `pipeTo` and `pipeThrough` read by internal slots: the bytes pass through an identity transform that looks at them. */
function observed(body: Body, own: Methods, branch: Branch): Body {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      branch.onResult({ value: chunk })
      controller.enqueue(chunk)
    },
  })
  const piped = own.pipeTo?.call(body, writable) as Promise<void>
  // A destination that failed or stopped has left the answer; an answer that failed says so by fetch's own TypeError.
  const onBroken = (error: unknown): void => (error instanceof TypeError ? branch.failed(error) : branch.left())
  piped.then(() => branch.onResult({ done: true }), onBroken)
  return readable
}

interface Iterator {
  next: AnyMethod
  return?: AnyMethod
}

/** Node's iterators carry `next` and `return` themselves: theirs are kept per iterator. */
function watchIterator(iterator: Iterator, branch: Branch | undefined): Iterator {
  if (branch === undefined) return iterator
  const { next, return: leave } = iterator
  hide(iterator, 'next', (...args) => branch.watch(next.apply(iterator, args) as Promise<Pull>))
  if (typeof leave !== 'function') return iterator
  hide(iterator, 'return', (...args) => {
    const result = leave.apply(iterator, args)
    branch.left()
    return result
  })
  return iterator
}

/**
 * Puts our methods before those of the class: by a prototype between the two, made once per class. Own properties would cost ten
 * times as much, and show.
 */
function attach(target: object, branch: Branch, methods: (own: Methods) => object): void {
  const own = Object.getPrototypeOf(target) as Methods
  let between = prototypes.get(own)
  if (between === undefined) {
    between = Object.create(own, describe(methods(own), own)) as object
    prototypes.set(own, between)
  }
  new Stamped(target, branch)
  Object.setPrototypeOf(target, between)
}

const prototypes = new WeakMap<object, object>()

/** What the class has of the methods, and looking as they do there: a `for … in` of the stream finds the same names. */
function describe(methods: object, own: Methods): PropertyDescriptorMap {
  const map: { [key: string | symbol]: PropertyDescriptor } = {}
  for (const key of Reflect.ownKeys(methods)) {
    const before = own[key]
    if (typeof before !== 'function') continue
    const enumerable = Object.getOwnPropertyDescriptor(own, key)?.enumerable ?? false
    const value = disguise((methods as Methods)[key] as AnyMethod, before)
    map[key] = { value, writable: true, configurable: true, enumerable }
  }
  return map
}
