// Tap of one undici request of openai's: its own object is observed, by own methods that do not show, so that no other request of the
// process pays. Node 20 and 22 have no channel for chunks; undici 8 has renamed the methods. Main thread, hot path per chunk.
import { hide, isPromise, type Method } from '../wrap.ts'
import { guarded, noteFailure } from './guard.ts'
import type { Exchange } from './wire-exchange.ts'
import { findHeader } from './wire-request.ts'
import type { UndiciRequest } from './wire-state.ts'

type Handlers = { readonly [name: string]: (exchange: Exchange, args: readonly unknown[]) => void }

const HEAD: Handlers[string] = (exchange, [status, headers]) => exchange.answered(Number(status), headersOf(headers))
const DATA: Handlers[string] = (exchange, [chunk]) => {
  if (chunk instanceof Uint8Array) exchange.received(chunk)
}
const END: Handlers[string] = (exchange) => exchange.ended()

/** undici up to 7, and from 8. */
const SHAPES: readonly Handlers[] = [
  { onHeaders: HEAD, onData: DATA, onComplete: END },
  { onResponseStart: HEAD, onResponseData: DATA, onResponseEnd: END },
]

/** Watches a request that has been made and not sent. */
export function tapUndici(request: UndiciRequest, exchange: Exchange): void {
  const methods = request as unknown as { readonly [name: string]: unknown }
  const shape = SHAPES.find((names) => Object.keys(names).every((name) => typeof methods[name] === 'function'))
  const failing = ['onError', 'onResponseError'].find((name) => typeof methods[name] === 'function')
  if (shape === undefined || failing === undefined)
    throw new Error('this undici has none of the methods that are known')
  for (const [name, observe] of Object.entries(shape)) {
    watch(request, name, (args) => observe(exchange, args))
  }
  const pull = watchBody(request, exchange)
  watch(request, failing, ([error]) => {
    const pulled = exchange.isSent ? null : (pull?.() ?? null)
    if (pulled === null) exchange.failed(error)
    else pulled.finally(() => guarded('wire_fail', () => exchange.failed(error)))
  })
}

function watch(target: object, name: string, observe: (args: readonly unknown[]) => void): void {
  const original = (target as { [name: string]: unknown })[name] as Method
  const wrapper = {
    method(this: unknown, ...args: unknown[]) {
      try {
        observe(args)
      } catch (error) {
        noteFailure('wire', error)
      }
      return original.apply(this, args)
    },
  }
  hide(target, name, wrapper.method)
}

/**
 * `fetch` gives its body as a generator: what undici takes from it is seen before it is written. Gives a way to take a text when the
 * connection has failed and nobody will.
 */
function watchBody(request: UndiciRequest, exchange: Exchange): (() => Promise<unknown> | null) | null {
  const { body, contentLength } = request
  if (body === null || body === undefined) exchange.sentAll()
  else if (body instanceof Uint8Array) {
    exchange.sent(body)
    exchange.sentAll()
  } else if (typeof (body as { next?: unknown }).next === 'function') {
    return watchGenerator(body as AsyncGenerator<Uint8Array>, contentLength, exchange)
  }
  return null
}

function watchGenerator(
  body: AsyncGenerator<Uint8Array>,
  contentLength: number | null,
  exchange: Exchange,
): () => Promise<unknown> | null {
  let bytes = 0
  const original = body.next as Method
  const take = ({ done, value }: IteratorResult<Uint8Array>): void => {
    if (!done && value instanceof Uint8Array) {
      exchange.sent(value)
      bytes += value.byteLength
    }
    if (done || bytes === contentLength) exchange.sentAll()
  }
  const wrapper = {
    next(this: unknown, ...args: unknown[]) {
      const pulled = original.apply(this, args)
      if (isPromise(pulled)) {
        pulled.then(
          (result) => guarded('wire_body', () => take(result as IteratorResult<Uint8Array>)),
          () => {},
        )
      }
      return pulled
    },
  }
  hide(body, 'next', wrapper.next)
  const isUntouched = (): boolean => bytes === 0 && contentLength !== null
  return () => (isUntouched() ? Promise.resolve(wrapper.next.call(body)).catch(() => {}) : null)
}

/** Before undici 8.? an array of names and values in turn, as bytes; by HTTP/2 an object. */
function headersOf(headers: unknown): { get(name: string): string | null } {
  if (Array.isArray(headers)) return { get: (name) => findHeader(headers, name) }
  const fields = (headers ?? {}) as { readonly [name: string]: unknown }
  return { get: (name) => (fields[name] === undefined ? null : String(fields[name])) }
}
