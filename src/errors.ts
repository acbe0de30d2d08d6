// The package's one error class. Leaf. Thrown only to callers of our API and CLI, never inside a user's OpenAI call.
import { maskSecrets } from './secrets/shapes.ts'

/** Stable codes; the message may change, the code may not. */
export type ErrorCode =
  | 'ERR_NEATLOGS_OPTION'
  | 'ERR_NEATLOGS_ARGUMENT'
  | 'ERR_NEATLOGS_SPOOL'
  | 'ERR_NEATLOGS_USAGE'
  | 'ERR_NEATLOGS_BUNDLED'

/** Says what was wrong with a name, a value and what is allowed instead. Check `code`, not the message. */
export class NeatlogsError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'NeatlogsError'
    this.code = code
  }
}

/** Says which argument was wrong, what it was (shortened) and what is allowed. */
export function badArgument(name: string, value: unknown, allowed: string): NeatlogsError {
  return new NeatlogsError('ERR_NEATLOGS_ARGUMENT', `${name} must be ${allowed}; got ${showValue(value)}`)
}

/** A value for a message: its JSON, or its kind when it has none, at most 100 characters. */
export function showValue(value: unknown): string {
  if (typeof value === 'function') return `a function${value.name === '' ? '' : ` ${value.name}`}`
  try {
    return maskSecrets(JSON.stringify(value) ?? String(value)).slice(0, 100)
  } catch {
    return `a ${typeof value}` // cyclic, a BigInt, or a getter that throws
  }
}
