// What OpenAIProvider and LLMTracker share: a listener that is switched on and off. In: whose calls they are. Out: a session.
import { attach, detach, type FoundOpenAI, foundOpenAI, patchGiven, warnWhenNone } from '../preload/attach.ts'
import { type Listener, openListener } from './listener.ts'

export interface SessionFacts {
  readonly apiKey: string | undefined
  readonly traceId: string
  readonly client: string | undefined
  /** Asked at the begin of each call. */
  tags(): readonly string[]
}

export interface Session {
  readonly listener: Listener
  /** Switches recording on; `who` stands in the warning when there is nothing to record yet. */
  begin(who: string, openai: unknown): readonly FoundOpenAI[]
  /** Switches it off. */
  end(): void
}

/** Opens a session, switched off. */
export function openSession({ apiKey, traceId, client, tags }: SessionFacts): Session {
  const metadata = client === undefined ? {} : { metadata: { client } }
  const listener = openListener({ apiKey, context: () => ({ traceId, tags: tags(), ...metadata }) })
  let isOn = false
  return {
    listener,
    begin(who, openai) {
      if (isOn) {
        if (openai !== undefined) patchGiven(openai)
        return foundOpenAI()
      }
      listener.setActive(true)
      if (!listener.isEnabled()) return []
      try {
        const found = attach(listener.sink, openai)
        isOn = true
        warnWhenNone(found, who)
        return found
      } finally {
        if (!isOn) listener.setActive(false)
      }
    },
    end() {
      isOn = false
      // Also when it is off: another tool that had wrapped on top may have gone meanwhile.
      detach(listener.sink)
      listener.setActive(false)
    },
  }
}
