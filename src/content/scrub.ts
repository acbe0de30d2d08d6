// Removes secrets that no record may hold, whatever is configured: values of key-like fields, credentials and keys in URLs,
// and in what a server or the SDK wrote about an error also anything that looks like a key. Worker thread.

import { isObject, type JsonObject, mapJson } from '../json-walk.ts'
import type { CallRecord, Json } from '../record.ts'
import { CENSOR, findAll, maskRanges, maskSecrets } from './secret-text.ts'

/** Field names without case, `-` and `_`. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(
  (
    'apikey xapikey authorization proxyauthorization bearertoken accesstoken refreshtoken clientsecret secretkey ' +
    'secretaccesskey privatekey password passwd cookie setcookie azureadtoken adminapikey subscriptionkey'
  ).split(' '),
)
/** Names of headers in a `headers` object (a remote tool's) whose values are secret. */
const SECRET_HEADER = /auth|key|token|secret|cookie|password|signature/i
const SCHEMA_TYPES: ReadonlySet<string> = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])

const QUERY_NAMES =
  'key|api[-_]?key|sig|signature|token|access[-_]?token|auth|password|secret|client[-_]?secret|subscription[-_]?key|x-amz-signature|x-amz-security-token|x-goog-signature'
const IN_URLS: readonly RegExp[] = [
  /(?<=:\/\/)(?<value>[^\s/@"'<>?#]{1,512})@/dg,
  new RegExp(`[?&](?:${QUERY_NAMES})=(?<value>[^&#\\s"'<>\\\\)]+)`, 'gdi'),
]
/** `"api_key": "…"` inside a text that is itself JSON, e.g. tool arguments; its quotes may be escaped. */
const IN_JSON: readonly RegExp[] = [
  /"(?:x-)?(?:\w{0,32}api[-_]?key|authorization|access[-_]?token|client[-_]?secret|password)\\{0,3}"\s{0,8}:\s{0,8}\\{0,3}"(?<value>[^"\\]{1,4096})/dgi,
]

/** Scrubs every part of a record that can hold a secret. */
export function scrubRecord(record: CallRecord): CallRecord {
  const failed = record.status === 'error' || (record.http_status ?? 0) >= 400
  const { error } = record
  return {
    ...record,
    metadata: scrubJson(record.metadata, true) as CallRecord['metadata'],
    attempts: record.attempts.map((attempt) => ({ ...attempt, error: scrubNullable(attempt.error) })),
    request: { ...record.request, body: scrubJson(record.request.body, false) },
    response: {
      ...record.response,
      headers: scrubHeaders(record.response.headers),
      body: scrubAnswer(record.response.body, failed),
    },
    error: error && {
      ...error,
      message: scrubText(error.message, true),
      param: scrubNullable(error.param),
      stack: scrubNullable(error.stack),
    },
  }
}

/** Of a failed answer all text is the server's own, of another only what stands under `error`. */
function scrubAnswer(body: Json, failed: boolean): Json {
  if (failed && (typeof body === 'string' || !hasAnswer(body))) return scrubJson(body, true)
  const scrubbed = scrubJson(body, false)
  if (!isObject(scrubbed) || scrubbed.error === undefined || scrubbed.error === null) return scrubbed
  return { ...scrubbed, error: scrubJson(scrubbed.error, true) }
}

function hasAnswer(body: Json): boolean {
  return isObject(body) && (body.choices !== undefined || body.output !== undefined || body.text !== undefined)
}

/** Scrubs a value. `serverText`: its strings are not the user's content, so what looks like a key is masked too. */
export function scrubJson(body: Json, serverText: boolean): Json {
  return mapJson(body, (value, { key }) => {
    if (typeof value === 'string') return isSecretField(key) && value !== '' ? CENSOR : scrubText(value, serverText)
    if (value === null || typeof value === 'boolean' || isSchema(value)) return undefined
    if (isSecretField(key)) return censorAll(value)
    // A remote tool's headers may bear any name.
    return key === 'headers' && isObject(value) ? scrubToolHeaders(value) : undefined
  })
}

function scrubToolHeaders(headers: JsonObject): Json {
  const scrubbed = Object.entries(headers).map(([name, value]) => {
    return [name, SECRET_HEADER.test(name) ? censorAll(value) : scrubJson(value, true)]
  })
  return Object.fromEntries(scrubbed) as JsonObject
}

/** Scrubs one text: credentials and keys in URLs, secret fields of JSON in it; with `serverText` whatever looks like a key. */
export function scrubText(text: string, serverText: boolean): string {
  let scrubbed = text
  if (scrubbed.includes('://') || scrubbed.includes('=')) scrubbed = maskRanges(scrubbed, findAll(scrubbed, IN_URLS))
  if (scrubbed.includes('":') || scrubbed.includes('" :')) scrubbed = maskRanges(scrubbed, findAll(scrubbed, IN_JSON))
  return serverText ? maskSecrets(scrubbed) : scrubbed
}

function scrubNullable(text: string | null): string | null {
  return text === null ? null : scrubText(text, true)
}

function scrubHeaders(headers: CallRecord['response']['headers']): CallRecord['response']['headers'] {
  const kept = Object.entries(headers).filter(([name]) => !isSecretField(name) && !/cookie/i.test(name))
  return Object.fromEntries(kept.map(([name, value]) => [name, scrubText(value, true)]))
}

/** The names of an API's fields are few; a program whose own are many is not remembered for ever. */
const MAX_KNOWN = 1000
const known = new Map<string, boolean>()

function isSecretField(name: string): boolean {
  if (name === '' || name.length > 64) return false
  let isSecret = known.get(name)
  if (isSecret === undefined) {
    isSecret = looksSecret(name)
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(name, isSecret)
  }
  return isSecret
}

function looksSecret(name: string): boolean {
  const bare = name.toLowerCase().replace(/[-_\s]/g, '')
  return SECRET_FIELDS.has(bare) || bare.endsWith('apikey')
}

/** A tool may have a parameter of that name: its schema says nothing secret. */
function isSchema(value: Json): boolean {
  if (!isObject(value)) return false
  if (typeof value.type === 'string') return SCHEMA_TYPES.has(value.type)
  return ['$ref', 'anyOf', 'oneOf', 'allOf', 'enum', 'description'].some((name) => value[name] !== undefined)
}

function censorAll(value: Json): Json {
  return mapJson(value, (inner) => {
    if (typeof inner === 'string') return inner === '' ? inner : CENSOR
    return typeof inner === 'number' ? CENSOR : undefined
  })
}
