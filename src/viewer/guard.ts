// Who may ask. In: a request's method, Host, Origin, Sec-Fetch-Site, cookie or token. Out: a refusal, or null to go on.
// The records hold prompts and answers: another site, another host name (DNS rebinding) or another user gets none of them.
import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export interface Refusal {
  readonly status: 401 | 403 | 405 | 421
  readonly message: string
}

export interface Guard {
  readonly port: number
  readonly token: string
}

/** On every answer. The page is one bundle of files: nothing inline, nothing from elsewhere, no frame around it. */
export const SECURITY_HEADERS: { readonly [name: string]: string } = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
}

/** Cookies do not know ports: two viewers on one machine must not share one. */
export function cookieName(port: number): string {
  return `neatlogs_${port}`
}

/** Sets the cookie that carries the token after the first visit. */
export function tokenCookie(guard: Guard): string {
  return `${cookieName(guard.port)}=${guard.token}; Path=/; HttpOnly; SameSite=Strict`
}

/** Gives the reason to refuse a request, or null. `url` is the request's, already parsed. */
export function refuse(guard: Guard, request: IncomingMessage, url: URL): Refusal | null {
  const { headers } = request
  if (!isOwnHost(guard.port, headers.host)) return { status: 421, message: 'This address is not served here.' }
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, message: 'This page only reads.' }
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`)
    return { status: 403, message: 'Requests from other origins are refused.' }
  const site = headers['sec-fetch-site']
  const isNavigation = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isNavigation)
    return { status: 403, message: 'Requests from other sites are refused.' }
  if (!holdsToken(guard, headers.cookie, url))
    return { status: 401, message: 'Open the address that `neatlogs view` printed: it carries the key to this page.' }
  return null
}

function isOwnHost(port: number, host: string | undefined): boolean {
  return host === `127.0.0.1:${port}` || host === `localhost:${port}`
}

function holdsToken(guard: Guard, cookie: string | undefined, url: URL): boolean {
  const name = `${cookieName(guard.port)}=`
  const fromCookie = cookie
    ?.split('; ')
    .find((pair) => pair.startsWith(name))
    ?.slice(name.length)
  return isToken(guard, url.searchParams.get('token')) || isToken(guard, fromCookie ?? null)
}

function isToken(guard: Guard, given: string | null): boolean {
  const wanted = Buffer.from(guard.token)
  const bytes = Buffer.from(given ?? '')
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted)
}
