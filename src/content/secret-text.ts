// Finds keys and tokens in a text by what they look like. In: a text that is not the user's prompt, or any text when `key` is
// to be redacted. Out: ranges or the masked text. Every expression is anchored on a literal and bounded: linear. Worker thread.

/** `[start, end)` of what is to be masked. */
export type Range = readonly [start: number, end: number]

/** What stands in the place of a value that is not recorded; pino's word. */
export const CENSOR = '[Redacted]'

/** Where an expression has a group `value`, only that is masked. */
const SECRETS: readonly RegExp[] = [
  /\bbearer\s+(?<value>[\w.~+/=*-]{6,})/dgi,
  /\bbasic\s+(?<value>[A-Za-z0-9+/]{16,}={0,2})/dg,
  /\bsk-[\w*-]{6,}/dg,
  /\b(?:sk|rk|pk)_(?:live|test)_\w{8,}/dg,
  /\b(?:gsk|hf|ek|npm|nlw|nl)_[\w-]{12,}/dg,
  /\b(?:xai|pplx|glpat|fw)-[\w-]{16,}/dg,
  /\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}/dg,
  /\bxox[abeprs]-[\w-]{10,}/dg,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/dg,
  /\bAIza[\w-]{30,}/dg,
  /\beyJ[\w-]{8,400}\.[\w-]{8,4096}\.[\w-]{0,1024}/dg,
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,16384}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?/dg,
  /\bapi key provided:?\s{0,3}(?<value>[^\s"']{4,})/dgi,
  /\b(?:x-)?(?:api[-_]?key|authorization|access[-_]?token|client[-_]?secret|password)["']?\s{0,3}[:=]\s{0,3}["']?(?!bearer|basic|\[)(?<value>[^\s"',;&]{4,})/dgi,
]

/** `sk-` and six characters: no shorter text holds any of them. */
const SHORTEST = 9

/** Ranges of what looks like a key, a bearer token or a private key. */
export function findSecrets(text: string): readonly Range[] {
  return text.length < SHORTEST ? [] : findAll(text, SECRETS)
}

/**
 * The ranges of every match of these expressions, which have the flags `g` and `d` and never match nothing. `matchAll` would copy
 * each expression for each text, and a record has a dozen headers.
 */
export function findAll(text: string, expressions: readonly RegExp[]): Range[] {
  const ranges: Range[] = []
  for (const expression of expressions) {
    expression.lastIndex = 0
    for (let match = expression.exec(text); match !== null; match = expression.exec(text)) {
      const range = match.indices?.groups?.value ?? match.indices?.[0]
      if (range !== undefined) ranges.push(range)
    }
  }
  return ranges
}

/** The text with its ranges replaced by `[Redacted]`; ranges that overlap are one. The same string when there are none. */
export function maskRanges(text: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return text
  let masked = ''
  let at = 0
  for (const [start, end] of joinRanges(ranges)) {
    masked += text.slice(at, start) + CENSOR
    at = end
  }
  return masked + text.slice(at)
}

/** Sorted, overlapping and touching ones joined. */
export function joinRanges(ranges: readonly Range[]): readonly Range[] {
  const joined: [number, number][] = []
  for (const [start, end] of [...ranges].sort(([left], [right]) => left - right)) {
    const last = joined.at(-1)
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end)
    else joined.push([start, end])
  }
  return joined
}

/** Masks keys and tokens in a text. */
export function maskSecrets(text: string): string {
  return maskRanges(text, findSecrets(text))
}
