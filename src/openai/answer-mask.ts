// Secrets in an answer, before it touches the disk. Of a model's answer only what the client itself holds, and what its request named as
// secret, is looked for: what else is in there is content. All of an error's text is the server's. Main thread, hot path.

import type { FrameBody } from '../frame.ts'
import { parseJson, toJson } from '../originals.ts'
import { maskFields } from '../secrets/fields.ts'
import { plainText } from './call-error.ts'
import type { Attempt, Call } from './open-calls.ts'
import { holdsOwn, maskBytes, maskOwn, maskServerText, openEnd, ownSecrets } from './own-secrets.ts'
import { isOtherType } from './response.ts'

/** A larger answer is no server's word on an error or a key, but somebody's file. */
const MAX_SERVER_TEXT_BYTES = 1024 * 1024

export interface Part {
  readonly bytes: FrameBody
  /** Its last bytes, which may be the begin of a secret. */
  readonly rest: Uint8Array | null
}

/** What has come of an answer, safe for a part frame; null when it is to wait. */
export function takePart(call: Call): Part | null {
  const { answer } = call
  if (isServerText(call) && answer.pendingBytes < MAX_SERVER_TEXT_BYTES) return null
  const bytes = answer.take()
  if (bytes === undefined) return null
  if (!(bytes instanceof Uint8Array)) return { bytes: maskAnswer(call, bytes) ?? bytes, rest: null }
  const open = openEnd(bytes, secretsOf(call))
  if (open === bytes.byteLength) {
    answer.putBack(new Uint8Array(bytes))
    return null
  }
  const rest = open === 0 ? null : new Uint8Array(bytes.subarray(bytes.byteLength - open))
  return { bytes: maskAnswer(call, bytes.subarray(0, bytes.byteLength - open)) ?? bytes, rest }
}

/** An answer, or the rest of it, without secrets. */
export function maskAnswer(
  call: Call,
  body: FrameBody | undefined,
  secrets: readonly string[] = secretsOf(call),
): FrameBody | undefined {
  if (body === undefined) return undefined
  if (isServerText(call) && sizeOf(body) <= MAX_SERVER_TEXT_BYTES) {
    return maskServerText(typeof body === 'string' ? body : plainText(call, asBytes(body)), secrets)
  }
  if (call.secrets.length > 0) return maskFields(maskOwn(asText(body), secrets)).text
  if (secrets.length === 0) return body
  return typeof body === 'string' ? maskOwn(body, secrets) : maskBytes(asBytes(body), secrets)
}

/** Headers of an answer that repeat a secret; of an error, that hold what looks like one. The same object when none does. */
export function maskHeaders(
  call: Call,
  headers: { readonly [name: string]: string },
  secrets: readonly string[] = secretsOf(call),
): { readonly [name: string]: string } {
  if (isServerText(call)) return mapValues(headers, (value) => maskServerText(value, secrets))
  let isClean = true
  for (const name in headers) isClean &&= !holdsOwn(headers[name] as string, secrets)
  if (isClean) return headers
  return mapValues(headers, (value) => maskOwn(value, secrets))
}

function mapValues(headers: { readonly [name: string]: string }, mask: (value: string) => string) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, mask(value)]))
}

/** The same for what each attempt keeps of its answer. */
export function maskAttempts(call: Call, secrets: readonly string[] = secretsOf(call)): void {
  const isServers = isServerText(call)
  if (secrets.length === 0 && !isServers) return
  const maskHead = isServers ? maskServerText : maskOwn
  for (const attempt of call.attempts) {
    maskIn(attempt, HEAD_FIELDS, maskHead, secrets)
    maskIn(attempt, ERROR_FIELDS, maskOwn, secrets)
  }
}

const HEAD_FIELDS = ['requestId', 'retryAfter'] as const
const ERROR_FIELDS = ['error', 'code'] as const

function maskIn(
  attempt: Attempt,
  names: readonly (typeof HEAD_FIELDS | typeof ERROR_FIELDS)[number][],
  mask: typeof maskOwn,
  secrets: readonly string[],
): void {
  for (const name of names) if (attempt[name] !== undefined) attempt[name] = mask(attempt[name], secrets)
}

/** Fields of an upload without its secret ones. */
export function maskForm(form: { readonly [name: string]: unknown }): { readonly [name: string]: unknown } {
  const text = toJson(form)
  const masked = maskFields(text).text
  return masked === text ? form : (parseJson(masked) as { readonly [name: string]: unknown })
}

/** What a call's answer may not repeat: asked for once where several parts of it are looked through. */
export function secretsOf(call: Call): readonly string[] {
  const own = ownSecrets(call.client)
  return call.secrets.length === 0 ? own : [...own, ...call.secrets]
}

/** All of it is what a server says: an error, or the answer of an endpoint that is no model. */
function isServerText(call: Call): boolean {
  const status = call.attempts.at(-1)?.status ?? 0
  return status >= 400 || (call.isOther && !isOtherType(call.headers?.['content-type']))
}

function sizeOf(body: FrameBody): number {
  if (typeof body === 'string') return body.length
  return body instanceof Uint8Array ? body.byteLength : body.reduce((sum, chunk) => sum + chunk.byteLength, 0)
}

function asBytes(body: Exclude<FrameBody, string>): Uint8Array {
  return body instanceof Uint8Array ? body : Buffer.concat(body)
}

function asText(body: FrameBody): string {
  if (typeof body === 'string') return body
  const bytes = asBytes(body)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
