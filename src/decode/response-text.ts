// Text events of a `responses` stream: deltas grow where `response-events` says, `.done` states the whole. In: events. Out: the
// items they mean, changed. Worker thread.

import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { addField, type Draft, own } from './fold-delta.ts'
import type { Misfits } from './misfits.ts'
import { type TextEvent, textEventOf } from './response-events.ts'
import { type Item, takeItem, wantedBy } from './response-items.ts'
import { settle } from './settle.ts'

/** Adds the text of an event. Returns the field that was read: `type`, which is no text, when it is of no known kind. */
export function addResponseText(items: Item[], event: JsonObject, type: string, misfits: Misfits): string {
  const known = textEventOf(type)
  if (known === null) return 'type'
  const { row, isDelta } = known
  const { draft } = takeItem(items, wantedBy(event, row.item))
  if (row.place === 'commands') return addCommand(draft, event, isDelta, misfits)
  if (row.place === 'outputs') return addOutput(draft, event, isDelta, misfits)
  return addText(targetOf(draft, event, row), event, row, isDelta, misfits)
}

/** The object that holds the text: the item, what lies in it, or one of its parts. */
function targetOf(item: Draft, event: JsonObject, { place, field, part }: TextEvent): Draft {
  if (place !== 'item') {
    const target = partOf(item, place === 'summary' ? { summary_index: null, ...event } : event, part ?? null)
    target.type ??= part ?? null
    return target
  }
  const dot = field.indexOf('.')
  if (dot < 0) return item
  const name = field.slice(0, dot)
  const inner: Draft = isObject(item[name]) ? (item[name] as Draft) : {}
  item[name] = inner
  return inner
}

function addText(target: Draft, event: JsonObject, row: TextEvent, isDelta: boolean, misfits: Misfits): string {
  const name = row.field.slice(row.field.indexOf('.') + 1)
  const field = isDelta ? 'delta' : [row.doneField ?? name, 'text'].find((key) => event[key] !== undefined)
  const piece = field === undefined ? undefined : event[field]
  const known = target[name] ?? ''
  if (field === undefined || typeof piece !== 'string' || typeof known !== 'string') return 'type'
  target[name] = isDelta ? known + piece : settle(known, piece, name, misfits)
  return field
}

/** `action.commands[command_index]` of a shell call. */
function addCommand(item: Draft, event: JsonObject, isDelta: boolean, misfits: Misfits): string {
  const action: Draft = isObject(item.action) ? { ...item.action } : {}
  const commands: Json[] = isArray(action.commands) ? [...action.commands] : []
  const at =
    typeof event.command_index === 'number'
      ? Math.min(event.command_index, commands.length)
      : Math.max(commands.length - 1, 0)
  const known = commands[at] ?? ''
  const piece = isDelta ? event.delta : event.command
  if (typeof piece !== 'string' || typeof known !== 'string') return 'type'
  commands[at] = isDelta ? known + piece : settle(known, piece, 'input', misfits)
  item.action = { ...action, commands }
  return isDelta ? 'delta' : 'command'
}

/** `output[command_index]` of a shell call's output: what a command wrote. */
function addOutput(item: Draft, event: JsonObject, isDelta: boolean, misfits: Misfits): string {
  if (!isDelta) {
    if (!isArray(event.output)) return 'type'
    item.output = settle(item.output, event.output, 'output', misfits)
    return 'output'
  }
  const output: Json[] = isArray(item.output) ? [...item.output] : []
  const at =
    typeof event.command_index === 'number'
      ? Math.min(event.command_index, output.length)
      : Math.max(output.length - 1, 0)
  const known: Draft = isObject(output[at]) ? (own(output[at] as Json) as Draft) : {}
  const { delta } = event
  if (!isObject(delta)) return 'type'
  for (const key of Object.keys(delta)) addField(known, key, delta[key] as Json, misfits)
  output[at] = known
  item.output = output
  return 'delta'
}

/** The part that an event means; made when its own `added` event never came, or when the one at its index is of another kind. */
export function partOf(item: Draft, event: JsonObject, type: string | null): Draft {
  const inSummary = event.summary_index !== undefined
  const list = inSummary ? 'summary' : 'content'
  const index = inSummary ? event.summary_index : event.content_index
  if (!isArray(item[list])) item[list] = []
  item.type ??= inSummary ? 'reasoning' : 'message'
  const parts = item[list] as Json[]
  const fits = (part: Json | undefined): part is Draft =>
    isObject(part) && (type === null || part.type === undefined || part.type === type)
  const at = typeof index === 'number' ? index : parts.length - 1
  const known = parts[at]
  if (fits(known)) return known
  const other = at < parts.length ? parts.findLast(fits) : undefined
  if (other !== undefined) return other as Draft
  const made: Draft = {}
  parts.push(made)
  return made
}
