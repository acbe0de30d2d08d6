// Tap of a web stream body: its readers, iterators, `tee`, `pipeTo`, `pipeThrough`, `cancel`. Main thread, hot path per chunk.
// The methods are the same functions for every stream of a class, their state one private field: setting them up costs 0.2 µs,
// own properties cost 1.5, closures for each stream ten.
import type { ReadableWritablePair } from 'node:stream/web'
import { readsBySlots } from '../node-features.ts'
import { hide } from '../wrap.ts'
import { Branch, type Branches, type Pull } from './branch.ts'
import { guarded } from './guard.ts'
import type { Observer } from './observer.ts'
import { type AnyMethod, attach, type Methods, stampOf } from './stamp.ts'
import { watchSlots } from './tap-slots.ts'

const READS_BY_SLOTS = readsBySlots()

type Body = ReadableStream<Uint8Array>
const branchOf = (target: object): Branch | undefined => stampOf(target) as Branch | undefined

/** True for a stream whose class has the methods; one that has its own (a test double, another tool's) is left alone. */
export function canTapWebBody(body: object): boolean {
  return (
    Object.isExtensible(body) &&
    typeof (Object.getPrototypeOf(body) as Partial<Body>).getReader === 'function' &&
    !Object.hasOwn(body, 'getReader')
  )
}

/** Watches one stream of an answer. Asking twice for the same stream does nothing. */
export function tapWebBody(body: Body, observer: Observer, branches?: Branches): void {
  if (branchOf(body) !== undefined || !canTapWebBody(body)) return
  const branch = new Branch(observer, branches ?? { read: 0, left: 0, count: 1 })
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
      for (const half of [this, twin]) if (half.body) tapWebBody(half.body as Body, observer, branches)
      tapClone(twin, observer)
      return twin
    },
  }
  Object.defineProperty(response, 'clone', { value: clone, writable: true, configurable: true, enumerable: false })
}

const readerMethods = (own: Methods) => ({
  read(this: object, ...args: unknown[]) {
    const pulled = own.read?.apply(this, args) as Promise<Pull>
    return branchOf(this)?.watch(pulled) ?? pulled
  },
  cancel(this: object, ...args: unknown[]) {
    const result = own.cancel?.apply(this, args)
    branchOf(this)?.left()
    return result
  },
})

const streamMethods = (own: Methods) => ({
  getReader(this: Body, ...args: unknown[]) {
    const reader = own.getReader?.apply(this, args) as object
    const branch = branchOf(this)
    if (branch !== undefined) {
      branch.observer.ask()
      attach(reader, branch, readerMethods)
      if (READS_BY_SLOTS) guarded('slots', () => watchSlots(this, reader, branch))
    }
    return reader
  },
  cancel(this: Body, ...args: unknown[]) {
    const result = own.cancel?.apply(this, args)
    branchOf(this)?.left()
    return result
  },
  values(this: Body, ...args: unknown[]) {
    return watchIterator(own.values?.apply(this, args) as Iterator, branchOf(this))
  },
  [Symbol.asyncIterator](this: Body, ...args: unknown[]) {
    return watchIterator(own[Symbol.asyncIterator]?.apply(this, args) as Iterator, branchOf(this))
  },
  pipeTo(this: Body, ...args: [WritableStream<Uint8Array>]) {
    const branch = this.locked ? undefined : branchOf(this)
    return branch === undefined ? own.pipeTo?.apply(this, args) : observed(this, own, branch).pipeTo(...args)
  },
  pipeThrough(this: Body, ...args: [ReadableWritablePair<Uint8Array, Uint8Array>]) {
    const branch = this.locked ? undefined : branchOf(this)
    return branch === undefined ? own.pipeThrough?.apply(this, args) : observed(this, own, branch).pipeThrough(...args)
  },
  tee(this: Body) {
    const pair = own.tee?.call(this) as [Body, Body]
    const branch = branchOf(this)
    branch?.detach()
    const branches = { read: 0, left: 0, count: 2 }
    if (branch) for (const half of pair) tapWebBody(half, branch.observer, branches)
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
  branch.observer.ask()
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
