// Step 2, the wire: what no loader can see (bundles, foreign realms, frozen classes) ends in undici or in node:http, whose diagnostics
// channels tell of each request. In: their messages. Out: openai's, given to wire.ts. Subscribed once per thread; main and user threads.

import type { ClientRequest, IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import type { UndiciRequest, WireState } from '../openai/wire-state.ts'
import { natively, outside } from '../originals.ts'

interface UndiciHead {
  readonly request: object
  readonly response: { readonly statusCode: number; readonly headers: unknown }
}

const require = createRequire(import.meta.url)
const WIRE = Symbol.for('neatlogs.wire')
const MARK = 'x-stainless-lang'

/** Subscribes, once per thread. `onFirst` is called before each request of openai is looked at. */
export function watchWire(onFirst: () => void, onProblem: (error: unknown) => void): void {
  if (WIRE in globalThis) return
  const state: WireState = { fetch: globalThis.fetch, current: null, touched: null, open: [], storage: null }
  Object.defineProperty(globalThis, WIRE, { value: state, configurable: true, enumerable: false })
  const { subscribe } = process.getBuiltinModule('node:diagnostics_channel')
  const on = <Message>(name: string, listen: (message: Message) => void): void =>
    subscribe(name, (message) => {
      try {
        listen(message as Message)
      } catch (error) {
        onProblem(error) // thrown, it would end the program: an uncaught exception of the next tick
      }
    })
  let wire: typeof import('../openai/wire.ts') | null = null
  const seen = (): typeof import('../openai/wire.ts') => {
    onFirst()
    wire ??= outside(() => natively(() => require('../openai/wire.js') as typeof import('../openai/wire.ts')))
    return wire
  }
  on<{ request: UndiciRequest }>('undici:request:create', ({ request }) => {
    if (isOpenai(request.headers)) seen().onUndiciRequest(request)
  })
  on<UndiciHead>('undici:request:headers', ({ request, response }) => {
    const { statusCode } = response
    if (statusCode >= 300 && statusCode < 400 && state.open.length > 0) seen().onRedirect(request, response.headers)
  })
  on<{ request: ClientRequest }>('http.client.request.created', ({ request }) => {
    if (request.getHeader(MARK) !== undefined) seen().onHttpRequest(request)
  })
  on<{ request: ClientRequest }>('http.client.request.start', ({ request }) => {
    if (request.getHeader(MARK) !== undefined) seen().onHttpStart(request)
  })
  on<{ request: ClientRequest; response: IncomingMessage }>('http.client.response.finish', ({ request, response }) => {
    if (request.getHeader(MARK) !== undefined) seen().onHttpResponse(request, response)
  })
  on<{ request: ClientRequest; error: unknown }>('http.client.request.error', ({ request, error }) => {
    if (request.getHeader(MARK) !== undefined) seen().onHttpError(request, error)
  })
}

/** Every SDK of openai's generator says so in its headers, minified or not. Called for each request of the process. */
function isOpenai(headers: UndiciRequest['headers']): boolean {
  if (typeof headers === 'string') return headers.toLowerCase().includes(`${MARK}:`)
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] as string
    if (name.length === MARK.length && name.toLowerCase() === MARK) return true
  }
  return false
}
