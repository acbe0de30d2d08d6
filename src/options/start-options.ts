// What `start()` takes beyond the environment, and how threads of the program come to it. In: options. Out: the same, or what of
// them can cross to a thread. Main and user threads.

import type { CallRecord } from '../record.ts'
import type { Options } from './options.ts'

/** Gets a copy of each record and returns what may be kept of it. Must not be async. */
export type RedactRecord = (record: CallRecord) => CallRecord

/** Options in code: each wins over its environment variable (docs/configuration.md). */
export interface StartOptions extends Partial<Omit<Options, 'redact'>> {
  /**
   * Paths, named patterns and expressions as in `NEATLOGS_REDACT` (a `RegExp` too), or a function that gets a copy of each record and returns what may be kept
   * of it; bodies, tags, metadata, user, conversation, name and error text may change. It runs before anything touches disk or
   * network. When it throws or returns no record, the content is dropped and counted, never sent.
   */
  readonly redact?: readonly (string | RegExp)[] | RedactRecord
}

const GIVEN = 'neatlogs.given'

/** What the thread that started this one was given. */
export function inheritedOptions(): StartOptions {
  const { getEnvironmentData } = process.getBuiltinModule('node:worker_threads')
  return (getEnvironmentData(GIVEN) as StartOptions | undefined) ?? {}
}

/** Has threads started from here on begin with these options. A function cannot cross: they withhold all content instead. */
export function bequeathOptions(given: StartOptions): void {
  const { setEnvironmentData } = process.getBuiltinModule('node:worker_threads')
  const { redact, ...rest } = given
  const crossing: StartOptions =
    typeof redact === 'function'
      ? { ...rest, captureContent: false }
      : redact === undefined
        ? rest
        : { ...rest, redact }
  setEnvironmentData(GIVEN, crossing as never)
}
