// What an open frame says about a request: its JSON text as sent, or a description of an upload; the URL without secrets.
// Main thread, hot path: the common case (a JSON string, a plain URL) costs a search for the names of its fields.

import type { BodyKind } from '../frame.ts'
import { toJson } from '../originals.ts'
import { type MaskedFields, maskFields } from '../secrets/fields.ts'
import { maskSecrets } from '../secrets/shapes.ts'
import { scrubUrls, stripUrl } from '../secrets/urls.ts'

/** What we touch of the SDK's request init; v4's headers are a plain object, later ones `Headers`. */
export interface RequestInitLike {
  readonly method?: string
  readonly body?: unknown
  readonly headers?: unknown
  readonly signal?: { readonly aborted: boolean } | null
}

export interface RequestDescription {
  readonly verb: string
  readonly url: string
  readonly path: string
  readonly helper: string | undefined
  readonly kind: BodyKind
  readonly body: string | undefined
  /** Values of secret fields, masked in the body: the answer may echo them. */
  readonly secrets: readonly string[]
}

/** The last URL in which there was nothing to strip, whatever names are secret: a program asks one address as a rule. */
let lastPlain = ''

export function describeRequest(given: string, init: RequestInitLike): RequestDescription {
  const isPlain = given === lastPlain || (!given.includes('@') && !given.includes('?'))
  if (isPlain) lastPlain = given
  const url = isPlain ? given : stripUrl(given)
  const query = isPlain ? -1 : url.indexOf('?')
  const described = describeBody(init.body)
  const masked = described.body === undefined ? undefined : maskBody(described.body)
  return {
    verb: init.method === 'post' ? 'POST' : (init.method ?? 'GET').toUpperCase(),
    url,
    path: query < 0 ? url : url.slice(0, query),
    helper: readHeader(init.headers, 'x-stainless-helper-method'),
    kind: described.kind,
    body: masked?.text,
    secrets: masked?.values ?? [],
  }
}

/** An object or a list. A text (the SDK sends it as one of JSON) is a form or a file, and no prompt: what looks like a key in it is one. */
const MAY_BE_JSON = /^\s*[{[]/

function maskBody(body: string): MaskedFields {
  if (body === '' || MAY_BE_JSON.test(body)) return maskFields(body)
  // As in the query of a URL: `client_secret=…&scope=…`.
  const begin = body.startsWith('"') ? '"' : ''
  return maskFields(maskSecrets(begin + scrubUrls(`?${body.slice(begin.length)}`).slice(1)))
}

export function readHeader(headers: unknown, name: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined
  const get = (headers as { get?: unknown }).get
  if (typeof get === 'function') return (get.call(headers, name) as string | null) ?? undefined
  for (const key of Object.keys(headers)) {
    if (key.toLowerCase() === name) return String((headers as { [key: string]: unknown })[key])
  }
  return undefined
}

function describeBody(body: unknown): { kind: BodyKind; body: string | undefined } {
  if (body === undefined || body === null) return { kind: 'none', body: undefined }
  if (typeof body === 'string') return { kind: 'json', body: body }
  if (typeof FormData !== 'undefined' && body instanceof FormData) return { kind: 'form', body: describeForm(body) }
  if (ArrayBuffer.isView(body)) {
    const bytes = new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
    if (bytes[0] === 0x7b) return { kind: 'json', body: Buffer.from(bytes).toString('utf8') }
    return { kind: 'binary', body: toJson({ type: 'binary', bytes: body.byteLength }) }
  }
  if (body instanceof URLSearchParams) return { kind: 'form', body: toJson(Object.fromEntries(body)) }
  return { kind: 'binary', body: toJson({ type: 'stream', bytes: null }) }
}

function describeForm(form: FormData): string {
  // No prototype: a form's fields may bear any name.
  const fields: { [name: string]: unknown } = Object.create(null)
  for (const [name, value] of form.entries()) {
    const described =
      typeof value === 'string'
        ? value
        : { type: 'file', filename: value.name, media_type: value.type || null, bytes: value.size, sha256: null }
    const known = fields[name]
    if (known === undefined) fields[name] = described
    else fields[name] = Array.isArray(known) ? [...known, described] : [known, described]
  }
  return toJson(fields)
}
