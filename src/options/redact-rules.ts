// What `NEATLOGS_REDACT` and `start({ redact })` accept: named patterns, and paths in pino's syntax. In: rules as texts. Out: a path's
// steps; the rules that could never take anything away. Leaf.
import { NeatlogsError } from '../errors.ts'

export const PATTERN_NAMES = ['email', 'phone', 'card', 'key'] as const
/** What of a record a path can reach (src/content/redact.ts); any other first step is a slip. */
export const PATH_ROOTS = [
  'request',
  'response',
  'tags',
  'metadata',
  'user_id',
  'conversation_id',
  'name',
  'error',
] as const

/** Takes away all that rules can reach: stands in for rules that are not understood. */
export const ALL_RULES: readonly string[] = ['*', ...PATTERN_NAMES]

/** A wildcard step: every key or item. */
export const ANY: unique symbol = Symbol('*')
/** The same as `[*]`: every item of a list. */
export const ITEMS: unique symbol = Symbol('[*]')
export type Step = string | typeof ANY | typeof ITEMS
export type Path = readonly Step[]

const STEP = /\.?([^.[\]"'*\s]+)|\.?(\*)|\[(\d+)\]|\[(\*)\]|\["([^"]*)"\]|\['([^']*)'\]|\[`([^`]*)`\]/y

/** Parses `request.body.messages[*].content`, `a["b-c"][0].*`. Throws `ERR_NEATLOGS_OPTION` for what is not of this syntax. */
export function parsePath(text: string): Path {
  const steps: Step[] = []
  STEP.lastIndex = 0
  while (STEP.lastIndex < text.length) {
    const at = STEP.lastIndex
    const match = STEP.exec(text)
    if (match === null || (at === 0 && text[0] === '.')) {
      throw new NeatlogsError(
        'ERR_NEATLOGS_OPTION',
        `NEATLOGS_REDACT: ${JSON.stringify(text)} is not a path like a.b[*].c`,
      )
    }
    // A name needs its dot, unless it is the first step.
    if (at > 0 && match[0][0] !== '.' && match[0][0] !== '[') {
      throw new NeatlogsError('ERR_NEATLOGS_OPTION', `NEATLOGS_REDACT: ${JSON.stringify(text)} lacks a dot at ${at}`)
    }
    const name = match[1] ?? match[3] ?? match[5] ?? match[6] ?? match[7]
    steps.push(name ?? (match[4] === undefined ? ANY : ITEMS))
  }
  if (steps.length === 0) throw new NeatlogsError('ERR_NEATLOGS_OPTION', 'NEATLOGS_REDACT: an empty path')
  return steps
}

/** Says whether a rule is a pattern's name. */
export function isPatternName(rule: string): boolean {
  return PATTERN_NAMES.some((name) => name === rule.toLowerCase())
}

/** The rules that are no pattern and no path to a part of a record: `emial`, `messages[*].content`, `request..body`. */
export function badRules(rules: readonly string[]): readonly string[] {
  return rules.filter((rule) => !isPatternName(rule) && !leadsSomewhere(rule))
}

function leadsSomewhere(rule: string): boolean {
  try {
    const [root] = parsePath(rule)
    return root === ANY || root === ITEMS || PATH_ROOTS.some((name) => name === root)
  } catch {
    return false // not a path: the caller warns
  }
}
