// Chooses how the events of a stream fold into one answer, by what they are, not by the endpoint: compatible servers and
// proxies put them at other paths. In: parsed events. Out: the answer's body, and the events it does not tell whole. Worker thread.

import { isArray, isObject, type JsonObject, mapJson } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { errorIn, errorOf } from '../shapes/error-forms.ts'
import { foldChat, isChunk } from './fold-chat.ts'
import { foldCompletion } from './fold-completion.ts'
import { foldImages, foldSpeech, foldTranscript } from './fold-media.ts'
import { foldResponses } from './fold-responses.ts'
import { type Folding, holdsText, openMisfits } from './misfits.ts'
import type { SseEvent } from './sse.ts'

export interface Folded {
  readonly body: Json
  /** Events, as they came, that hold something for which the body has no place. */
  readonly unplaced: readonly Json[]
}

type Fold = (folding: Folding) => Json

const TYPED: readonly (readonly [prefix: string, fold: Fold])[] = [
  ['response.', foldResponses],
  ['transcript.', foldTranscript],
  ['image_generation.', foldImages],
  ['image_edit.', foldImages],
  ['speech.audio.', foldSpeech],
]

/** Folds a stream. One that is of no known kind stays `{ events: [...] }`; no events at all are null. */
export function foldStream(events: readonly SseEvent[]): Folded {
  const objects = events.map((event) => event.data).filter(isObject)
  const isThread = events.some((event) => event.event?.startsWith('thread.'))
  if (!isThread && objects.some((data) => isArray(data.choices))) {
    const chunks = objects.filter((data) => isChunk(data))
    return foldWith(isLegacy(objects) ? foldCompletion : foldChat, events, chunks)
  }
  for (const [prefix, fold] of TYPED) {
    const isOfKind = ({ type }: JsonObject): boolean => typeof type === 'string' && type.startsWith(prefix)
    if (objects.some(isOfKind)) return foldWith(fold, events, objects.filter(isOfKind))
  }
  return { body: events.length === 0 ? null : { events: events.map(plainEvent) }, unplaced: [] }
}

/** Folds the events of its kind; others are kept as they came, unless they are empty words (pings) or the stream's error. */
function foldWith(fold: Fold, events: readonly SseEvent[], own: readonly JsonObject[]): Folded {
  const misfits = openMisfits()
  const body = fold({ events: own, misfits })
  const placed: ReadonlySet<Json> = new Set(own)
  const others = events.filter((event) => !placed.has(event.data) && holdsText(event.data) && !isToldError(event))
  return { body, unplaced: [...misfits.take(own, body), ...others.map(plainEvent)] }
}

/** The stream's error, of which the record's `error` tells all: nothing else is in the event. */
function isToldError({ event, data }: SseEvent): boolean {
  const isTyped = isObject(data) && typeof data.type === 'string' && !data.type.includes('error')
  const found = errorIn(data, !isTyped) ?? (event === 'error' ? errorOf(data) : null)
  if (found === null) return false
  const told: readonly (string | null)[] = [found.message, found.type, found.code, found.param]
  return !holdsText(mapJson(data, (value) => (typeof value === 'string' && told.includes(value) ? '' : undefined)))
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
