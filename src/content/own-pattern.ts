// Own regular expressions of `NEATLOGS_REDACT`, read: the structure here, what one character may be by V8's own expressions. In: `/…/flags`,
// checked by src/options/redact-rules.ts. Out: a small automaton for own-pattern-scan.ts. Worker thread; at the first record.
import { NeatlogsError } from '../errors.ts'
import { readOwnPattern } from '../options/redact-rules.ts'

export type Assertion = '^' | '$' | '\\b' | '\\B'

/** `char`: one character of `atom`, then `next`. `fork`: any of `to`, for nothing. `assert`: `next`, where the place is such. */
export type Node =
  | { readonly op: 'char'; readonly atom: number; readonly next: number }
  | { readonly op: 'fork'; readonly to: number[] }
  | { readonly op: 'assert'; readonly what: Assertion; readonly next: number }
  | { readonly op: 'accept' }

export interface Automaton {
  readonly nodes: readonly Node[]
  readonly start: number
  readonly accept: number
  readonly atoms: readonly RegExp[]
  /** `^` and `$` at line ends too (flag `m`). */
  readonly isMultiline: boolean
}

type Tree =
  | { readonly kind: 'atom'; readonly source: string }
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Tree[] }
  | { readonly kind: 'repeat'; readonly part: Tree; readonly min: number; readonly max: number }

const GROUP = /\((?:\?(?::|<[A-Za-z_$][\w$]*>))?/y
const REPEAT = /(?:([*+?])|\{(\d+)(,(\d*))?\})\??/y
const ATOM =
  /\\(?:[pP]\{[^}]*\}|u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|[^()|*+?\\]/uy

/** Builds the automaton of a pattern that `badRules` passes. Throws `ERR_NEATLOGS_OPTION` for what it does not know. */
export function readPattern(rule: string): Automaton {
  const { source, flags } = readOwnPattern(rule) ?? refuse(rule)
  const reader = { source, at: 0 }
  const tree = readAny(reader)
  if (reader.at < source.length) refuse(rule)
  const sources: string[] = []
  const nodes: Node[] = [{ op: 'accept' }]
  const start = build(tree, 0, nodes, sources)
  const atoms = sources.map((one) => atomOf(one, flags.replace(/[^is]/g, '')))
  return { nodes, start, accept: 0, atoms, isMultiline: flags.includes('m') }
}

function refuse(rule: string): never {
  throw new NeatlogsError('ERR_NEATLOGS_OPTION', `NEATLOGS_REDACT: ${JSON.stringify(rule)} cannot be used`)
}

interface Reader {
  readonly source: string
  at: number
}

function take({ source, at }: Reader, expression: RegExp): RegExpExecArray | null {
  expression.lastIndex = at
  return expression.exec(source)
}

function readAny(reader: Reader): Tree {
  const parts = [readAll(reader)]
  for (; reader.source[reader.at] === '|'; ) {
    reader.at++
    parts.push(readAll(reader))
  }
  return { kind: 'any', parts }
}

function readAll(reader: Reader): Tree {
  const parts: Tree[] = []
  for (let part = readPart(reader); part !== null; part = readPart(reader)) {
    const repeat = take(reader, REPEAT)
    if (repeat === null) {
      parts.push(part)
      continue
    }
    reader.at += repeat[0].length
    parts.push({ kind: 'repeat', part, ...boundsOf(repeat) })
  }
  return { kind: 'all', parts }
}

function boundsOf([, sign, least, comma, most]: RegExpExecArray): { min: number; max: number } {
  if (sign !== undefined) return { min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity }
  const min = Number(least)
  return { min, max: comma === undefined ? min : most ? Number(most) : Infinity }
}

function readPart(reader: Reader): Tree | null {
  const { source, at } = reader
  const group = take(reader, GROUP)
  if (group !== null) {
    reader.at += group[0].length
    const inner = readAny(reader)
    reader.at++ // the closing bracket: V8 has seen that it is there
    return inner
  }
  const short = source.slice(at, at + 2)
  const what = source[at] === '^' || source[at] === '$' ? source[at] : short === '\\b' || short === '\\B' ? short : null
  if (what !== null) {
    reader.at += what.length
    return { kind: 'assert', what: what as Assertion }
  }
  const atom = take(reader, ATOM)
  if (atom === null) return null
  reader.at += atom[0].length
  return { kind: 'atom', source: atom[0] }
}

/** By code point where V8 takes it so, else as without `u`: `\-` and `\_` are no escapes there. */
function atomOf(source: string, flags: string): RegExp {
  const whole = `^(?:${/^[{}\]/]$/.test(source) ? `\\${source}` : source})$`
  try {
    return new RegExp(whole, `${flags}u`)
  } catch {
    return new RegExp(whole, flags)
  }
}

/** Adds the nodes of a tree that goes on at `next`; the node to begin with. */
function build(tree: Tree, next: number, nodes: Node[], sources: string[]): number {
  const add = (node: Node): number => nodes.push(node) - 1
  switch (tree.kind) {
    case 'atom': {
      const known = sources.indexOf(tree.source)
      return add({ op: 'char', atom: known < 0 ? sources.push(tree.source) - 1 : known, next })
    }
    case 'assert':
      return add({ op: 'assert', what: tree.what, next })
    case 'all':
      return tree.parts.reduceRight((after, part) => build(part, after, nodes, sources), next)
    case 'any':
      return tree.parts.length === 1
        ? build(tree.parts[0] as Tree, next, nodes, sources)
        : add({ op: 'fork', to: tree.parts.map((part) => build(part, next, nodes, sources)) })
    case 'repeat':
      return buildRepeat(tree, next, nodes, sources)
  }
}

function buildRepeat(
  { part, min, max }: Extract<Tree, { kind: 'repeat' }>,
  next: number,
  nodes: Node[],
  sources: string[],
): number {
  let at = next
  if (max === Infinity) {
    const to: number[] = [next]
    const loop = nodes.push({ op: 'fork', to }) - 1
    to.push(build(part, loop, nodes, sources))
    at = loop
  } else {
    for (let count = min; count < max; count++) {
      at = nodes.push({ op: 'fork', to: [next, build(part, at, nodes, sources)] }) - 1
    }
  }
  for (let count = 0; count < min; count++) at = build(part, at, nodes, sources)
  return at
}
