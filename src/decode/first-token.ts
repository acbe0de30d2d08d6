// Which event of a stream is the first that brought something: content, reasoning, a tool call. Keep-alives, a role, filter results
// and `response.created` bring nothing. In: events. Out: where it ends, and by the marks of the close frame when it came. Worker.

import type { CloseHead } from '../frame.ts'
import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import { holdsText } from './misfits.ts'
import { isTerminal } from './response-events.ts'
import type { SseEvent } from './sse.ts'

/** Says whether an event brings a part of the answer. */
export function bringsContent({ event, data }: SseEvent): boolean {
  if (!isObject(data) || event === 'error') return false
  if (isArray(data.choices)) return data.choices.some((choice) => isObject(choice) && choiceBrings(choice))
  if (data.error !== undefined && data.error !== null) return false
  return typeof data.type === 'string' ? typedBrings(data, data.type) : holdsText(data)
}

function choiceBrings({ delta, message, text }: JsonObject): boolean {
  return [delta, message, text].some((part) => holdsText(part ?? null) || (isObject(part) && callsIn(part)))
}

function callsIn({ tool_calls: calls, function_call: legacy }: JsonObject): boolean {
  return (isArray(calls) && calls.length > 0) || isObject(legacy)
}

function typedBrings(event: JsonObject, type: string): boolean {
  if (type === 'error' || type === 'ping') return false
  if (isTerminal(event))
    return isObject(event.response) && isArray(event.response.output) && event.response.output.length > 0
  if (isObject(event.response)) return false
  if (type.endsWith('output_item.added')) return isObject(event.item) && itemBrings(event.item)
  if (type.endsWith('.delta')) return holdsText(event.delta ?? event.audio ?? null)
  const { event_id: _, item_id: _item, ...fields } = event
  return holdsText(fields)
}

/** A message and its reasoning are announced empty; a tool call is one as soon as it is announced. */
function itemBrings(item: JsonObject): boolean {
  return (item.type !== 'message' && item.type !== 'reasoning') || holdsText(item.content ?? null)
}

/** Milliseconds from the call's begin until the byte at `offset` was there. Without marks all came with the first byte. */
export function msAt(close: CloseHead | null, offset: number | null): number | null {
  if (close === null || offset === null) return null
  const { marks = [] } = close
  let ms: number | null = null
  for (let at = 0; at + 1 < marks.length && (marks[at] as number) <= offset; at += 2) ms = marks[at + 1] as number
  return ms ?? close.firstChunkMs ?? null
}

/** Index of the first event that brings something, -1 when none does. */
export function firstContent(events: readonly SseEvent[]): number {
  return events.findIndex(bringsContent)
}

/** Bytes of a text up to a character of it. */
export function byteOffset(text: string, end: number): number {
  return Buffer.byteLength(text.slice(0, end)) - 1
}
