// Who may ask. In: a request's method, Host, Origin, Sec-Fetch-Site and key. Out: a refusal, or null to go on.
// The records hold prompts and answers: another site, another host name (DNS rebinding) or another user gets none of them.
// No cookie: cookies know no ports, so every other server of this machine's 127.0.0.1 would be sent the key.
import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export interface Refusal {
  readonly status: 401 | 403 | 405 | 421
  readonly message: string
}

export interface Guard {
  readonly key: string
  /** Host names the page may be asked for by, beside this machine's own; from `--host`. */
  readonly hosts: readonly string[]
}

/** On every answer. The page is one bundle of files: nothing inline, nothing from elsewhere, no frame around it. */
export const SECURITY_HEADERS: { readonly [name: string]: string } = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src data:; connect-src 'self'; font-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
}

const OWN_HOSTS: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

/** Gives the reason to refuse a request, or null. `url` is the request's, already parsed. */
export function refuse(guard: Guard, request: IncomingMessage, url: URL): Refusal | null {
  const { headers } = request
  if (!isOwnHost(guard, headers.host)) return { status: 421, message: 'This address is not served here.' }
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, message: 'This page only reads.' }
  if (headers.origin !== undefined && !isOriginOf(headers.origin, headers.host))
    return { status: 403, message: 'Requests from other origins are refused.' }
  const site = headers['sec-fetch-site']
  const isNavigation = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document'
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isNavigation)
    return { status: 403, message: 'Requests from other sites are refused.' }
  // The page's own files are those of the package: anybody may have them. What is recorded needs the key.
  if (url.pathname.startsWith('/api/') && !holdsKey(guard, headers.authorization, url))
    return { status: 401, message: 'Open the address that `neatlogs view` printed: it carries the key to this page.' }
  return null
}

/** Whatever the port: 80 is not named, and a forwarded one is another. DNS rebinding needs another name, not another port. */
function isOwnHost({ hosts }: Guard, host = ''): boolean {
  const name = host.toLowerCase().replace(/:\d{1,5}$/, '')
  return OWN_HOSTS.includes(name) || hosts.includes(name)
}

/** Either scheme: what forwards the port may speak TLS. */
function isOriginOf(origin: string, host = ''): boolean {
  return origin === `http://${host}` || origin === `https://${host}`
}

function holdsKey(guard: Guard, authorization: string | undefined, url: URL): boolean {
  const fromHeader = authorization?.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : null
  return isKey(guard, fromHeader) || isKey(guard, url.searchParams.get('token'))
}

function isKey({ key }: Guard, given: string | null): boolean {
  const wanted = Buffer.from(key)
  const bytes = Buffer.from(given ?? '')
  return bytes.length === wanted.length && timingSafeEqual(bytes, wanted)
}
