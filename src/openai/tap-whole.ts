// Tap of a response that shows no body stream (a test double, a polyfill): its `text`, `json`, `arrayBuffer`, `blob`. Main thread.
// Real responses are tapped at their body: undici and node-fetch read it by its public methods (docs/decisions.md).

import { safeJson } from '../safe-text.ts'
import { hide, isPromise, type Method } from '../wrap.ts'
import { guarded } from './guard.ts'
import type { Observer } from './observer.ts'

const READERS: { readonly [name: string]: (value: never) => string | Uint8Array } = {
  text: (value: unknown) => (typeof value === 'string' ? value : ''),
  json: safeJson,
  arrayBuffer: (value: ArrayBuffer) => new Uint8Array(value),
  bytes: (value: Uint8Array) => value,
}

/** Gives the response own, hidden methods around its class's; results and errors are the class's own. */
export function tapWholeBody(response: object, observer: Observer): void {
  if (!Object.isExtensible(response)) return
  for (const [name, read] of Object.entries(READERS)) {
    const original = (response as { [name: string]: unknown })[name]
    if (typeof original === 'function') hide(response, name, watched(original as Method, read, observer))
  }
}

/** Chained, not branched off: an unhandled rejection stays the program's. */
function watched(original: Method, read: (value: never) => string | Uint8Array, observer: Observer): Method {
  const onError = (error: unknown): never => {
    observer.fail(error)
    throw error
  }
  const onValue = (value: unknown): unknown => {
    guarded('tap_whole', () => observer.whole(read(value as never)))
    return value
  }
  const wrapper = {
    method(this: unknown, ...args: unknown[]) {
      const result = original.apply(this, args)
      return isPromise(result) ? result.then(onValue, onError) : result
    },
  }
  return wrapper.method
}
