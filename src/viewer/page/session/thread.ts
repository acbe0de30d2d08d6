// Many calls → one conversation. A chat sends all that was said before with every call: here each turn comes once, under the call that had it
// first, and a tool's result stands beside the call of the tool. In: calls with their bodies, oldest first. Out: new turns of each. Pure.

import { conversationOf } from '../../../conversation/conversation.ts'
import type { Part, Turn } from '../../../conversation/turns.ts'
import type { SessionCall } from '../../api.ts'

export interface ThreadCall {
  readonly call: SessionCall
  readonly turns: readonly Turn[]
}

interface Shown {
  readonly turns: Turn[]
  readonly at: number
}

/** Gives the turns that each call adds. Branches (agents side by side) each have their own beginning. */
export function threadOf(calls: readonly SessionCall[]): ThreadCall[] {
  /** By all that was said up to and with the turn: where it is shown. */
  const shown = new Map<string, Shown>()
  return calls.map((call) => {
    const turns: Turn[] = []
    let said = ''
    for (const turn of conversationOf(call.request, call.response)) {
      said = `${said.length}:${hash(said)} ${sayingOf(turn)}`
      const before = turn.isAnswer ? undefined : shown.get(said)
      if (before !== undefined) fillResults(before, turn)
      else {
        shown.set(said, { turns, at: turns.length })
        turns.push(turn)
      }
    }
    return { call, turns }
  })
}

/** What makes a turn the same when it is sent again: not its note, its reasoning, its sources, nor results that come later. */
function sayingOf(turn: Turn): string {
  const parts = turn.parts.flatMap((part): unknown[] => {
    if (part.kind === 'call') return [[part.id, part.name, part.args]]
    return part.kind === 'reasoning' || (part.kind === 'attachment' && part.what === 'source') ? [] : [part]
  })
  return JSON.stringify([turn.role, parts])
}

/** Results that a later call sends belong beside the tool's call where that was shown first. */
function fillResults({ turns, at }: Shown, later: Turn): void {
  const turn = turns[at]
  if (turn === undefined || !later.parts.some((part) => part.kind === 'call' && part.result !== null)) return
  const results = new Map(later.parts.flatMap((part) => (part.kind === 'call' ? [[part.id, part.result]] : [])))
  const parts = turn.parts.map((part): Part => {
    const result = part.kind === 'call' && part.result === null ? (results.get(part.id) ?? null) : null
    return part.kind === 'call' && result !== null ? { ...part, result } : part
  })
  turns[at] = { ...turn, parts }
}

/** Keeps the keys short: all that was said so far would stand in each of them (FNV-1a, twice with other seeds). */
function hash(text: string): string {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (let at = 0; at < text.length; at++) {
    a = Math.imul(a ^ text.charCodeAt(at), 0x01000193)
    b = Math.imul(b ^ text.charCodeAt(at), 0x01000193)
  }
  return `${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`
}
