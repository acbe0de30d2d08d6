// Chooses how the events of a stream fold into one answer, by what they are, not by the endpoint: compatible servers and
// proxies put them at other paths. In: parsed events. Out: the answer's body. Worker thread.

import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { foldChat } from './fold-chat.ts'
import { foldCompletion } from './fold-completion.ts'
import { foldImages, foldSpeech, foldTranscript } from './fold-media.ts'
import { foldResponses } from './fold-responses.ts'
import type { SseEvent } from './sse.ts'

const TYPED: readonly (readonly [prefix: string, fold: (events: readonly JsonObject[]) => Json])[] = [
  ['response.', foldResponses],
  ['transcript.', foldTranscript],
  ['image_generation.', foldImages],
  ['image_edit.', foldImages],
  ['speech.audio.', foldSpeech],
]

/** Folds a stream. One that is of no known kind stays `{ events: [...] }`; no events at all are null. */
export function foldStream(events: readonly SseEvent[]): Json {
  const objects = events.map((event) => event.data).filter(isObject)
  const chunk = objects.find((data) => isArray(data.choices))
  const isThread = events.some((event) => event.event?.startsWith('thread.'))
  if (chunk !== undefined && !isThread) {
    const chunks = objects.filter((data) => isArray(data.choices) || data.usage !== undefined)
    return isLegacy(objects) ? foldCompletion(chunks) : foldChat(chunks)
  }
  for (const [prefix, fold] of TYPED) {
    if (objects.some((data) => typeof data.type === 'string' && data.type.startsWith(prefix))) return fold(objects)
  }
  return events.length === 0 ? null : { events: events.map(plainEvent) }
}

function isLegacy(chunks: readonly JsonObject[]): boolean {
  for (const { object, choices } of chunks) {
    if (object === 'text_completion') return true
    if (typeof object === 'string' && object.startsWith('chat.completion')) return false
    const first = isArray(choices) ? choices[0] : undefined
    if (isObject(first)) return first.delta === undefined && typeof first.text === 'string'
  }
  return false
}

/** As the SDK hands it out: the data alone, or with its name where the data does not tell it. */
function plainEvent(event: SseEvent): Json {
  const named = isObject(event.data) && typeof event.data.type === 'string'
  const isThread = event.event?.startsWith('thread.') ?? false
  return event.event === null || (named && !isThread) ? event.data : { event: event.event, data: event.data }
}
