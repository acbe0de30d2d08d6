// Events of a stream that differ in nothing but a piece of text: most of a chat. Their text is joined and parsed once, as one event: of 200
// events a dozen is parsed. In: the text, and the event after which a run may begin. Out: one event for all of the run, or null. Pure, worker.
import { isArray, isObject, type JsonObject } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { isGrowing } from '../shapes/growing-texts.ts'

/** The events of a run as one. */
export interface Run {
  readonly data: Json
  readonly count: number
  /** Where the last of them ends in the text. */
  readonly end: number
}

interface Template {
  /** What stands before the piece of text, `data: ` included. */
  readonly head: string
  /** What stands behind it; `padding`: random letters follow (OpenAI's `obfuscation`), then `rest`. */
  readonly tail: string
  readonly rest: string | null
}

const FIELD = 'data: '
const END = '\n\n'
const CONTENT = '"delta":{"content":"'
const PADDING = '"obfuscation":"'
const QUOTE = 34
const BACKSLASH = 92

/** Gives the run that follows an event, whose own `data` (as text and parsed) ends at `end`; null when there is none. */
export function readRun(text: string, data: string, parsed: Json, end: number): Run | null {
  const begin = data.indexOf(CONTENT) + CONTENT.length
  if (begin < CONTENT.length) return null
  const start = end - data.length - FIELD.length - END.length
  const head = text.slice(start, start + FIELD.length + begin)
  if (start < 0 || head !== FIELD + data.slice(0, begin) || !isAt(text, head, end)) return null
  const close = endOfString(data, begin)
  if (close < 0 || !isPlainPiece(parsed, data.slice(begin, close))) return null
  const template = templateOf(head, data.slice(close))
  const pieces: string[] = []
  let at = end
  while (isAt(text, head, at)) {
    const from = at + head.length
    const to = endOfString(text, from)
    const next = to < 0 ? -1 : behind(text, to, template)
    if (next < 0) break
    pieces.push(text.slice(from, to))
    at = next
  }
  const content = pieces.length === 0 ? null : textOf(pieces.join(''))
  return content === null ? null : { data: withContent(parsed as JsonObject, content), count: pieces.length, end: at }
}

function templateOf(head: string, tail: string): Template {
  const padding = tail.indexOf(PADDING)
  if (padding < 0) return { head, tail: tail + END, rest: null }
  const open = padding + PADDING.length
  const close = endOfLetters(tail, open)
  return { head, tail: tail.slice(0, open), rest: tail.slice(close) + END }
}

/** The place behind an event whose piece of text ends at `to`; -1 when the rest of it is another's. */
function behind(text: string, to: number, { tail, rest }: Template): number {
  if (!isAt(text, tail, to)) return -1
  const at = to + tail.length
  if (rest === null) return at
  const close = endOfLetters(text, at)
  return isAt(text, rest, close) ? close + rest.length : -1
}

/** Like `startsWith`, which takes four times as long. */
function isAt(text: string, piece: string, at: number): boolean {
  return text.slice(at, at + piece.length) === piece
}

function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0
    while (at - slashes > from && text.charCodeAt(at - slashes - 1) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return at
  }
  return -1
}

function endOfLetters(text: string, from: number): number {
  let at = from
  for (let code = text.charCodeAt(at); code !== QUOTE && isLetter(code); code = text.charCodeAt(++at));
  return at
}

function isLetter(code: number): boolean {
  return (code >= 48 && code <= 57) || ((code | 32) >= 97 && (code | 32) <= 122)
}

/** Said twice, such an event adds its piece of text and nothing else: beside it there are only words, numbers and nulls. */
function isPlainPiece(data: Json, piece: string): boolean {
  if (!isObject(data) || !isArray(data.choices) || data.choices.length !== 1) return false
  const [choice] = data.choices
  if (!isObject(choice) || !isObject(choice.delta) || Object.keys(choice.delta).length !== 1) return false
  const { content } = choice.delta
  if (content === '' || content !== textOf(piece)) return false
  return hasOnlyWords(data, 'choices') && hasOnlyWords(choice, 'delta')
}

function hasOnlyWords(holder: JsonObject, but: string): boolean {
  return Object.keys(holder).every((key) => {
    const value = holder[key] as Json
    return (
      key === but || value === null || (typeof value !== 'object' && !(typeof value === 'string' && isGrowing(key)))
    )
  })
}

/** What a text of JSON says, without its quotes; null when it is none. */
function textOf(piece: string): string | null {
  try {
    return JSON.parse(`"${piece}"`) as string
  } catch {
    return null // a character that JSON has not: read one by one, these events are malformed
  }
}

function withContent(data: JsonObject, content: string): Json {
  const [choice] = data.choices as readonly JsonObject[]
  return { ...data, choices: [{ ...choice, delta: { content } }] }
}
