// Step 5, append: the bytes of one small frame, put together in memory that is used again. In: a head's text and a body. Out: where in `scratch` the
// frame lies. Each text is encoded once, none is measured before, and what is written is summed in one piece. Main thread, hot path.
import type { FrameBody } from '../frame.ts'
import { writeUtf8 } from '../utf8.ts'
import { checksumOf } from './checksum.ts'

/** Frames up to this size are put together here; it is memory only as far as it was ever written. */
const SCRATCH_BYTES = 512 * 1024
/** UTF-8 of a UTF-16 unit. */
const MOST_BYTES_A_CHARACTER = 3
const PREFIX = Buffer.from('{"bytes":')
const SUM = Buffer.from(',"sum":')
/** `{"bytes":9007199254740991,` and `,"sum":4294967295}` with its newline stand before and behind a head's text. */
const MOST_AROUND_BYTES = 26 + 19
/** A body as short as this is encoded together with its head. */
const SHORT_CHARS = 2048
const NEWLINE = 10
const COMMA = 44
const CLOSE = 125
const DIGIT_0 = 48

/** `write` without its looks at what it was given: half of what a short text costs on Node 22. Every Node and Bun have it, Deno may not. */
interface Scratch extends Buffer {
  utf8Write?(text: string, at: number): number
}

/** Where a frame lies that was put together last. */
export const scratch: Scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)

/** `[begin, end)` of it; one object for all, so that none is made for each. */
const place = { begin: 0, end: 0 }

/** Puts a frame together; null when it might be too large. What is returned holds until the next call. */
export function putFrame(text: string, body: FrameBody | undefined): Readonly<typeof place> | null {
  if (text.length * MOST_BYTES_A_CHARACTER + MOST_AROUND_BYTES + mostBytes(body) >= SCRATCH_BYTES) return null
  // The body right behind the head's text, as the sum reads them.
  const textAt = MOST_AROUND_BYTES
  let textEnd: number
  let end: number
  if (typeof body === 'string' && body.length <= SHORT_CHARS) {
    const bytes = putText(text + body, textAt)
    end = textAt + bytes
    textEnd = textAt + (bytes === text.length + body.length ? text.length : Buffer.byteLength(text))
  } else {
    textEnd = textAt + putText(text, textAt)
    end = textEnd + putBody(body, textEnd)
  }
  const sum = checksumOf(scratch, textAt, textEnd, end)
  place.begin = putAround(textAt, textEnd, sum, end - textEnd)
  scratch[end] = NEWLINE
  place.end = end + 1
  return place
}

function putText(text: string, at: number): number {
  return scratch.utf8Write === undefined ? scratch.write(text, at) : scratch.utf8Write(text, at)
}

function putBody(body: FrameBody | undefined, at: number): number {
  if (body === undefined) return 0
  if (typeof body === 'string') return writeUtf8(scratch, body, at)
  let end = at
  for (const chunk of body instanceof Uint8Array ? [body] : body) {
    scratch.set(chunk, end)
    end += chunk.byteLength
  }
  return end - at
}

/** The head goes to the left, as far as its end needs room for the sum, and gets its length in front. Returns where the frame begins. */
function putAround(textAt: number, textEnd: number, sum: number, bodyBytes: number): number {
  // Its own closing brace goes.
  const room = SUM.byteLength + digitsOf(sum) + 1
  const start = textAt + 1 - room
  scratch.copyWithin(start, textAt + 1, textEnd - 1)
  const sumAt = textEnd - 1 - room
  for (let index = 0; index < SUM.byteLength; index++) scratch[sumAt + index] = SUM[index] as number
  scratch[textEnd - 1] = NEWLINE
  scratch[textEnd - 2] = CLOSE
  putDigits(sum, textEnd - 2)
  scratch[start - 1] = COMMA
  const begin = putDigits(bodyBytes, start - 1) - PREFIX.byteLength
  for (let index = 0; index < PREFIX.byteLength; index++) scratch[begin + index] = PREFIX[index] as number
  return begin
}

function digitsOf(value: number): number {
  let count = 1
  for (let rest = Math.floor(value / 10); rest > 0; rest = Math.floor(rest / 10)) count++
  return count
}

/** Writes a number so that it ends before `end`. Returns where it begins. */
function putDigits(value: number, end: number): number {
  let rest = value
  let at = end
  do {
    const tenth = Math.floor(rest / 10)
    scratch[--at] = DIGIT_0 + rest - tenth * 10
    rest = tenth
  } while (rest > 0)
  return at
}

/** As many bytes as a body can have, without looking at a text's characters. */
function mostBytes(body: FrameBody | undefined): number {
  if (body === undefined) return 0
  if (typeof body === 'string') return body.length * MOST_BYTES_A_CHARACTER
  if (body instanceof Uint8Array) return body.byteLength
  return body.reduce((sum, chunk) => sum + chunk.byteLength, 0)
}
