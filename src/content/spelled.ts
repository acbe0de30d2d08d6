// One text, however it is spelled: escaped as in JSON, a URL, HTML or Python, in capitals, with other blanks and marks. In: a text. Out: what it
// says, with the place of each character in the text, so that what is found can be masked there. Linear. Pure, worker thread.
import type { Range } from '../secrets/shapes.ts'

export interface Spelled {
  readonly text: string
  /** Where the characters `[start, end)` of `text` stand in the text that it was made of. */
  rangeOf(start: number, end: number): Range
}

/**
 * `\n`, `\u00f6` · `%C3%B6`, `\xc3\xb6`, however often encoded anew · `&#246;`, `&amp;`. A named letter of HTML (`&ouml;`) is its first letter,
 * as `ö` is: marks do not count.
 */
const ESCAPE =
  /((?:(?:%(?:25)*|\\+x)[0-9a-f]{2})+)|\\+(?:u([0-9a-f]{4})|[nrtbfv]?)|&(?:amp;)*(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi
const MAY_BE_ESCAPED = /[\\%&]/
/** One that stands for a character which may matter to a pattern; a prompt in which blanks are escaped is read once. */
const HIDES_CHARACTERS = /\\u[0-9a-f]{4}|%[0-9a-f]{2}|\\x[0-9a-f]{2}|&(?:#\w{2,8}|[a-z]{2,8});/i
const ASCII_LETTER = /^[a-z](?=(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron)$)/i
const MARK = /\p{M}/u

/** Text in the making, with the place that each character came from. */
class Draft implements Spelled {
  text = ''
  readonly #starts: number[] = []
  readonly #ends: number[] = []

  add(characters: string, start: number, end: number): void {
    this.text += characters
    for (let count = characters.length; count > 0; count--) {
      this.#starts.push(start)
      this.#ends.push(end)
    }
  }

  rangeOf(start: number, end: number): Range {
    return [this.#starts[start] ?? 0, this.#ends[end - 1] ?? 0]
  }
}

/** Most texts: no escape, no letter of another script. V8 makes their plain form at once; the places are looked for when something is found. */
function isPlainAscii(text: string): boolean {
  return !NOT_PLAIN_ASCII.test(text)
}

const NOT_PLAIN_ASCII = /[\\%&\u0080-\uffff]/

function plainAscii(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]+/g, '')
}

class AsciiForm implements Spelled {
  readonly text: string
  readonly #source: string
  #places: Uint32Array | null = null

  constructor(source: string) {
    this.text = plainAscii(source)
    this.#source = source
  }

  rangeOf(start: number, end: number): Range {
    this.#places ??= this.#look()
    return [this.#places[start] ?? 0, (this.#places[end - 1] ?? -1) + 1]
  }

  #look(): Uint32Array {
    const places = new Uint32Array(this.text.length)
    let count = 0
    for (let at = 0; at < this.#source.length; at++) {
      if (plainOf(this.#source[at] as string) !== '') places[count++] = at
    }
    return places
  }
}

/** The text with its escapes read; null when it has none that matter. */
export function unescaped(text: string): Spelled | null {
  if (!HIDES_CHARACTERS.test(text)) return null
  const draft = new Draft()
  eachPiece(text, (piece, start, end) => draft.add(piece, start, end))
  return draft.text === text ? null : draft
}

/** What of it is letters and digits, in small letters without marks, its escapes read; other scripts as they are. */
export function plainForm(text: string): Spelled {
  if (isPlainAscii(text)) return new AsciiForm(text)
  const draft = new Draft()
  eachPiece(text, (piece, start, end) => draft.add(plainOf(piece), start, end))
  return draft
}

/** The same without the places. */
export function plainText(text: string): string {
  if (isPlainAscii(text)) return plainAscii(text)
  let plain = ''
  eachPiece(text, (piece) => (plain += plainOf(piece)))
  return plain
}

/** One character after the other, with the range that it takes in the text. */
function eachPiece(text: string, visit: (piece: string, start: number, end: number) => void): void {
  let at = 0
  const plainUntil = (end: number): void => {
    for (; at < end; at++) visit(text[at] as string, at, at + 1)
  }
  for (const match of MAY_BE_ESCAPED.test(text) ? text.matchAll(ESCAPE) : []) {
    const [whole, bytes, unit, decimal, hex, name] = match
    plainUntil(match.index)
    at = match.index + whole.length
    if (bytes !== undefined) eachOfBytes(bytes, match.index, visit)
    else visit(characterOf(whole, unit, decimal, hex, name), match.index, at)
  }
  plainUntil(text.length)
}

function characterOf(whole: string, unit?: string, decimal?: string, hex?: string, name?: string): string {
  if (unit !== undefined) return String.fromCharCode(Number.parseInt(unit, 16))
  if (decimal !== undefined) return ofCode(Number(decimal))
  if (hex !== undefined) return ofCode(Number.parseInt(hex, 16))
  if (name !== undefined) return ASCII_LETTER.exec(name)?.[0] ?? NAMED.get(name.toLowerCase()) ?? ' '
  // Before a quote or a slash it says nothing.
  return whole.endsWith('\\') ? '' : (BLANKS.get(whole.at(-1) as string) ?? ' ')
}

const BLANKS: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
])
const NAMED: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['commat', '@'],
  ['szlig', 'ß'],
])

function ofCode(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : ''
}

/** A run of bytes as UTF-8, each character at the place of its own bytes. */
function eachOfBytes(written: string, start: number, visit: (piece: string, start: number, end: number) => void): void {
  const places = [...written.matchAll(/(?:%(?:25)*|\\+x)([0-9a-f]{2})/gi)]
  const bytes = Buffer.from(places.map(([, hex = '']) => Number.parseInt(hex, 16)))
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] as number
    const length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    const last = places[Math.min(at + length, bytes.length) - 1] as RegExpExecArray
    const [place] = places.slice(at, at + 1) as [RegExpExecArray]
    visit(bytes.toString('utf8', at, at + length), start + place.index, start + last.index + last[0].length)
    at += length
  }
}

const folded = new Map<string, string>()
/** Characters of all scripts are not remembered for ever. */
const MAX_FOLDED = 5000

/** Nothing for what is no letter and no digit; a pair of surrogates stays. */
function plainOf(character: string): string {
  if (character.length !== 1) return character
  const code = character.charCodeAt(0)
  if (code < 0x80) {
    if ((code >= 97 && code <= 122) || (code >= 48 && code <= 57)) return character
    return code >= 65 && code <= 90 ? String.fromCharCode(code + 32) : ''
  }
  let plain = folded.get(character)
  if (plain === undefined) {
    const [base = ''] = character.normalize('NFKD').toLowerCase()
    plain = MARK.test(base) || /\s/.test(base) ? '' : base
    if (folded.size >= MAX_FOLDED) folded.clear()
    folded.set(character, plain)
  }
  return plain
}
