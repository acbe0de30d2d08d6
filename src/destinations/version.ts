// Deliver: the version of this package, for `User-Agent` and the instrumentation scope. Worker thread.
import { readFileSync } from 'node:fs'

/** The `version` of our package.json, two folders up both in src and in dist. */
export const VERSION: string = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version
