// The process's own recording, switched on in code: `start`, `instrumentOpenAI`, `getConversationHistory`, as a program imports them. What they
// need, 30 files, is loaded by the first of them that is called. Main thread.
// biome-ignore assist/source/organizeImports: bundled.ts comes before what a bundle breaks
import { isInlined } from '../preload/bundled.ts'
import { createRequire } from 'node:module'
import type { StartOptions } from '../options/start-options.ts'
import { natively } from '../originals.ts'
import type { FoundOpenAI } from '../preload/attach.ts'
import type { ConversationEntry } from './conversation.ts'
import { processHistory } from './process-history.ts'

const require = createRequire(import.meta.url)

type Session = typeof import('./process-session.ts')
const session = (): Session => natively(() => require('./process-session.js') as Session)

const history = processHistory()

/**
 * Starts recording this process in code, as the preload does, e.g. `start({ service: 'shop', redact: (record) => … })`. What is
 * given wins over the environment; after the preload, or again, it holds for the calls from here on. User threads started later
 * begin with the same options. Returns the copies of openai found so far; warns when there is none. `start({ disabled: true })`
 * ends it. Throws `ERR_NEATLOGS_OPTION` for a bad value, `ERR_NEATLOGS_ARGUMENT` for an unknown option; nothing has changed then.
 */
export function start(options: StartOptions = {}): readonly FoundOpenAI[] {
  return isInlined() ? [] : session().start(options)
}

/**
 * Records the calls of a class, a module or a client that no hook can see, because openai is bundled into the program, e.g.
 * `instrumentOpenAI(OpenAI)`. Gives back what it got. A second call does nothing. Throws `ERR_NEATLOGS_ARGUMENT` for what is no
 * openai, or frozen.
 */
export function instrumentOpenAI<Given>(openai: Given): Given {
  return isInlined() ? openai : session().instrument(openai)
}

/**
 * The calls that this process has recorded by preload, `start` or `instrumentOpenAI` since `neatlogs` was imported and that have
 * ended, newest last: the last 100 and at most 8 MiB of texts, under the same content rules as the records. `limit`: only the
 * newest so many. Throws `ERR_NEATLOGS_ARGUMENT` when it is no positive integer. A provider has a history of its own.
 */
export function getConversationHistory(limit?: number): ConversationEntry[] {
  return isInlined() ? [] : history.entries(limit)
}
