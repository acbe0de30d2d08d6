// An own regular expression read backwards: from which nodes of its automaton the rest of the text leads to the end of a match. Such a set is a
// state, made when a text first needs it and remembered. Worker thread.
import type { Automaton, Node } from './own-pattern.ts'
import type { Alphabet, Place } from './own-pattern-alphabet.ts'
import { type Forward, holdsBetween, MAX_REMEMBERED } from './own-pattern-forward.ts'

export interface Backward {
  readonly good: Uint8Array
  readonly next: (Backward | undefined)[]
  readonly meets: Map<Forward, boolean>
}

export interface Backwards {
  /** Behind the end of a text. */
  end(): Backward
  /** From behind a character of class `kind` to in front of it, where the one before is of `place`. */
  step(state: Backward, kind: number, place: Place): Backward
  /** Says whether a character lies in a match: some way that led behind it leads on to an end. */
  meets(state: Backward, forward: Forward): boolean
}

const PLACES = 4

/** Opens the states of an automaton. */
export function openBackwards(automaton: Automaton, alphabet: Alphabet): Backwards {
  const { nodes, accept } = automaton
  const comesFrom = reversed(nodes)
  let known = new Map<string, Backward>()

  const stateOf = (good: Uint8Array): Backward => {
    const key = good.join('')
    const found = known.get(key)
    if (found !== undefined) return found
    if (known.size * nodes.length > MAX_REMEMBERED) known = new Map()
    const made: Backward = { good, next: [], meets: new Map() }
    known.set(key, made)
    return made
  }
  const follow = (state: Backward, kind: number, place: Place): Backward => {
    const good = new Uint8Array(nodes.length)
    const todo = [accept]
    for (const [at, node] of nodes.entries()) {
      if (node.op === 'char' && state.good[node.next] === 1 && alphabet.accepts(kind, node.atom)) todo.push(at)
    }
    for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
      if (good[at] === 1) continue
      good[at] = 1
      for (const from of comesFrom[at] as readonly number[]) {
        const node = nodes[from] as Node
        const isShut = node.op === 'assert' && !holdsBetween(automaton, node.what, place, alphabet.placeOf(kind))
        if (!isShut) todo.push(from)
      }
    }
    return stateOf(good)
  }
  return {
    end: () => ({ good: new Uint8Array(nodes.length), next: [], meets: new Map() }),
    step: (state, kind, place) => (state.next[kind * PLACES + place] ??= follow(state, kind, place)),
    meets(state, forward) {
      let isMet = state.meets.get(forward)
      if (isMet === undefined) {
        isMet = forward.core.some((at) => state.good[at] === 1)
        state.meets.set(forward, isMet)
      }
      return isMet
    },
  }
}

/** The nodes that lead to each for nothing. */
function reversed(nodes: readonly Node[]): readonly (readonly number[])[] {
  const from: number[][] = nodes.map(() => [])
  for (const [at, node] of nodes.entries()) {
    if (node.op === 'fork') for (const to of node.to) from[to]?.push(at)
    if (node.op === 'assert') from[node.next]?.push(at)
  }
  return from
}
