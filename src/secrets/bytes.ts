// Looks through a JSON text as bytes, a character for each: whether it can be looked through so with the result that its characters give, and
// whether there is anything in it to be hidden. In: the text, and its bytes. Out: what was seen; when in doubt, the worse. Leaf of the house: any thread.
import { isAscii, isUtf8 } from 'node:buffer'
import { endsLikeSecret, nameBefore } from './fields.ts'
import { hasMoreNames, isSecretName } from './names.ts'
import { isSecretParameter } from './urls.ts'

const QUOTE = 34
const SLASH = 47
const BACKSLASH = 92
/** A name has 64 characters at most (names.ts), each of four bytes, or of two when it is escaped. */
const MOST_NAME_BYTES = 260

/**
 * `differs`: only its characters tell. `same`: its bytes tell it as well. `clean`: the same, and `scrubJson` has nothing to hide in it, other than what
 * looks like a key in a server's text.
 */
export type Seen = 'differs' | 'same' | 'clean'

/**
 * Every expression that looks for secrets is made of ASCII. What tells bytes from characters all the same: their number (a name, the user
 * info of a URL), and blanks beyond ASCII. An escape may stand for any character. Names stand before colons, parameters before `=`: two
 * searches tell what a look at each text for each kind of secret would tell.
 */
export function lookThrough(text: string, bytes: Uint8Array): Seen {
  if (text.includes('\\u')) return 'differs'
  const isWide = !isAscii(bytes)
  if (isWide && !isUtf8(bytes)) return 'differs'
  let hasUrl = false
  let isClean = true
  for (let colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
    const next = text.charCodeAt(colon + 1)
    if (next === SLASH || next === BACKSLASH) hasUrl = true
    const quote = quoteBefore(text, colon)
    if (quote < 0) continue
    if (isWide && hasWideName(text, quote)) return 'differs'
    if (isClean && mayBeSecret(text, quote)) isClean = false
  }
  if (hasUrl && text.includes('@')) {
    if (isWide) return 'differs'
    isClean = false
  }
  return isClean && !hasSecretParameter(text) ? 'clean' : 'same'
}

/** The quote before a colon, blanks between them or none; -1 when another character stands there. */
function quoteBefore(text: string, colon: number): number {
  let at = colon - 1
  let code = text.charCodeAt(at)
  while (code === 32 || code === 10 || code === 13 || code === 9) code = text.charCodeAt(--at)
  return code === QUOTE ? at : -1
}

/** Says whether the name before this quote is not all ASCII. */
function hasWideName(text: string, quote: number): boolean {
  const least = Math.max(0, quote - MOST_NAME_BYTES)
  for (let at = quote - 1; at >= least; at--) {
    const code = text.charCodeAt(at)
    if (code > 127) return true
    if (code === QUOTE) return false
  }
  return false
}

/** What is quoted within a text is a field by its last letters (fields.ts); a name of the text itself by all of it (json.ts). */
function mayBeSecret(text: string, quote: number): boolean {
  let end = quote
  while (text.charCodeAt(end - 1) === BACKSLASH) end--
  if (end < quote && !hasMoreNames() && !endsLikeSecret(text, end)) return false
  const name = nameBefore(text, end)
  // An escape in a name may be a blank, which does not count.
  return name.includes('\\') || name === 'headers' || isSecretName(name)
}

function hasSecretParameter(text: string): boolean {
  for (let at = text.indexOf('='); at >= 0; at = text.indexOf('=', at + 1)) if (isSecretParameter(text, at)) return true
  return false
}
