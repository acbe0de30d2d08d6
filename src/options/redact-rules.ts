// What `NEATLOGS_REDACT` and `start({ redact })` accept: named patterns, paths in pino's syntax, own regular expressions. In: rules as texts.
// Out: a path's steps; the rules that cannot be used, or could never take anything away. Leaf.
import { NeatlogsError } from '../errors.ts'

export const PATTERN_NAMES = ['email', 'phone', 'card', 'iban', 'ip', 'key'] as const
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

/** The rules that are no pattern and no path to a part of a record: `emial`, `messages[*].content`, `request..body`, `/(/`. */
export function badRules(rules: readonly string[]): readonly string[] {
  return rules.filter((rule) => {
    return rule.startsWith('/') ? !isUsable(rule) : !isPatternName(rule) && !leadsSomewhere(rule)
  })
}

/** An own regular expression, and what stands behind its last slash. */
const OWN = /^\/((?:\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|[^/\\[])+)\/(\w*)$/
/** Where an own expression begins, a comma within it ends no rule. */
const RULE = /\s*(?:(\/(?:\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|[^/\\[])*\/\w*)\s*(?=,|$)|([^,]*))(?:,|$)/y

/** Splits a list of rules at its commas, but those within `/…/`. */
export function splitRules(text: string): string[] {
  const rules: string[] = []
  RULE.lastIndex = 0
  while (RULE.lastIndex < text.length) {
    const [, own, other = ''] = RULE.exec(text) ?? []
    rules.push((own ?? other).trim())
  }
  return rules.filter((rule) => rule !== '')
}

/** Source and flags of an own expression; null when the rule is none. */
export function readOwnPattern(rule: string): { source: string; flags: string } | null {
  const [, source, flags = ''] = OWN.exec(rule) ?? []
  return source === undefined ? null : { source, flags: flags.replace('g', '') }
}

/** Characters that an expression may stand for, its counts written out. */
export const MAX_PATTERN_SIZE = 500
const MAX_PATTERN_CHARS = 2000
const TOKEN =
  /(?<look>\(\?(?:<?[=!]|[a-z]*-?[a-z]+:)|\\[1-9]|\\k)|(?<edge>[$^]|\\[bB])|(?<count>[*+?]|\{(?<min>\d+)(?<comma>,(?<max>\d*))?\})|(?<atom>\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|[^()|\\])|(?<open>\((?:\?(?::|<[A-Za-z_$][\w$]*>))?)|(?<close>\))|[\s\S]/gu

/** Known to V8, without look-around and back-references (they cannot be looked for in linear time), of modest size, and never nothing. */
function isUsable(rule: string): boolean {
  const { source, flags } = readOwnPattern(rule) ?? { source: '', flags: '' }
  if (source === '' || source.length > MAX_PATTERN_CHARS || !/^[imsu]*$/.test(flags)) return false
  try {
    RegExp(source, flags)
  } catch {
    return false // no regular expression: the caller warns
  }
  const size = sizeOf(source)
  return size > 0 && size <= MAX_PATTERN_SIZE
}

/** How many characters a pattern stands for; 0 for one with a part that is not allowed. */
function sizeOf(source: string): number {
  const around: number[] = []
  let sum = 0
  let last = 0
  for (const { groups = {} } of source.matchAll(TOKEN)) {
    const { look, atom, open, close, count, min, comma, max } = groups
    if (look !== undefined) return 0
    if (open !== undefined) {
      around.push(sum)
      sum = 0
    } else if (close !== undefined) {
      last = sum
      sum += around.pop() ?? 0
    } else if (count !== undefined) {
      const most = min === undefined ? 1 : comma === undefined ? Number(min) : Number(max || min)
      sum += last * (Math.max(most, 1) - 1)
      last *= Math.max(most, 1)
    } else {
      last = atom === undefined ? 0 : 1
      sum += last
    }
  }
  return sum
}

function leadsSomewhere(rule: string): boolean {
  try {
    const [root] = parsePath(rule)
    return root === ANY || root === ITEMS || PATH_ROOTS.some((name) => name === root)
  } catch {
    return false // not a path: the caller warns
  }
}
