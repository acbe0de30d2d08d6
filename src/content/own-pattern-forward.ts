// An own regular expression read forwards: which nodes of its automaton can stand behind the character just read. Such a set is a state, made
// when a text first needs it and remembered. Worker thread.
import type { Assertion, Automaton, Node } from './own-pattern.ts'
import { type Alphabet, EDGE, LINE_END, type Place, WORD } from './own-pattern-alphabet.ts'

export interface Forward {
  readonly core: readonly number[]
  /** What was read last. */
  readonly before: Place
  /** By the class of the next character. */
  readonly next: (Forward | undefined)[]
  readonly ends: (boolean | undefined)[]
}

export interface Forwards {
  /** Where a text begins. */
  begin(): Forward
  /** Behind a character of class `kind`; a match may begin with any. */
  step(state: Forward, kind: number): Forward
  /** Says whether a match ends in front of a character of class `kind`. */
  endsBefore(state: Forward, kind: number): boolean
  /** The same state without all that it has led to. */
  bare(state: Forward): Forward
}

/** Nodes in all states that are remembered; beyond it they are forgotten. */
export const MAX_REMEMBERED = 200_000

/** Says whether an assertion holds between two characters. */
export function holdsBetween({ isMultiline }: Automaton, what: Assertion, before: Place, after: Place): boolean {
  if (what === '^') return before === EDGE || (isMultiline && before === LINE_END)
  if (what === '$') return after === EDGE || (isMultiline && after === LINE_END)
  return ((before === WORD) !== (after === WORD)) === (what === '\\b')
}

/** Opens the states of an automaton. */
export function openForwards(automaton: Automaton, alphabet: Alphabet): Forwards {
  const { nodes, start } = automaton
  let known = new Map<string, Forward>()
  let size = 0

  const stateOf = (core: readonly number[], before: Place): Forward => {
    const key = `${before} ${core.join(' ')}`
    const found = known.get(key)
    if (found !== undefined) return found
    if (size > MAX_REMEMBERED) {
      known = new Map()
      size = 0
    }
    size += core.length + 8
    const made: Forward = { core, before, next: [], ends: [] }
    known.set(key, made)
    return made
  }
  /** With the nodes that are reached for nothing. */
  const closure = (from: readonly number[], before: Place, after: Place): ReadonlySet<number> => {
    const seen = new Set(from)
    for (const at of seen) {
      const node = nodes[at] as Node
      if (node.op === 'fork') for (const to of node.to) seen.add(to)
      else if (node.op === 'assert' && holdsBetween(automaton, node.what, before, after)) seen.add(node.next)
    }
    return seen
  }
  const follow = ({ core, before }: Forward, kind: number): Forward => {
    const place = alphabet.placeOf(kind)
    const reached = new Set<number>()
    for (const at of closure([...core, start], before, place)) {
      const node = nodes[at] as Node
      if (node.op === 'char' && alphabet.accepts(kind, node.atom)) reached.add(node.next)
    }
    return stateOf(
      [...reached].sort((one, other) => one - other),
      place,
    )
  }
  return {
    begin: () => stateOf([], EDGE),
    bare: ({ core, before }) => ({ core, before, next: [], ends: [] }),
    step: (state, kind) => (state.next[kind] ??= follow(state, kind)),
    endsBefore: (state, kind) =>
      (state.ends[kind] ??= closure(state.core, state.before, alphabet.placeOf(kind)).has(automaton.accept)),
  }
}
