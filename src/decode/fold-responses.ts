// Folds a `responses` stream into its Response object. The last lifecycle event carries it whole; a stream that broke off is
// rebuilt from item, part and delta events by the SDK's rules (`lib/responses/ResponseAccumulator`). Worker thread.

import { isArray, isObject, type JsonObject, textOf } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { assignOwn, type Draft, joinText, takeSlot } from './fold-delta.ts'

/** Events whose `response` is the state of the whole response. */
const LIFECYCLE = /^response\.(?:created|queued|in_progress|completed|failed|incomplete|cancelled)$/
const TERMINAL = /^response\.(?:completed|failed|incomplete|cancelled)$/
/** `response.<kind>_call.<status>`: the status of one tool call. */
const CALL_STATUS = /^response\.[a-z_]+_call\.(in_progress|searching|generating|interpreting|completed|failed)$/

/** Text of an item or part that grows by `.delta` and is set whole by `.done`: which field, and where it stands. */
const TEXTS: {
  readonly [name: string]: readonly [field: string, place: 'item' | 'content' | 'summary', type: string]
} = {
  'response.output_text': ['text', 'content', 'output_text'],
  'response.refusal': ['refusal', 'content', 'refusal'],
  'response.reasoning_text': ['text', 'content', 'reasoning_text'],
  'response.reasoning_summary_text': ['text', 'summary', 'summary_text'],
  'response.function_call_arguments': ['arguments', 'item', 'function_call'],
  'response.mcp_call_arguments': ['arguments', 'item', 'mcp_call'],
  'response.custom_tool_call_input': ['input', 'item', 'custom_tool_call'],
  'response.code_interpreter_call_code': ['code', 'item', 'code_interpreter_call'],
}

/** Says whether an event ends its stream with a whole Response. */
export function isTerminal(data: Json): boolean {
  return isObject(data) && typeof data.type === 'string' && TERMINAL.test(data.type)
}

/** Folds events in wire order. Null when they tell nothing of a response. */
export function foldResponses(events: readonly JsonObject[]): Json {
  let response: JsonObject | null = null
  let items = new Map<number, Draft>()
  for (const event of events) {
    const type = textOf(event.type) ?? ''
    if (LIFECYCLE.test(type) && isObject(event.response)) {
      response = event.response
      // Some servers end with an empty output although items were streamed: keep those then.
      if (isArray(response.output) && response.output.length > 0) items = itemsOf(response.output)
    } else addEvent(items, event, type)
  }
  if (response === null && items.size === 0) return null
  const output = [...items.entries()].sort(([left], [right]) => left - right).map(([, item]) => item)
  return { ...response, output }
}

function itemsOf(output: readonly Json[]): Map<number, Draft> {
  return new Map(output.map((item, index) => [index, isObject(item) ? structuredClone(item) : { value: item }]))
}

function addEvent(items: Map<number, Draft>, event: JsonObject, type: string): void {
  const index = event.output_index
  if (typeof index !== 'number') return
  if (type === 'response.output_item.added' || type === 'response.output_item.done') {
    if (isObject(event.item)) items.set(index, structuredClone(event.item))
    return
  }
  const item = takeSlot(items, index, (): Draft => (typeof event.item_id === 'string' ? { id: event.item_id } : {}))
  const status = CALL_STATUS.exec(type)?.[1]
  if (status !== undefined) item.status = status
  else if (type.endsWith('_part.added') || type.endsWith('_part.done')) setPart(item, event)
  else if (type === 'response.output_text.annotation.added') addAnnotation(item, event)
  else addText(item, event, type)
}

function setPart(item: Draft, event: JsonObject): void {
  if (!isObject(event.part)) return
  const part = partOf(item, event)
  for (const key of Object.keys(part)) delete part[key]
  assignOwn(part, structuredClone(event.part))
}

function addText(item: Draft, event: JsonObject, type: string): void {
  const dot = type.lastIndexOf('.')
  const row = TEXTS[type.slice(0, dot)]
  if (row === undefined) return
  const [field, place, kind] = row
  const target = place === 'item' ? item : partOf(item, event)
  target.type ??= kind
  if (type.endsWith('.done')) {
    if (event[field] !== undefined) target[field] = event[field]
  } else if (typeof event.delta === 'string') target[field] = joinText(target[field] ?? '', event.delta)
}

function addAnnotation(item: Draft, event: JsonObject): void {
  const part = partOf(item, event)
  const list = isArray(part.annotations) ? [...part.annotations] : []
  const at = typeof event.annotation_index === 'number' ? Math.min(event.annotation_index, list.length) : list.length
  list[at] = event.annotation ?? null
  part.annotations = list
}

/** The part that an event means; made when its own `added` event never came. Items were cloned, so they may be written. */
function partOf(item: Draft, event: JsonObject): Draft {
  const inSummary = typeof event.summary_index === 'number'
  const list = inSummary ? 'summary' : 'content'
  const index = inSummary ? event.summary_index : event.content_index
  if (!isArray(item[list])) item[list] = []
  if (!inSummary) item.type ??= 'message'
  const parts = item[list] as Json[]
  const at = typeof index === 'number' && index < parts.length ? index : parts.length
  const known = parts[at]
  if (isObject(known)) return known
  const made: Draft = {}
  parts[at] = made
  return made
}
