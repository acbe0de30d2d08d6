// Which request a Realtime response answers, by what the server says of it: what was asked for stands beside responses that the server
// begins by itself (voice activity) and those that are apart from the conversation. In: what waits. Out: one of it. Main thread.
import { toJson } from '../originals.ts'
import type { Turn } from './sockets-turn.ts'

type Fields = { readonly [field: string]: unknown }

/** `metadata` of a request or a response as a text to compare; '' without any. The server repeats it, its keys in an order of its own. */
export function metadataKey(metadata: unknown): string {
  if (typeof metadata !== 'object' || metadata === null) return ''
  const entries = Object.entries(metadata).sort(([left], [right]) => (left < right ? -1 : 1))
  return entries.length === 0 ? '' : toJson(entries)
}

/**
 * Finds what a response answers that the server has just begun: by its metadata, which only what was asked for bears, then by its place
 * beside or inside of the conversation, then the oldest. `isVoiced`: the server has just heard somebody out, and answers that. Null: nothing that was asked for.
 */
export function answeredBy(waiting: readonly Turn[], response: unknown, isVoiced: boolean): Turn | null {
  const { metadata, conversation_id: conversation } = (response ?? {}) as Fields
  const key = metadataKey(metadata)
  const isInside = typeof conversation === 'string'
  const fits = ({ isApart }: Turn): boolean => (conversation === undefined ? true : isApart !== isInside)
  const same = waiting.filter((turn) => turn.metadata === key)
  if (key !== '') return same.find(fits) ?? same[0] ?? null
  const first = same.find(fits)
  if (isVoiced && conversation !== null) return null
  // Servers that repeat no metadata, or name no conversation, answer in the order of asking.
  return first ?? waiting.find(fits) ?? waiting[0] ?? null
}

/** What the server says of a `response.create` that it refuses and whose `event_id` it does not name. */
const REFUSAL = /^conversation_already_has_active_response$|rate_limit|quota/

/** Finds what an error refuses: by the `event_id` that it names, else, where it can only be of a response, the oldest that it may mean. */
export function refusedBy(waiting: readonly Turn[], error: Fields): Turn | null {
  const { event_id: eventId, code, param } = error
  if (eventId != null) return waiting.find((turn) => turn.eventId === eventId) ?? null
  if (!REFUSAL.test(String(code)) && !String(param).startsWith('response')) return null
  const isBusy = code === 'conversation_already_has_active_response'
  return (isBusy ? waiting.find(({ isApart }) => !isApart) : undefined) ?? waiting[0] ?? null
}
