// Tap of a Node stream body (openai v4's node-fetch, axios): every way of reading it passes through `emit`. Main thread.
import type { Observer } from './observer.ts'

type Emit = (this: unknown, event: string | symbol, ...args: unknown[]) => boolean

/** Observes `data`, `end`, `error` and `close` as they are emitted; adds no listener, so the stream does not start to flow. */
export function tapNodeBody(body: NodeJS.ReadableStream, observer: Observer): void {
  if (!Object.isExtensible(body)) return
  const original = body.emit as Emit
  let done = false
  const own = {
    emit(this: unknown, event: string | symbol, ...args: unknown[]): boolean {
      if (!done) {
        if (event === 'data') observer.chunk(asBytes(args[0]))
        else if (event === 'end') {
          done = true
          observer.end()
        } else if (event === 'error') {
          done = true
          observer.fail(args[0])
        } else if (event === 'close') {
          done = true
          observer.leave()
        }
      }
      return original.call(this, event, ...args)
    },
  }
  Object.defineProperty(body, 'emit', { value: own.emit, writable: true, configurable: true, enumerable: false })
}

function asBytes(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk
  return Buffer.from(String(chunk), 'utf8')
}
