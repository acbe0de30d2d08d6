// LLMTracker: a session with an id of its own and tags that grow. Main thread.
/// <reference lib="esnext.disposable" preserve="true" />

import { badArgument } from '../errors.ts'
import type { FoundOpenAI } from '../preload/attach.ts'
import { checkNames, refuseType, type Tag, toKey, toTags, toText } from './arguments.ts'
import type { ConversationEntry } from './conversation.ts'
import { openSession, type Session } from './session.ts'

/** What `new LLMTracker()` takes. */
export interface LLMTrackerOptions {
  /** NeatLogs project key. */
  readonly apiKey: string
  /** Identifier of who the calls are made for; recorded as `metadata.client`. */
  readonly client?: string | undefined
}

const NAMES = ['apiKey', 'client'] as const

/**
 * Records every OpenAI call of this process from `overrideApi()` to `stopInstrumenting()` under a session of its own, e.g.
 * `const tracker = new LLMTracker({ apiKey }); tracker.addTags(['prod']); tracker.overrideApi()`.
 */
export class LLMTracker {
  /** The session, a UUID. */
  readonly traceId: string
  /** Null when none was given. */
  readonly client: string | null
  #tags: readonly string[] = []
  readonly #session: Session

  /** Throws `ERR_NEATLOGS_ARGUMENT` for an option that is missing, unknown or of the wrong kind. */
  constructor(options: LLMTrackerOptions) {
    checkNames('LLMTracker', options, NAMES)
    const apiKey = toKey('apiKey', options.apiKey)
    if (apiKey === undefined) throw badArgument('apiKey', undefined, 'a NeatLogs key')
    const client = toText('client', options.client)
    this.traceId = process.getBuiltinModule('node:crypto').randomUUID()
    this.client = client ?? null
    this.#session = openSession({ apiKey, traceId: this.traceId, client, tags: () => this.#tags })
  }

  /** The tags so far, as texts. */
  get tags(): readonly string[] {
    return [...this.#tags]
  }

  /**
   * Adds tags to the calls from here on. Numbers and booleans become texts, duplicates are dropped. Throws a `TypeError` that
   * names what is no tag; nothing is added then.
   */
  addTags(tags: readonly Tag[]): void {
    const texts = toTags(tags, refuseType('tags'))
    this.#tags = toTags([...this.#tags, ...texts], refuseType('tags'))
  }

  /**
   * Records every call from here on, of every openai version from 3 to 7. Returns the copies found so far; warns when there is
   * none. `openai` (the class, its module or a client) is needed for a bundled copy only.
   */
  overrideApi(openai?: unknown): readonly FoundOpenAI[] {
    return this.#session.begin('LLMTracker.overrideApi()', openai)
  }

  /** Ends the recording, as `OpenAIProvider.undoOverride()` does. Before `overrideApi()` nothing happens. */
  stopInstrumenting(): void {
    this.#session.end()
  }

  /** The calls of this tracker that have ended, newest last, as `OpenAIProvider.getConversationHistory()` gives them. */
  getConversationHistory(limit?: number): ConversationEntry[] {
    return this.#session.listener.history.entries(limit)
  }

  /** The same as `stopInstrumenting()`, for `using`. */
  [Symbol.dispose](): void {
    this.stopInstrumenting()
  }
}
