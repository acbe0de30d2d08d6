// Tap of one request of node:http's, as openai 4 makes them by node-fetch: its own `write` and `end`, and the answer as it is read. In:
// requests that bear the SDK's headers. Out: what leaves and what comes, told to the exchange. Main thread.
import type { ClientRequest, IncomingMessage } from 'node:http'
import { hide, type Method } from '../wrap.ts'
import { guarded } from './guard.ts'
import { tapNodeBody } from './tap-node.ts'
import type { Exchange } from './wire-exchange.ts'

const exchanges = new WeakMap<object, Exchange>()
/** Requests that have been looked at when they were made. */
const known = new WeakSet<object>()

/** Watches a request of which nothing has left. */
export function tapHttp(request: ClientRequest, exchange: Exchange): void {
  known.add(request)
  exchanges.set(request, exchange)
  const length = Number(request.getHeader('content-length') ?? Number.NaN)
  let bytes = 0
  const take = (chunk: unknown, encoding: unknown): void => {
    const piece = bytesOf(chunk, encoding)
    if (piece === null) return
    bytes += piece.byteLength
    exchange.sent(piece)
    if (bytes === length) exchange.sentAll()
  }
  const watch = (name: 'write' | 'end' | '_send', observe: (args: readonly unknown[]) => void): void => {
    const original = (request as unknown as { [name: string]: Method })[name] as Method
    const wrapper = {
      method(this: unknown, ...args: unknown[]) {
        guarded('wire', () => observe(args))
        return original.apply(this, args)
      },
    }
    hide(request, name, wrapper.method)
  }
  // Node 20 comes here from within the first `write`: that piece is seen as it is handed on, after the size of its chunk if it has one.
  let skipped = request.chunkedEncoding ? 2 : 0
  let isFirst = isHeadBeingMade
  if (isFirst) {
    watch('_send', ([chunk, encoding]) => {
      if (!isFirst || skipped-- > 0) return
      isFirst = false
      take(chunk, encoding)
    })
  }
  watch('write', ([chunk, encoding]) => take(chunk, encoding))
  watch('end', ([chunk, encoding]) => {
    take(chunk, encoding)
    exchange.sentAll()
  })
}

/** The head of the answer has come. */
export function tapHttpResponse(request: ClientRequest, response: IncomingMessage): void {
  const exchange = exchanges.get(request)
  if (exchange === undefined) return
  const { headers, statusCode = 0 } = response
  const get = (name: string): string | null => {
    const value = headers[name]
    return value === undefined ? null : String(value)
  }
  exchange.answered(statusCode, { get })
  tapNodeBody(response, {
    ask: () => {},
    chunk: (bytes) => exchange.received(bytes),
    whole: () => {},
    end: () => exchange.ended(),
    leave: () => exchange.left(),
    // node-fetch says `abort()`, and the answer then breaks off as if the server had cut it.
    fail: (error) => (request.aborted ? exchange.left() : exchange.failed(error)),
  })
}

/** The request has failed before its head came; after it, the answer tells. */
export function endHttp(request: ClientRequest, error: unknown): void {
  const exchange = exchanges.get(request)
  if (exchange === undefined || exchange.hasHead) return
  exchange.failed(
    request.aborted ? Object.assign(new Error('The request was aborted.'), { name: 'AbortError' }) : error,
  )
}

let isWatching = false
let isHeadBeingMade = false

/**
 * Node 20 tells of a request only when it has been written. From the first one on, the method by which every request makes its head is
 * watched; that first one is still in its socket, which is connecting.
 */
export function watchHttpRequests(request: ClientRequest, onRequest: (request: ClientRequest) => void): void {
  exchanges.get(request)?.sentAll()
  if (isWatching || known.has(request)) return
  isWatching = true
  if (Number.parseInt(process.versions.node, 10) >= 22) return
  const { ClientRequest: made } = process.getBuiltinModule('node:http')
  hide(made.prototype, '_implicitHeader', headMethod(made.prototype, onRequest))
  onRequest(request)
  const exchange = exchanges.get(request)
  if (exchange === undefined) return
  const body = writtenBody(request)
  if (body !== null) exchange.sent(body)
  exchange.sentAll()
}

function headMethod(prototype: object, onRequest: (request: ClientRequest) => void): Method {
  const original = (prototype as { _implicitHeader: Method })._implicitHeader
  const wrapper = {
    _implicitHeader(this: ClientRequest, ...args: unknown[]) {
      if (this.getHeader('x-stainless-lang') !== undefined && !known.has(this)) {
        isHeadBeingMade = true
        guarded('wire', () => onRequest(this))
        isHeadBeingMade = false
      }
      return original.apply(this, args)
    },
  }
  return wrapper._implicitHeader as Method
}

/** What a socket that is still connecting keeps: the head as text, then the body. */
function writtenBody({ socket }: ClientRequest): Uint8Array | null {
  const { _pendingData: pending } = (socket ?? {}) as { readonly _pendingData?: unknown }
  const pieces = Array.isArray(pending)
    ? pending.map(({ chunk, encoding }) => bytesOf(chunk, encoding))
    : [bytesOf(pending, 'latin1')]
  const all = Buffer.concat(pieces.filter((piece) => piece !== null))
  const end = all.indexOf('\r\n\r\n')
  return end < 0 ? null : all.subarray(end + 4)
}

function bytesOf(chunk: unknown, encoding: unknown): Uint8Array | null {
  if (chunk instanceof Uint8Array) return chunk
  if (typeof chunk !== 'string') return null
  return Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
}
