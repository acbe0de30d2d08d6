// What a close frame says about an error: the fields the user sees, without the key. Main thread, error path only.
import { undoEncoding } from '../decode/content-encoding.ts'
import type { FrameError } from '../frame.ts'
import { cutChars, fieldOf, toText } from '../safe-text.ts'
import type { Call } from './open-calls.ts'
import { maskServerText, ownSecrets } from './own-secrets.ts'

const MAX_MESSAGE_CHARS = 16_384
const MAX_NAME_CHARS = 256

/** The class name of an error (`RateLimitError`), else its `name`, else what it is. */
export function errorName(error: unknown): string {
  if (typeof error !== 'object' || error === null) return typeof error
  const named = fieldOf(fieldOf(error, 'constructor'), 'name')
  if (typeof named === 'string' && named !== '' && named !== 'Object' && named !== 'Error') return named
  const name = fieldOf(error, 'name')
  return typeof name === 'string' && name !== '' ? name : 'Error'
}

/** Deep enough for an SDK's error, fetch's, and the socket's below it. */
const MAX_CAUSES = 8

/** The code of an error or of what caused it: `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`; null when none of them has one. */
export function causeCode(error: unknown): string | null {
  let cause: unknown = error
  for (let depth = 0; depth < MAX_CAUSES && typeof cause === 'object' && cause !== null; depth++) {
    const code = fieldOf(cause, 'code')
    if (typeof code === 'string' && code !== '') return code
    // Several addresses were tried: Node 20 and later say the code on the whole, older fetches on each.
    cause = fieldOf(cause, 'cause') ?? fieldOf(fieldOf(cause, 'errors'), '0')
  }
  return null
}

/** True for the errors by which fetch, streams and the SDK say that somebody aborted. */
export function isAbort(error: unknown): boolean {
  const name = fieldOf(error, 'name')
  return name === 'AbortError' || name === 'ResponseAborted' || errorName(error) === 'APIUserAbortError'
}

/**
 * Describes an error, without its stack: reading `stack` makes V8 forget where the error was made, and Node then prints an
 * unhandled rejection differently (test/integration/regressions/). The client's own key and `more` secrets are masked
 * wherever a server may have echoed them; its values are whatever a server likes, so nothing of them is trusted to become a text.
 */
export function describeError(error: unknown, client: object, more: readonly string[] = []): FrameError {
  const [said, param] = [fieldOf(error, 'message'), fieldOf(error, 'param')]
  const message = typeof said === 'string' ? said : toText(error, MAX_MESSAGE_CHARS)
  const status = fieldOf(error, 'status') ?? fieldOf(fieldOf(error, 'response'), 'status')
  const code = fieldOf(error, 'code') ?? causeCode(error)
  const secrets = [...ownSecrets(client), ...more]
  const mask = (text: string): string => maskServerText(text, secrets)
  return {
    type: mask(cutChars(errorName(error), MAX_NAME_CHARS)),
    message: mask(cutChars(message, MAX_MESSAGE_CHARS)),
    ...(code == null ? {} : { code: mask(toText(code)) }),
    ...(param == null ? {} : { param: mask(toText(param)) }),
    ...(typeof status === 'number' ? { status } : {}),
  }
}

/** The text of an error answer: as the wire has it, it may be encoded. It is plain in the frame, and its headers say so. */
export function plainText(call: Call, bytes: Uint8Array): string {
  const { 'content-encoding': encoding, ...headers } = call.headers ?? {}
  if (call.seen === 'patch' || encoding === undefined) return Buffer.from(bytes).toString('utf8')
  call.headers = headers
  return Buffer.from(undoEncoding(bytes, encoding).bytes).toString('utf8')
}
