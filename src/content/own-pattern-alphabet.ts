// The characters of a text as an own regular expression tells them apart: those that the same parts of it accept are one class. In: its parts,
// as expressions for one character. Out: small numbers. Worker thread.

/** What `^`, `$` and `\b` ask of a neighbour: none (the text ends), a letter of a word, a line's end, another. */
export type Place = 0 | 1 | 2 | 3
export const EDGE: Place = 0
export const WORD: Place = 1
export const LINE_END: Place = 2
const OTHER: Place = 3
/** The class of no character: the text ends. */
export const END = 0

export interface Alphabet {
  /** The class of a character by its code point. */
  classOf(code: number): number
  placeOf(kind: number): Place
  /** Says whether the characters of a class are such as an atom accepts. */
  accepts(kind: number, atom: number): boolean
}

const LAST_UNIT = 0xffff
/** Characters beyond the first plane are remembered up to this many. */
const MAX_REMEMBERED = 10_000

/** Opens the alphabet of some atoms. Each character is looked at once. */
export function openAlphabet(atoms: readonly RegExp[]): Alphabet {
  const accepted: Uint8Array[] = [new Uint8Array(atoms.length)]
  const places: Place[] = [EDGE]
  const classes = new Map<string, number>()
  const units = new Uint32Array(LAST_UNIT + 1)
  const others = new Map<number, number>()

  const classify = (code: number): number => {
    const text = String.fromCodePoint(code)
    const place = /\w/.test(text) ? WORD : /[\n\r\u2028\u2029]/.test(text) ? LINE_END : OTHER
    const accepts = Uint8Array.from(atoms, (atom) => (atom.test(text) ? 1 : 0))
    const key = `${place}${accepts.join('')}`
    const known = classes.get(key)
    if (known !== undefined) return known
    classes.set(key, accepted.length)
    places.push(place)
    return accepted.push(accepts) - 1
  }
  return {
    classOf(code) {
      const known = code <= LAST_UNIT ? (units[code] as number) : (others.get(code) ?? 0)
      if (known !== 0) return known
      const found = classify(code)
      if (code <= LAST_UNIT) units[code] = found
      else if (others.size < MAX_REMEMBERED) others.set(code, found)
      return found
    },
    placeOf: (kind) => places[kind] as Place,
    accepts: (kind, atom) => accepted[kind]?.[atom] === 1,
  }
}
