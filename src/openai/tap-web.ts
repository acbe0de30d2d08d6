// Tap of a web stream body: its readers, iterators, `tee`, `pipeTo`, `pipeThrough`, `cancel`. Main thread, hot path per chunk.
// The own methods are the same functions for every stream, their state one hidden property: setting them up costs a
// microsecond, closures for each stream cost ten.
import type { ReadableWritablePair } from 'node:stream/web'
import { Branch, type Branches, type Pull } from './branch.ts'
import { hide } from './hide.ts'
import type { Observer } from './tap.ts'

type Body = ReadableStream<Uint8Array>
type AnyMethod = (this: unknown, ...args: unknown[]) => unknown
const BRANCH = Symbol('neatlogs.branch')

/** True for a stream whose class has the methods; one that has its own (a test double, another tool's) is left alone. */
export function canTapWebBody(body: object): boolean {
  return (
    Object.isExtensible(body) &&
    typeof classMethod(body, 'getReader') === 'function' &&
    !Object.hasOwn(body, 'getReader')
  )
}

/** Watches one stream of `response`. Asking twice for the same stream does nothing. */
export function tapWebBody(body: Body, response: object, observer: Observer, branches?: Branches): void {
  if (branchOf(body) !== undefined || !canTapWebBody(body)) return
  const branch = new Branch(observer, branches ?? { read: 0, left: 0, count: 1 }, response)
  attach(body, branch, STREAM_METHODS)
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

const readerMethods = {
  read(this: object, ...args: unknown[]) {
    return (branchOf(this) as Branch).watch(classMethod(this, 'read').apply(this, args) as Promise<Pull>)
  },
  cancel(this: object, ...args: unknown[]) {
    const result = classMethod(this, 'cancel').apply(this, args)
    branchOf(this)?.left()
    return result
  },
}

const streamMethods = {
  getReader(this: Body, ...args: unknown[]) {
    const reader = classMethod(this, 'getReader').apply(this, args) as object
    const branch = branchOf(this)
    if (branch !== undefined) attach(reader, branch, READER_METHODS)
    return reader
  },
  cancel(this: Body, ...args: unknown[]) {
    const result = classMethod(this, 'cancel').apply(this, args)
    branchOf(this)?.left()
    return result
  },
  values(this: Body, ...args: unknown[]) {
    return watchIterator(classMethod(this, 'values').apply(this, args) as Iterator, branchOf(this))
  },
  [Symbol.asyncIterator](this: Body, ...args: unknown[]) {
    return watchIterator(classMethod(this, Symbol.asyncIterator).apply(this, args) as Iterator, branchOf(this))
  },
  pipeTo(this: Body, ...args: [WritableStream<Uint8Array>]) {
    return this.locked ? classMethod(this, 'pipeTo').apply(this, args) : observed(this).pipeTo(...args)
  },
  pipeThrough(this: Body, ...args: [ReadableWritablePair<Uint8Array, Uint8Array>]) {
    return this.locked ? classMethod(this, 'pipeThrough').apply(this, args) : observed(this).pipeThrough(...args)
  },
  tee(this: Body) {
    const pair = classMethod(this, 'tee').call(this) as [Body, Body]
    const branch = branchOf(this)
    branch?.detach()
    const branches = { read: 0, left: 0, count: 2 }
    if (branch) for (const half of pair) tapWebBody(half, branch.response, branch.observer, branches)
    return pair
  },
}

/** `pipeTo` and `pipeThrough` read by internal slots: the bytes pass through an identity transform that looks at them. */
function observed(body: Body): Body {
  const branch = branchOf(body) as Branch
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      branch.onResult({ value: chunk })
      controller.enqueue(chunk)
    },
  })
  const piped = classMethod(body, 'pipeTo').call(body, writable) as Promise<void>
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

function branchOf(target: object): Branch | undefined {
  return (target as { [BRANCH]?: Branch })[BRANCH]
}

/** The method that stands behind ours: the class's own. */
function classMethod(target: object, key: string | symbol): AnyMethod {
  return (Object.getPrototypeOf(target) as { [key: string | symbol]: AnyMethod })[key] as AnyMethod
}

type Methods = { [key: string | symbol]: unknown }

const STREAM_METHODS = describe(streamMethods)
const READER_METHODS = describe(readerMethods)

function describe(methods: object): PropertyDescriptorMap {
  const map: { [key: string | symbol]: PropertyDescriptor } = {}
  for (const key of Reflect.ownKeys(methods)) {
    map[key] = { value: (methods as Methods)[key], writable: true, configurable: true, enumerable: false }
  }
  return map
}

/** Puts our methods before those that the class has: per class the same set, found once. */
function attach(target: object, branch: Branch, methods: PropertyDescriptorMap): void {
  const prototype = Object.getPrototypeOf(target) as Methods
  let fitting = fittingMethods.get(prototype)
  if (fitting === undefined) {
    fitting = {}
    for (const key of Reflect.ownKeys(methods)) {
      if (typeof prototype[key] === 'function') fitting[key as string] = methods[key as string] as PropertyDescriptor
    }
    fittingMethods.set(prototype, fitting)
  }
  Object.defineProperty(target, BRANCH, { value: branch, enumerable: false })
  Object.defineProperties(target, fitting)
}

const fittingMethods = new WeakMap<object, PropertyDescriptorMap>()
