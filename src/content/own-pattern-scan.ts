// Where an own regular expression matches, in linear time whatever the pattern and the text are: nothing is tried again. Every character
// that lies in any match is found. In: a rule. Out: a finder. Worker thread.
import type { Range } from '../secrets/shapes.ts'
import { readPattern } from './own-pattern.ts'
import { type Alphabet, END, openAlphabet } from './own-pattern-alphabet.ts'
import { openBackwards } from './own-pattern-backward.ts'
import { type Forward, type Forwards, openForwards } from './own-pattern-forward.ts'

/** The states of this many characters are kept for the way back. */
const BLOCK_CHARS = 8192

interface Mark {
  readonly at: number
  readonly state: Forward
}

/** Opens the finder of a rule like `/EMP-\d{6}/i`. Throws `ERR_NEATLOGS_OPTION` for one that cannot be used. */
export function openScan(rule: string): (text: string) => readonly Range[] {
  const automaton = readPattern(rule)
  const alphabet = openAlphabet(automaton.atoms)
  const forwards = openForwards(automaton, alphabet)
  const backwards = openBackwards(automaton, alphabet)
  return (text) => {
    const marks = lookThrough(text, forwards, alphabet)
    const ranges: [start: number, end: number][] = []
    let behind = backwards.end()
    let kindBehind = END
    for (let mark = marks.pop(), to = text.length; mark !== undefined; to = mark.at, mark = marks.pop()) {
      const steps = stepsOf(text, mark, to, forwards, alphabet)
      for (const { at, end, kind, state } of steps.reverse()) {
        behind = backwards.step(behind, kindBehind, alphabet.placeOf(kind))
        kindBehind = kind
        if (!backwards.meets(behind, state)) continue
        const next = ranges.at(-1)
        if (next?.[0] === end) next[0] = at
        else ranges.push([at, end])
      }
    }
    return ranges.reverse()
  }
}

/** Reads the text once: none when nothing matches, as in most texts, else a mark for each block. */
function lookThrough(text: string, forwards: Forwards, alphabet: Alphabet): Mark[] {
  const marks: Mark[] = []
  let state = forwards.begin()
  let isFound = false
  for (let at = 0; at < text.length; ) {
    if (at >= marks.length * BLOCK_CHARS) marks.push({ at, state: forwards.bare(state) })
    const code = text.codePointAt(at) as number
    const kind = alphabet.classOf(code)
    isFound ||= forwards.endsBefore(state, kind)
    state = forwards.step(state, kind)
    at += code > 0xffff ? 2 : 1
  }
  return isFound || forwards.endsBefore(state, END) ? marks : []
}

interface Step {
  readonly at: number
  readonly end: number
  readonly kind: number
  /** Behind the character. */
  readonly state: Forward
}

function stepsOf(text: string, mark: Mark, to: number, forwards: Forwards, alphabet: Alphabet): Step[] {
  const steps: Step[] = []
  let { at, state } = mark
  while (at < to) {
    const code = text.codePointAt(at) as number
    const kind = alphabet.classOf(code)
    const end = at + (code > 0xffff ? 2 : 1)
    state = forwards.step(state, kind)
    steps.push({ at, end, kind, state })
    at = end
  }
  return steps
}
