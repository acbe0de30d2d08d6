// Deliver: what the three NeatLogs protocols share about the server and its key. Worker thread.
import type { Options } from '../options/options.ts'

/** Longest wait for an answer, in milliseconds. */
export const NEATLOGS_TIMEOUT_MS = 30_000
export const NO_KEY = 'NEATLOGS_API_KEY is not set: records are kept and not sent'
const NO_PROJECT = 'NEATLOGS_PROJECT is not set: a write key (nlw_…) needs it, records are kept and not sent'

/** Says why nothing can be sent with these options, or null. */
export function keyProblem({ apiKey, protocol, project }: Options): string | null {
  if (apiKey === null) return NO_KEY
  return protocol === 'trace' && apiKey.startsWith('nlw_') && project === null ? NO_PROJECT : null
}
