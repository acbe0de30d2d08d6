// The package's one error class. Leaf. Thrown only to callers of our API and CLI, never inside a user's OpenAI call.

/** Stable codes; the message may change, the code may not. */
export type ErrorCode = 'ERR_NEATLOGS_OPTION' | 'ERR_NEATLOGS_ARGUMENT' | 'ERR_NEATLOGS_SPOOL' | 'ERR_NEATLOGS_USAGE'

/** Says what was wrong with a name, a value and what is allowed instead. Check `code`, not the message. */
export class NeatlogsError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'NeatlogsError'
    this.code = code
  }
}
