// Folds a `responses` stream into its Response object. The last lifecycle event carries it whole; what that leaves out, and a
// stream that broke off, is rebuilt from item, part and delta events (`lib/responses/ResponseAccumulator`). Worker thread.

import { isArray, isObject, type JsonObject, textOf } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { assignOwn, type Draft, joinCounts, own, setOwn } from './fold-delta.ts'
import { type Folding, holdsText, type Misfits } from './misfits.ts'
import { CALL_STATUS, LIFECYCLE } from './response-events.ts'
import { type Item, outputOf, putItem, putOutput, takeItem, wantedBy } from './response-items.ts'
import { addResponseText, partOf } from './response-text.ts'
import { settle } from './settle.ts'

/** Folds events in wire order. Null when they tell nothing of a response. */
export function foldResponses({ events, misfits }: Folding): Json {
  const response: Draft = {}
  const items: Item[] = []
  let isKnown = false
  for (const [at, event] of events.entries()) {
    misfits.begin(at)
    const type = textOf(event.type) ?? ''
    if (LIFECYCLE.test(type) && isObject(event.response)) {
      isKnown = true
      addState(response, event.response)
      if (isArray(event.response.output)) putOutput(items, event.response.output, misfits)
    } else addEvent(response, items, event, type, misfits)
  }
  const output = outputOf(items).map(withoutDrafts)
  return isKnown || output.length > 0 || Object.keys(response).length > 0 ? { ...response, output } : null
}

/** The newest state; a field that it leaves out, or knows no longer, stays as it was. */
function addState(response: Draft, state: JsonObject): void {
  for (const key of Object.keys(state)) {
    const value = state[key] as Json
    if (key === 'output') continue
    if (key === 'usage') response.usage = own(joinCounts(response.usage, value) ?? null)
    else if (value !== null || response[key] === undefined) setOwn(response, key, value)
  }
}

/** Adds an event. A text that it holds in a field of which its kind knows nothing is a misfit. */
function addEvent(response: Draft, items: Item[], event: JsonObject, type: string, misfits: Misfits): void {
  const read = fieldOf(response, items, event, type, misfits)
  const { [read]: _, obfuscation: _padding, logprobs: _probabilities, ...rest } = event
  if (holdsText(rest)) misfits.note()
}

/** Returns the field that was read: `type`, which is no text, when there was none. */
function fieldOf(response: Draft, items: Item[], event: JsonObject, type: string, misfits: Misfits): string {
  const [, kind, status] = CALL_STATUS.exec(type) ?? []
  if (type === 'response.output_item.added') return putItem(items, event, false, misfits)
  if (type === 'response.output_item.done') return putItem(items, event, true, misfits)
  if (kind !== undefined && status !== undefined) {
    takeItem(items, wantedBy(event, kind)).draft.status = status
    return 'type'
  }
  if (type.endsWith('_part.added') || type.endsWith('_part.done')) return setPart(items, event, misfits)
  if (type === 'response.output_text.annotation.added') return addAnnotation(items, event)
  if (type.endsWith('_call.partial_image')) return addPartialImage(items, event)
  if (type.startsWith('response.audio')) return addAudio(response, event, type)
  return addResponseText(items, event, type, misfits)
}

function setPart(items: Item[], event: JsonObject, misfits: Misfits): string {
  const { part: whole } = event
  if (!isObject(whole)) return 'type'
  const type = textOf(whole.type)
  const isReasoning = typeof event.summary_index === 'number' || type === 'reasoning_text' || type === 'summary_text'
  const item = takeItem(items, wantedBy(event, isReasoning ? 'reasoning' : 'message'))
  const part = partOf(item.draft, event, type)
  assignOwn(part, settle(part, whole, '', misfits) as JsonObject)
  return 'part'
}

function addAnnotation(items: Item[], event: JsonObject): string {
  const part = partOf(takeItem(items, wantedBy(event, 'message')).draft, event, 'output_text')
  const list = isArray(part.annotations) ? [...part.annotations] : []
  const at = typeof event.annotation_index === 'number' ? Math.min(event.annotation_index, list.length) : list.length
  list[at] = event.annotation ?? null
  part.annotations = list
  return 'annotation'
}

/** Kept only as long as there is no final image: `withoutDrafts`. */
function addPartialImage(items: Item[], event: JsonObject): string {
  const { draft } = takeItem(items, wantedBy(event, 'image_generation_call'))
  const { partial_image_index = null, partial_image_b64 = null } = event
  draft.partial_images = [
    ...(isArray(draft.partial_images) ? draft.partial_images : []),
    { partial_image_index, partial_image_b64 },
  ]
  return 'partial_image_b64'
}

function withoutDrafts(item: Json): Json {
  if (!isObject(item) || item.partial_images === undefined || !item.result) return item
  const { partial_images: _, ...whole } = item
  return whole
}

/** Sound stands beside the items: `response.audio.delta` and `response.audio.transcript.delta` name none. */
function addAudio(response: Draft, event: JsonObject, type: string): string {
  if (typeof event.delta !== 'string') return 'type'
  const field = type.includes('transcript') ? 'transcript' : 'data'
  const audio: Draft = isObject(response.audio) ? { ...response.audio } : {}
  audio[field] = `${audio[field] ?? ''}${event.delta}`
  response.audio = audio
  return 'delta'
}
