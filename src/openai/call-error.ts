// What a close frame says about an error: the fields the user sees, without the key. Main thread, error path only.
import { undoEncoding } from '../decode/content-encoding.ts'
import type { FrameError } from '../frame.ts'
import type { Call } from './open-calls.ts'

const MAX_MESSAGE_CHARS = 16_384

interface ErrorLike {
  readonly name?: unknown
  readonly message?: unknown
  readonly code?: unknown
  readonly param?: unknown
  readonly status?: unknown
  readonly response?: { readonly status?: unknown }
}

/** The class name of an error (`RateLimitError`), else its `name`, else what it is. */
export function errorName(error: unknown): string {
  if (typeof error !== 'object' || error === null) return typeof error
  const named = (error as { constructor?: { name?: unknown } }).constructor?.name
  if (typeof named === 'string' && named !== '' && named !== 'Object' && named !== 'Error') return named
  const name = (error as ErrorLike).name
  return typeof name === 'string' && name !== '' ? name : 'Error'
}

/** Deep enough for an SDK's error, fetch's, and the socket's below it. */
const MAX_CAUSES = 8

/** The code of an error or of what caused it: `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`; null when none of them has one. */
export function causeCode(error: unknown): string | null {
  let cause: unknown = error
  for (let depth = 0; depth < MAX_CAUSES && typeof cause === 'object' && cause !== null; depth++) {
    const { code, errors, cause: next } = cause as { code?: unknown; errors?: unknown; cause?: unknown }
    if (typeof code === 'string' && code !== '') return code
    // Several addresses were tried: Node 20 and later say the code on the whole, older fetches on each.
    cause = next ?? (Array.isArray(errors) ? (errors as readonly unknown[])[0] : undefined)
  }
  return null
}

/** True for the errors by which fetch, streams and the SDK say that somebody aborted. */
export function isAbort(error: unknown): boolean {
  const name = (error as ErrorLike | null)?.name
  return name === 'AbortError' || name === 'ResponseAborted' || errorName(error) === 'APIUserAbortError'
}

/**
 * Describes an error, without its stack: reading `stack` makes V8 forget where the error was made, and Node then prints an
 * unhandled rejection differently (test/integration/regressions/). The client's own key is masked wherever a server may have echoed it.
 */
export function describeError(error: unknown, client: object): FrameError {
  const like = (typeof error === 'object' && error !== null ? error : {}) as ErrorLike
  const message = typeof like.message === 'string' ? like.message : String(error)
  const status = like.status ?? like.response?.status
  const code = like.code ?? causeCode(error)
  return {
    type: errorName(error),
    message: maskKey(message.slice(0, MAX_MESSAGE_CHARS), client),
    ...(code == null ? {} : { code: String(code) }),
    ...(like.param == null ? {} : { param: String(like.param) }),
    ...(typeof status === 'number' ? { status } : {}),
  }
}

/** Replaces the client's key, and anything that looks like a key, in a text that a server wrote. */
export function maskKey(text: string, client: object): string {
  const key = ownKey(client)
  const masked = key === null ? text : text.split(key).join('[key]')
  return masked
    .replace(/\bsk-[A-Za-z0-9_-]{8,}/g, '[key]')
    .replace(/\bBearer\s+[A-Za-z0-9._~+/-]{8,}=*/g, 'Bearer [key]')
}

function ownKey(client: object): string | null {
  // A data property only: a getter of the user's subclass may not be run once more than before.
  const found = Object.getOwnPropertyDescriptor(client, 'apiKey')?.value
  return typeof found === 'string' && found.length >= 8 ? found : null
}

/** The text of an error answer: as the wire has it, it may be encoded. It is plain in the frame, and its headers say so. */
export function plainText(call: Call, bytes: Uint8Array): string {
  const { 'content-encoding': encoding, ...headers } = call.headers ?? {}
  if (call.seen === 'patch' || encoding === undefined) return Buffer.from(bytes).toString('utf8')
  call.headers = headers
  return Buffer.from(undoEncoding(bytes, encoding).bytes).toString('utf8')
}
