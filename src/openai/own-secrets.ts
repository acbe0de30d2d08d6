// The secrets that a client itself holds: its keys, the credentials of its default headers and of its base URL. A server may echo them in any
// answer, as they are or spelled as in JSON or a URL. In: a client. Out: texts to look for; texts and bytes without them. Main thread, hot path.

import { maskFields } from '../secrets/fields.ts'
import { isSecretHeader, isSecretQuery } from '../secrets/names.ts'
import { maskSecrets } from '../secrets/shapes.ts'
import { spell } from '../secrets/spell.ts'
import { scrubUrls } from '../secrets/urls.ts'

/** What stands in the place of such a secret. */
const MASK = '[key]'

interface Known {
  readonly key: unknown
  readonly adminKey: unknown
  readonly secrets: readonly string[]
}

const known = new WeakMap<object, Known>()

/** The client's secrets in all their spellings. Read once, and again when a key has changed. */
export function ownSecrets(client: object): readonly string[] {
  const key = dataOf(client, 'apiKey')
  const adminKey = dataOf(client, 'adminAPIKey')
  const before = known.get(client)
  if (before !== undefined && before.key === key && before.adminKey === adminKey) return before.secrets
  const secrets = spell(gather(client, [key, adminKey]))
  known.set(client, { key, adminKey, secrets })
  return secrets
}

/** A data property only: a getter of the user's subclass may not be run once more than before. */
function dataOf(holder: unknown, name: string): unknown {
  if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, name)) return undefined
  return Object.getOwnPropertyDescriptor(holder, name)?.value
}

function gather(client: object, keys: readonly unknown[]): readonly string[] {
  const options = dataOf(client, '_options')
  // openai 3
  const configuration = dataOf(client, 'configuration')
  const found = [
    ...keys,
    dataOf(options, 'apiKey'),
    dataOf(options, 'adminAPIKey'),
    dataOf(configuration, 'apiKey'),
    dataOf(configuration, 'accessToken'),
    dataOf(configuration, 'password'),
    ...headersOf(dataOf(options, 'defaultHeaders')),
    ...headersOf(dataOf(dataOf(configuration, 'baseOptions'), 'headers')),
    ...queryOf(dataOf(options, 'defaultQuery')),
    ...urlSecrets(dataOf(client, 'baseURL') ?? dataOf(client, 'basePath')),
  ]
  return found.filter((text): text is string => typeof text === 'string')
}

/** The secrets that one call brings: in headers and query of its own, and in its URL; in all their spellings. */
export function secretsOfCall(options: object | null, url: string): readonly string[] {
  const headers = dataOf(options, 'headers')
  const query = dataOf(options, 'query')
  if (headers === undefined && query === undefined && !/[@?]/.test(url)) return NONE
  const found = [...headersOf(headers), ...queryOf(query), ...urlSecrets(url)]
  return found.length === 0 ? NONE : spell(found.filter((text) => typeof text === 'string'))
}

const NONE: readonly string[] = []

/** The values of headers that hold credentials: whole, without their scheme, and what stands in a cookie. */
function headersOf(headers: unknown): string[] {
  return entriesOf(headers).flatMap(([name, value]) => {
    if (typeof value !== 'string' || !isSecretHeader(String(name))) return []
    const inCookies = /cookie/i.test(String(name)) ? value.split(';').map((one) => one.slice(one.indexOf('=') + 1)) : []
    return [value, value.replace(/^[\w-]+\s+/, ''), ...inCookies]
  })
}

/** A plain object, `Headers`, a list of pairs, or what openai ≥ 5 makes of all of them (`{ values: Headers }`). */
function entriesOf(headers: unknown): readonly (readonly unknown[])[] {
  if (typeof headers !== 'object' || headers === null) return []
  if (headers instanceof Headers) return [...headers]
  if (Array.isArray(headers)) return headers.filter((pair) => Array.isArray(pair))
  const values = dataOf(headers, 'values')
  if (values instanceof Headers) return [...values]
  return Object.keys(headers).map((name) => [name, dataOf(headers, name)])
}

function queryOf(query: unknown): unknown[] {
  return entriesOf(query).flatMap(([name, value]) => (isSecretQuery(String(name)) ? [value] : []))
}

function urlSecrets(url: unknown): string[] {
  if (typeof url !== 'string' || !/[@?]/.test(url) || !URL.canParse(url)) return []
  const { password, searchParams } = new URL(url)
  return [password, ...[...searchParams].flatMap(([name, value]) => (isSecretQuery(name) ? [value] : []))]
}

/** Node looks for fewer than eight bytes by the processor's search for the first of them; for more it prepares a table, and goes byte by byte. */
const HINT_CHARS = 7

/**
 * The part of a secret to look for first: from its first character that few texts have on. `sk-proj-…` begins with a letter that stands everywhere, at
 * each of which a search stops: 14 µs for 50 KB, and 2 from the hyphen on.
 */
function hintOf(secret: string): string {
  for (let at = 0; at + HINT_CHARS < secret.length; at++) {
    const code = secret.charCodeAt(at)
    if (code < 97 || code > 122) return partOf(secret, at)
  }
  return partOf(secret, 0)
}

/** Half of a surrogate pair is in no answer. */
function partOf(secret: string, at: number): string {
  const last = secret.charCodeAt(at + HINT_CHARS - 1)
  return secret.slice(at, at + HINT_CHARS - (last >= 0xd800 && last < 0xdc00 ? 1 : 0))
}

/** Says whether one of these secrets is in a text. */
export function holdsOwn(text: string, secrets: readonly string[]): boolean {
  for (const secret of secrets) if (secret.length <= text.length && text.includes(secret)) return true
  return false
}

/** Replaces these secrets in a text; the same text when none is in it. */
export function maskOwn(text: string, secrets: readonly string[]): string {
  let masked = text
  for (const secret of secrets) if (masked.includes(secret)) masked = masked.replaceAll(secret, MASK)
  return masked
}

/** Replaces these secrets, and whatever looks like one, in a text that a server wrote. */
export function maskServerText(text: string, secrets: readonly string[]): string {
  return maskSecrets(maskFields(scrubUrls(maskOwn(text, secrets))).text)
}

/** Replaces these secrets in the bytes of an answer; the same bytes when none is in them. */
export function maskBytes(bytes: Uint8Array, secrets: readonly string[]): Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let masked = buffer
  for (const secret of secrets) {
    if (!masked.includes(hintOf(secret)) || !masked.includes(secret)) continue
    // Byte for byte: what is no UTF-8 stays what it is.
    const text = masked.toString('latin1').replaceAll(Buffer.from(secret).toString('latin1'), MASK)
    masked = Buffer.from(text, 'latin1')
  }
  return masked
}

/** How many of the last bytes may be the begin of one of these secrets, whose rest is still to come. */
export function openEnd(bytes: Uint8Array, secrets: readonly string[]): number {
  let most = 0
  for (const secret of secrets) {
    const wanted = Buffer.from(secret)
    for (let length = Math.min(wanted.byteLength - 1, bytes.byteLength); length > most; length--) {
      if (wanted.subarray(0, length).equals(bytes.subarray(bytes.byteLength - length))) most = length
    }
  }
  return most
}
