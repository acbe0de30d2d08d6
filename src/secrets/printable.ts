// One scrub for all that is printed: warnings, diagnostics, what doctor and ship say. In: a line, or a value of a variable. Out: the same
// without keys and safe for a terminal. Leaf of the house: any thread.
import { terminalText } from '../safe-text.ts'
import { CENSOR, maskSecrets } from './shapes.ts'
import { scrubText } from './text.ts'

/** `user:pa/ss@host`, `htp:/user:pass@host`: all before the last `@` of a word that is no mere address of a person. */
const USER_INFO = /[^\s"'<>@]*[:/][^\s"'<>]*@/g
const QUERY = /(?<=[\w/.:\]])\?[^\s"'<>]*=[^\s"'<>]*/g
/** What stands behind `?` or `#` of an address, if it is long enough for a key. */
const URL_END = /(:\/\/[^\s?#"'<>]*)[?#][^\s"'<>]{8,}/g
/** Where a name may stand, a key may by mistake: long, of small letters, capitals and digits. */
const KEY_SHAPED = /(?<![\w-])(?=[A-Za-z_-]*\d)(?=[a-z\d_-]*[A-Z])(?=[A-Z\d_-]*[a-z])[\w-]{16,}/g
/** A key has letters and digits; what is meant as a word or a number has not. */
const KEY_LIKE = /[A-Za-z0-9_+=-]{10,}/g

/** A line for people. */
export function printable(text: string): string {
  return terminalText(scrubText(text, true))
}

/** The value of a variable that is understood. */
export function printableValue(text: string): string {
  if (text.includes('-----BEGIN')) return 'a PEM text'
  const shown = text
    .replace(USER_INFO, (info) => `${/^[a-z][a-z0-9+.-]*:\/\//i.exec(info)?.[0] ?? ''}…@`)
    .replace(URL_END, '$1?…')
    .replace(QUERY, '?…')
  return printable(shown).replace(KEY_SHAPED, '…')
}

/** The value of a variable that is not understood: it may be a key that was meant for another one. */
export function printableSlip(text: string): string {
  return printableValue(text).replace(KEY_LIKE, (word) => {
    return /\d/.test(word) && /[A-Za-z]/.test(word) && word !== CENSOR ? '…' : word
  })
}

/** The name of a header or an attribute, or null for what is none: a whole header written with a colon, say. */
export function printableName(text: string): string | null {
  return /^[\w.-]{1,64}$/.test(text) && maskSecrets(text) === text && printableSlip(text) === text ? text : null
}
