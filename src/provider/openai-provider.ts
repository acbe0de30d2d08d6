// OpenAIProvider: recording switched on and off in code, for one key, session and set of tags. Main thread.
/// <reference lib="esnext.disposable" preserve="true" />

import { badArgument } from '../errors.ts'
import type { FoundOpenAI } from '../preload/attach.ts'
import { checkNames, refuseOption, type Tag, toKey, toTags, toText } from './arguments.ts'
import { logCaught } from './caught-error.ts'
import type { ConversationEntry } from './conversation.ts'
import { openSession, type Session } from './session.ts'

/** What `new OpenAIProvider()` takes. */
export interface OpenAIProviderOptions {
  /** The session that the calls belong to. */
  readonly traceId: string
  /** Identifier of who the calls are made for; recorded as `metadata.client`. */
  readonly client?: string | undefined
  /** NeatLogs project key. Default `NEATLOGS_API_KEY`; without one, records go where the environment says, else to files. */
  readonly apiKey?: string | undefined
  /** Put on every record, as texts. */
  readonly tags?: readonly Tag[]
}

const NAMES = ['traceId', 'client', 'apiKey', 'tags'] as const

/**
 * Records every OpenAI call of this process from `override()` to `undoOverride()`, e.g.
 * `using provider = new OpenAIProvider({ traceId: 'checkout-7', tags: ['prod'] })`. Several at once are independent: each has
 * records, key and history of its own. With the preload on, the preload records too.
 */
export class OpenAIProvider {
  readonly traceId: string
  /** Null when none was given. */
  readonly client: string | null
  /** As recorded: texts without duplicates. */
  readonly tags: readonly string[]
  readonly #session: Session

  /** Throws `ERR_NEATLOGS_ARGUMENT` for an option that is missing, unknown or of the wrong kind. */
  constructor(options: OpenAIProviderOptions) {
    checkNames('OpenAIProvider', options, NAMES)
    const traceId = toText('traceId', options.traceId)
    if (traceId === undefined) throw badArgument('traceId', undefined, 'a text that is not empty')
    const tags = Object.freeze(toTags(options.tags ?? [], refuseOption('tags')))
    const client = toText('client', options.client)
    this.traceId = traceId
    this.client = client ?? null
    this.tags = tags
    this.#session = openSession({ apiKey: toKey('apiKey', options.apiKey), traceId, client, tags: () => tags })
  }

  /**
   * Records every call from here on: of clients made before and after, of copies loaded before and after, ESM and CommonJS.
   * `openai` (the class, its module or a client) is needed for a bundled copy only. Returns the copies found so far; warns when
   * there is none. A second call adds what it is given. Throws `ERR_NEATLOGS_ARGUMENT` for what is no openai, or frozen.
   */
  override(openai?: unknown): readonly FoundOpenAI[] {
    return this.#session.begin('OpenAIProvider.override()', openai)
  }

  /**
   * Ends the recording. With the last who records, prototypes are as they were: at once, or when the calls in flight have ended,
   * which are still recorded. Where another tool has wrapped on top, our wrapper stays and passes through. May be called twice.
   */
  undoOverride(): void {
    this.#session.end()
  }

  /**
   * The calls of this provider that have ended, newest last: the last 100 and at most 8 MiB of texts, under the same content
   * rules as the records. `limit`: only the newest so many. Throws `ERR_NEATLOGS_ARGUMENT` when it is no positive integer.
   */
  getConversationHistory(limit?: number): ConversationEntry[] {
    return this.#session.listener.history.entries(limit)
  }

  /**
   * Logs an error that the program caught itself, with the parameters of its request. Never throws. An error that was logged
   * already, by the patch or by this, is not logged again.
   */
  handleError(error: unknown, params?: unknown): void {
    logCaught(this.#session.listener, error, params)
  }

  /** The same as `undoOverride()`, for `using`. */
  [Symbol.dispose](): void {
    this.undoOverride()
  }
}
