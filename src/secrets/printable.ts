// One scrub for all that is printed: warnings, diagnostics, what doctor and ship say. In: a line, or a value of a variable. Out: the same
// without keys and safe for a terminal. Leaf of the house: any thread.
import { terminalText } from '../safe-text.ts'
import { CENSOR, maskSecrets } from './shapes.ts'
import { scrubText } from './text.ts'

/** `user:pa/ss@host`, `htp:/user:pass@host`: all before the last `@` of a word that is no mere address of a person. */
const USER_INFO = /[^\s"'<>@]*[:/][^\s"'<>]*@/g
const QUERY = /(?<=[\w/.:\]])\?[^\s"'<>]*=[^\s"'<>]*/g
/** A key has letters and digits; what is meant as a word or a number has not. */
const KEY_LIKE = /[A-Za-z0-9_+=-]{10,}/g

/** A line for people. */
export function printable(text: string): string {
  return terminalText(scrubText(text, true))
}

/** The value of a variable that is understood. */
export function printableValue(text: string): string {
  if (text.includes('-----BEGIN')) return 'a PEM text'
  return printable(
    text.replace(USER_INFO, (info) => `${/^[a-z][a-z0-9+.-]*:\/\//i.exec(info)?.[0] ?? ''}…@`).replace(QUERY, '?…'),
  )
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
