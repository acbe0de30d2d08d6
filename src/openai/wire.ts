// The wire: what its channels show of openai's requests. In: requests that bear the SDK's headers. Out: those that the patch does not
// record, watched. Loaded with the first one. Main thread.
import type { ClientRequest, IncomingMessage } from 'node:http'
import { guarded, isSwitchedOff } from './guard.ts'
import { isClaimed, redirectClaim } from './wire-claims.ts'
import { Exchange } from './wire-exchange.ts'
import { endHttp, tapHttp, tapHttpResponse, watchHttpRequests } from './wire-http.ts'
import { findHeader, isOurs, readHttp, readUndici, type WireRequest } from './wire-request.ts'
import { type UndiciRequest, wireState } from './wire-state.ts'
import { tapUndici } from './wire-undici.ts'

/** A request of undici's has been made. */
export function onUndiciRequest(request: UndiciRequest): void {
  guarded('wire', () => {
    const exchange = exchangeOf(request, readUndici(request))
    if (exchange !== null) tapUndici(request, exchange)
  })
}

/** A request is sent on elsewhere: the patch's attempt goes with it. */
export function onRedirect(request: object, headers: unknown): void {
  guarded('wire_redirect', () => {
    const location = Array.isArray(headers) ? findHeader(headers, 'location') : null
    const { url } = readUndici(request as UndiciRequest)
    if (location !== null && URL.canParse(location, url)) redirectClaim(request, new URL(location, url).href)
  })
}

/** A request of node:http's has been made (Node ≥ 22). */
export function onHttpRequest(request: ClientRequest): void {
  guarded('wire', () => {
    const exchange = exchangeOf(request, readHttp(request))
    if (exchange !== null) tapHttp(request, exchange)
  })
}

/** A request of node:http's has been written: the first that Node 20 tells of. */
export function onHttpStart(request: ClientRequest): void {
  guarded('wire', () => watchHttpRequests(request, onHttpRequest))
}

export function onHttpResponse(request: ClientRequest, response: IncomingMessage): void {
  guarded('wire', () => {
    const { statusCode = 0, headers } = response
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      const { url } = readHttp(request)
      if (URL.canParse(headers.location, url)) redirectClaim(request, new URL(headers.location, url).href)
    }
    tapHttpResponse(request, response)
  })
}

export function onHttpError(request: ClientRequest, error: unknown): void {
  guarded('wire', () => endHttp(request, error))
}

/** Null for what nobody listens to, for what is the patch's, and for other SDKs. */
function exchangeOf(request: object, read: WireRequest): Exchange | null {
  if (isSwitchedOff() || isClaimed(request, read) || !isOurs(read)) return null
  const state = wireState()
  if (state !== undefined) state.hasOthers = true
  return new Exchange(read)
}
