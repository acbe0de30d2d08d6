// Tap of a web stream body: its readers, iterators, `tee`, `pipeTo`, `pipeThrough`, `cancel`. Main thread, hot path per chunk.
import type { ReadableWritablePair } from 'node:stream/web'
import type { Observer } from './tap.ts'

type Body = ReadableStream<Uint8Array>
interface Pull {
  readonly done?: boolean
  readonly value?: Uint8Array | undefined
}

/** Branches of one answer (`tee`, `clone`): a chunk counts when the first branch gets it, leaving when the last one leaves. */
interface Branches {
  read: number
  left: number
  readonly count: number
}

const tapped = new WeakSet<object>()
/** A stream keeps its response alive: else the response is collected, and the call closed, while the stream is still read. */
const keptBy = new WeakMap<object, object>()

/** Watches one stream of `response`. Asking twice for the same stream does nothing. */
export function tapWebBody(body: Body, response: object, observer: Observer, branches?: Branches): void {
  if (tapped.has(body)) return
  tapped.add(body)
  keptBy.set(body, response)
  const watch = watchBranch(observer, branches ?? { read: 0, left: 0, count: 1 })
  wrapReaders(body, response, watch)
  wrapForwarding(body, watch)
  wrapTee(body, response, observer, watch)
}

/** After `clone()` the response has a new body, and so has its twin: two branches of one answer. */
export function tapClone(response: { body?: unknown }, observer: Observer): void {
  const original = (response as { clone?: unknown }).clone
  if (typeof original !== 'function') return
  define(response, {
    clone(this: { body?: unknown }) {
      const twin = original.call(this) as { body?: unknown }
      const branches = { read: 0, left: 0, count: 2 }
      for (const half of [this, twin]) if (half.body) tapWebBody(half.body as Body, half, observer, branches)
      tapClone(twin, observer)
      return twin
    },
  })
}

interface Watch {
  seen(result: Pull): void
  left(): void
  failed(error: unknown): void
  detach(): void
}

function watchBranch(observer: Observer, branches: Branches): Watch {
  let read = 0
  let over = false
  return {
    seen(result) {
      if (over) return
      if (result.done) {
        over = true
        return observer.end()
      }
      read++
      if (read <= branches.read) return
      branches.read = read
      if (result.value !== undefined) observer.chunk(result.value)
    },
    left() {
      if (over) return
      over = true
      branches.left++
      if (branches.left >= branches.count) observer.leave()
    },
    failed(error) {
      if (over) return
      over = true
      observer.fail(error)
    },
    detach() {
      over = true
    },
  }
}

function wrapReaders(body: Body, response: object, watch: Watch): void {
  const { getReader, cancel, values } = body
  const iterate = body[Symbol.asyncIterator]
  define(body, {
    getReader(this: Body, ...args: []) {
      return watchPulls(getReader.apply(this, args), 'read', 'cancel', response, watch)
    },
    cancel(this: Body, ...args: []) {
      const result = cancel.apply(this, args)
      watch.left()
      return result
    },
  })
  if (typeof values !== 'function' || typeof iterate !== 'function') return
  define(body, {
    values(this: Body, ...args: []) {
      return watchPulls(values.apply(this, args), 'next', 'return', response, watch)
    },
    [Symbol.asyncIterator](this: Body, ...args: []) {
      return watchPulls(iterate.apply(this, args), 'next', 'return', response, watch)
    },
  })
}

type AnyMethod = (this: unknown, ...args: unknown[]) => unknown

/** Gives a reader or an iterator its own pull and stop. The promise is chained, one microtask later, so that nothing is hidden. */
function watchPulls<T extends object>(source: T, pull: string, stop: string, response: object, watch: Watch): T {
  const pullOriginal = (source as { [name: string]: AnyMethod })[pull] as AnyMethod
  const stopOriginal = (source as { [name: string]: AnyMethod })[stop]
  const onResult = (result: Pull): Pull => {
    watch.seen(result)
    return result
  }
  const onError = (error: unknown): never => {
    watch.failed(error)
    throw error
  }
  keptBy.set(source, response)
  define(source, {
    [pull](this: unknown, ...args: unknown[]) {
      return (pullOriginal.apply(this, args) as Promise<Pull>).then(onResult, onError)
    },
  })
  if (typeof stopOriginal !== 'function') return source
  define(source, {
    [stop](this: unknown, ...args: unknown[]) {
      const result = stopOriginal.apply(this, args)
      watch.left()
      return result
    },
  })
  return source
}

/** `pipeTo` and `pipeThrough` read by internal slots: the bytes pass through an identity transform that looks at them. */
function wrapForwarding(body: Body, watch: Watch): void {
  const { pipeTo, pipeThrough } = body
  if (typeof pipeTo !== 'function' || typeof pipeThrough !== 'function') return
  const observed = (): Body => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        watch.seen({ value: chunk })
        controller.enqueue(chunk)
      },
    })
    pipeTo.call(body, writable).then(() => watch.seen({ done: true }), onBroken)
    return readable
  }
  // A destination that failed or stopped has left the answer; an answer that failed says so by its own error.
  const onBroken = (error: unknown): void =>
    (error as Error | null)?.name === 'TypeError' ? watch.failed(error) : watch.left()
  define(body, {
    pipeTo(this: Body, ...args: [WritableStream<Uint8Array>]) {
      return body.locked ? pipeTo.apply(this, args) : observed().pipeTo(...args)
    },
    pipeThrough(this: Body, ...args: [ReadableWritablePair<Uint8Array, Uint8Array>]) {
      return body.locked ? pipeThrough.apply(this, args) : observed().pipeThrough(...args)
    },
  })
}

function wrapTee(body: Body, response: object, observer: Observer, watch: Watch): void {
  const { tee } = body
  if (typeof tee !== 'function') return
  define(body, {
    tee(this: Body) {
      const pair = tee.call(this)
      watch.detach()
      const branches = { read: 0, left: 0, count: 2 }
      for (const branch of pair) tapWebBody(branch, response, observer, branches)
      return pair
    },
  })
}

/** Own, hidden methods in front of the class's: shorthand methods have no `prototype` either. */
function define(target: object, methods: object): void {
  for (const key of Reflect.ownKeys(methods)) {
    const value = (methods as { [key: string | symbol]: unknown })[key]
    Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: false })
  }
}
