// Which JSON texts can be looked through for secrets as bytes, a character for each, with the result that their characters give. In: the
// bytes, and the text that has a character for each. Out: whether; when in doubt, no. Leaf of the house: any thread.
import { isAscii, isUtf8 } from 'node:buffer'

const QUOTE = 34
const NAME_ENDS = ['":', '" :']
/** A name has 64 characters at most (names.ts), each of four bytes, or of two when it is escaped. */
const MOST_NAME_BYTES = 260

/**
 * Every expression that looks for secrets is made of ASCII. What tells bytes from characters all the same: their number (a name, the user
 * info of a URL), and blanks beyond ASCII. An escape may stand for any character.
 */
export function looksTheSameInBytes(text: string, bytes: Uint8Array): boolean {
  if (text.includes('\\u')) return false
  if (isAscii(bytes)) return true
  if (!isUtf8(bytes) || text.includes('\\/')) return false
  if (text.includes('://') && text.includes('@')) return false
  return NAME_ENDS.every((end) => !hasWideName(text, end))
}

/** Says whether a name before one of these ends is not all ASCII. */
function hasWideName(text: string, end: string): boolean {
  for (let quote = text.indexOf(end); quote >= 0; quote = text.indexOf(end, quote + 1)) {
    const least = Math.max(0, quote - MOST_NAME_BYTES)
    for (let at = quote - 1; at >= least; at--) {
      const code = text.charCodeAt(at)
      if (code > 127) return true
      if (code === QUOTE) break
    }
  }
  return false
}
