// The tool calls of a chat stream. Index, id, name and arguments each may be missing, repeated or the same for all calls: none of
// them is trusted alone. In: the pieces in wire order. Out: the calls. Worker thread.

import { isObject, type JsonObject, textOf } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { addDelta, type Draft, own } from './fold-delta.ts'
import { holdsText, type Misfits } from './misfits.ts'

export interface ToolCall {
  /** Its place among the calls; two may share one. */
  readonly slot: number
  readonly draft: Draft
}

interface Piece {
  readonly id: string | null
  readonly slot: number | null
  readonly name: string | null
  readonly args: Json
}

/** Adds the calls of one delta. */
export function addTools(calls: ToolCall[], pieces: readonly Json[], misfits: Misfits): void {
  const touched = new Set<ToolCall>()
  for (const delta of pieces) {
    if (!isObject(delta)) {
      if (holdsText(delta)) misfits.note()
      continue
    }
    const piece = pieceOf(delta)
    const call = findCall(calls, piece, touched) ?? newCall(calls, piece.slot)
    touched.add(call)
    addPiece(call.draft, delta, misfits)
  }
}

/** The calls in their order. */
export function callsOf(calls: readonly ToolCall[]): Json {
  return [...calls].sort((left, right) => left.slot - right.slot).map(({ draft }) => draft)
}

function pieceOf({ id, index, function: fn, custom }: JsonObject): Piece {
  const inner = isObject(fn) ? fn : isObject(custom) ? custom : {}
  const slot =
    typeof index === 'number' ? index : typeof index === 'string' && /^\d{1,6}$/.test(index) ? Number(index) : null
  return { id: textOf(id), slot, name: textOf(inner.name), args: inner.arguments ?? inner.input ?? null }
}

function newCall(calls: ToolCall[], slot: number | null): ToolCall {
  const call = { slot: slot ?? Math.max(-1, ...calls.map((other) => other.slot)) + 1, draft: {} }
  calls.push(call)
  return call
}

/** The call that a piece continues; undefined when it begins one. */
function findCall(calls: readonly ToolCall[], piece: Piece, touched: ReadonlySet<ToolCall>): ToolCall | undefined {
  const known = piece.id === null ? undefined : calls.findLast(({ draft }) => draft.id === piece.id)
  const inSlot = piece.slot === null ? undefined : calls.findLast(({ slot }) => slot === piece.slot)
  if (known !== undefined) {
    // One id for every call, told apart by their index.
    const isOther = piece.slot !== null && piece.slot !== known.slot && piece.name !== null
    const call = isOther ? (inSlot?.draft.id === undefined ? inSlot : undefined) : known
    return call === undefined || begins(call, piece, touched) ? undefined : call
  }
  const call = inSlot ?? (piece.slot === null || piece.name === null ? calls.at(-1) : undefined)
  if (call === undefined || begins(call, piece, touched)) return undefined
  const isOfOther = piece.id !== null && call.draft.id !== undefined
  // A server that makes an id for every delta: without a name nothing begins.
  return isOfOther && (piece.name !== null || inSlot === undefined) ? undefined : call
}

/** A name after complete arguments, or twice in one list, begins a call, whatever the index says. */
function begins(call: ToolCall, { name, args }: Piece, touched: ReadonlySet<ToolCall>): boolean {
  if (name === null) return false
  if (touched.has(call)) return true
  const { name: knownName, text } = innerOf(call.draft)
  if (text === '') return false
  const isFresh = typeof args === 'string' ? args === '' || args.trimStart().startsWith('{') : true
  return (name !== knownName && !name.startsWith(knownName)) || (isFresh && isComplete(text))
}

function innerOf({ function: fn, custom }: Draft): { readonly name: string; readonly text: string } {
  const inner = isObject(fn) ? fn : isObject(custom) ? custom : {}
  const args = inner.arguments ?? inner.input ?? ''
  return { name: textOf(inner.name) ?? '', text: typeof args === 'string' ? args : JSON.stringify(args) }
}

function isComplete(text: string): boolean {
  try {
    return isObject(JSON.parse(text))
  } catch {
    return false // still growing
  }
}

function addPiece(call: Draft, delta: JsonObject, misfits: Misfits): void {
  const { index: _, id, type, function: fn, custom, ...rest } = delta
  addDelta(call, rest, misfits)
  if (textOf(id) !== null && call.id === undefined) call.id = id as string
  else if (textOf(id) !== null && call.id !== id) misfits.note()
  if (type) call.type = type
  if ((holdsText(fn ?? null) && !isObject(fn)) || (holdsText(custom ?? null) && !isObject(custom))) misfits.note()
  if (isObject(fn)) call.function = addFunction(call.function, fn, misfits)
  if (isObject(custom))
    call.custom = addCallee(isObject(call.custom) ? (call.custom as Draft) : {}, custom, 'input', misfits)
}

/** Adds a piece of a function: its name may come in pieces, once or in every delta; its arguments grow. */
export function addFunction(known: Json | undefined, delta: JsonObject, misfits: Misfits): Draft {
  return addCallee(isObject(known) ? (known as Draft) : { name: '', arguments: '' }, delta, 'arguments', misfits)
}

function addCallee(call: Draft, delta: JsonObject, field: 'arguments' | 'input', misfits: Misfits): Draft {
  const { name, [field]: args = '', ...rest } = delta
  addDelta(call, rest, misfits)
  const before = call[field] ?? ''
  if (typeof name === 'string' && name !== '')
    call.name = joinName(textOf(call.name) ?? '', name, before === '', misfits)
  if (args === null || args === '') call[field] = before
  else if (typeof before === 'string' && typeof args === 'string') call[field] = before + args
  else if (before === '') call[field] = own(args)
  else if (JSON.stringify(before) !== JSON.stringify(args)) misfits.note()
  return call
}

function joinName(known: string, more: string, isBefore: boolean, misfits: Misfits): string {
  if (known.startsWith(more) || more.startsWith(known)) return more.length > known.length ? more : known
  if (isBefore) return known + more
  misfits.note()
  return known
}
