// The one list of what keys and tokens look like. In: a text that is not the user's prompt, or any text when `key` is to be redacted. Out:
// ranges or the masked text. Every expression is anchored on a literal and bounded: linear. Leaf of the house: any thread.

/** `[start, end)` of what is to be masked. */
export type Range = readonly [start: number, end: number]

/** What stands in the place of a value that is not recorded; pino's word. */
export const CENSOR = '[Redacted]'

/** A character of a credential; a slash may be escaped as in JSON. */
const CREDENTIAL = '(?:[\\w.~+/=*%:-]|\\\\/)'
const QUOTES = '["\'\\\\]{0,4}'
/** `key: x` · `key=x` · `key => x` · `<key>x` */
const ASSIGN = `${QUOTES}(?:\\s{0,3}(?:=>|[:=])\\s{0,3}|>)${QUOTES}`
const BLANK = '(?:\\s|%20|\\+|&nbsp;)'
const SCHEMES = 'bearer|basic|token|apikey|api-key|digest|negotiate|ntlm|dpop|hawk|key|sharedaccesssignature'
const VALUE = '(?<value>[^\\s"\'`,;&<>\\\\]{4,4096})'

/** Where an expression has a group `value`, only that is masked. */
const SECRETS: readonly RegExp[] = [
  new RegExp(`(?<![a-z])bearer${BLANK}{1,8}(?<value>${CREDENTIAL}{6,})`, 'dgi'),
  new RegExp(`\\bbearer\\s{0,3}:\\s{0,3}(?<value>${CREDENTIAL}{1,})`, 'dgi'),
  // `Basic` before a word of prose is no credential: one has a digit, padding or a capital within, or is longer than a word.
  new RegExp(
    `(?<![A-Za-z])[Bb][Aa][Ss][Ii][Cc]${BLANK}{1,8}(?<value>(?=[A-Za-z0-9+/_-]{0,256}(?:[0-9+/=]|[a-z][A-Z])|[a-z]{20})[A-Za-z0-9+/_-]{6,}={0,2})`,
    'dg',
  ),
  /(?<![A-Za-z0-9])sk-[\w*-]{6,}/dg,
  /(?<![A-Za-z0-9])(?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{12,}/dg,
  /(?<![A-Za-z0-9])(?:gsk|hf|ek|npm|nlw|nl|r8|pcsk|lsv2|dop_v1)_[\w-]{8,}/dg,
  /(?<![A-Za-z0-9])(?:xai|pplx|glpat|fw|csk|nvapi|tvly|sess)-[\w-]{16,}/dg,
  /\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bya29\.[\w-]{16,}|\bSG\.[\w-]{16,}/dg,
  /\bxox[abeprs]-[\w-]{10,}/dg,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/dg,
  /\bAIza[\w-]{30,}/dg,
  /(?<![A-Za-z0-9])eyJ[\w-]{8,4096}\.[\w-]{8,65536}(?:\.[\w-]{0,4096}){0,3}/dg,
  // Whole or broken off, with the head lines of an encrypted one, its line ends escaped or not.
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[\s\S]){0,16384}(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?/dg,
  /\bapi key provided:?\s{0,3}["'`]?(?!\[)(?<value>[^\s"'`]{4,})/dgi,
  new RegExp(`\\bauthorization${ASSIGN}(?:${SCHEMES})[\\s:]{1,4}(?!\\[Redacted)(?<value>[^\\s"'\\\\]{1,4096})`, 'dgi'),
  new RegExp(
    `\\bauthorization${ASSIGN}(?!(?:${SCHEMES})[\\s:])(?!\\[)(?<value>[^\\s"'\\\\]{3,4096}(?:[ \\t]+[^\\s"'\\\\]{1,4096})?)`,
    'dgi',
  ),
  // A scheme with several fields, in quotes of their own.
  /\bauthorization["'\\]{0,4}\s{0,3}[:=]\s{0,3}["'\\]{0,4}(?:digest|oauth|hawk|aws4-hmac-sha256)\s(?!\[Redacted)(?<value>[^\r\n]{1,4096})/dgi,
  new RegExp(`\\b(?:set-)?cookies?${ASSIGN}(?!\\[Redacted)(?<value>[^\\r\\n"'\\\\]{3,4096})`, 'dgi'),
  new RegExp(
    '(?:(?:api|subscription|secret|access|private|account|signing|encryption)[-_. ]?key|' +
      '(?:access|refresh|session|auth|bearer|security|api|secret|id)[-_. ]?token|(?:client|app|api|consumer|webhook)[-_. ]?secret|' +
      `passw(?:or)?d|passphrase|\\bpwd|\\bjwt|\\bcredentials?|\\bsecret|sharedaccesssignature)${ASSIGN}(?!bearer|basic|\\[)${VALUE}`,
    'dgi',
  ),
  new RegExp(`\\b(?:token|sig|signature)=(?!\\[)${VALUE}`, 'dgi'),
  // `Unexpected token: function` is no credential.
  /\btoken["'\\]{0,4}:\s{0,3}["'\\]{0,4}(?=[\w.~+/=-]{0,256}\d)(?<value>[\w.~+/=-]{12,4096})/dgi,
  // `AZURE_OPENAI_KEY=`
  /\b[A-Z][A-Z0-9_]{0,64}_(?:KEY|TOKEN|SECRET|PASSWORD|PASS|PWD)["'\\]{0,4}\s{0,3}[:=]\s{0,3}["'\\]{0,4}(?!\[)(?<value>[^\s"'`,;&<>\\]{8,4096})/dg,
]

/** A text without any of these holds none of the above: most texts are looked through once, not twenty times. */
const HINT =
  /sk-|[srpe]k_|c_|bearer|basic|key|token|secret|passw|phrase|pwd|_PASS|jwt|credential|authorization|cookie|sig|eyJ|AIza|A[KS]IA|gh[pousr]_|github_|ya29|SG\.|xox|pplx-|xai-|glpat|fw-|csk-|nvapi|tvly|sess-|hf_|npm_|nlw?_|r8_|lsv2|dop_|-----BEGIN/i

/** `sk-` and six characters: no shorter text holds any of them. */
const SHORTEST = 9

/** Ranges of what looks like a key, a bearer token or a private key. */
export function findSecrets(text: string): readonly Range[] {
  return text.length < SHORTEST || !HINT.test(text) ? [] : findAll(text, SECRETS)
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
