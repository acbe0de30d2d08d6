// Frames back from bytes. In: a piece of a segment that begins at a frame. Out: whole frames and how far they reach. Pure.
import type { FrameHead } from '../frame.ts'
import { checksum } from './checksum.ts'

export interface ReadFrame {
  readonly head: FrameHead
  /** Where it begins within the piece, with its head. */
  readonly begin: number
  /** Place of the raw bytes within the piece. */
  readonly start: number
  readonly end: number
}

export interface ReadResult {
  readonly frames: readonly ReadFrame[]
  /** Bytes of the piece that were whole frames (or damage that was passed over). */
  readonly consumed: number
  /** Bytes that the next frame needs when the piece ends within it; 0 when even its head is not whole. */
  readonly needed: number
  /** Damaged places that were passed over. */
  readonly damaged: number
}

const NEWLINE = 10
const FRAME_START = Buffer.from('{"bytes":')
const HEAD_START = '{"bytes":'
const MOST_LENGTH_DIGITS = 12
/** The checksum, which older versions did not write. */
const HEAD_END = ',"sum":'
const MOST_SUM_DIGITS = 10
const COMMA = 44
const CLOSING = 125
const KINDS: readonly unknown[] = ['open', 'part', 'close', 'lost', 'record']
/** Frames beyond this are damage, their length above all: the largest answer kept is 64 MiB. */
export const MAX_FRAME_BYTES = 256 * 1024 * 1024

/**
 * Reads the whole frames of a piece. Torn, zeroed or foreign bytes are passed over up to the next frame's beginning. `availableBytes`: from
 * the piece's begin to the end of a segment that is not written any more; a frame that would end beyond it is damage, not unfinished.
 */
export function readFrames(piece: Buffer, availableBytes = Number.POSITIVE_INFINITY): ReadResult {
  const frames: ReadFrame[] = []
  let at = 0
  let damaged = 0
  while (at < piece.length) {
    const found = readFrame(piece, at, availableBytes)
    if (found === 'more') return { frames, consumed: at, needed: 0, damaged }
    if (typeof found === 'number') return { frames, consumed: at, needed: found - at, damaged }
    if (found !== null) {
      frames.push(found)
      at = found.end + 1
      continue
    }
    const next = nextStart(piece, at + 1)
    if (next < 0) {
      const isEnd = piece.length >= availableBytes
      return { frames, consumed: isEnd ? piece.length : at, needed: 0, damaged: isEnd ? damaged + 1 : damaged }
    }
    damaged++
    at = next
  }
  return { frames, consumed: at, needed: 0, damaged }
}

/** Where the next frame may begin. The newline before it may be what is damaged; then its checksum has to tell. */
function nextStart(piece: Buffer, from: number): number {
  for (let next = piece.indexOf(FRAME_START, from); next >= 0; next = piece.indexOf(FRAME_START, next + 1)) {
    if (piece[next - 1] === NEWLINE || readFrame(piece, next, 0, true) !== null) return next
  }
  return -1
}

/** Head and place of the bytes of a frame that ends beyond the piece; null for damage. */
export function readLongFrame(piece: Buffer): { readonly head: FrameHead; readonly start: number } | null {
  const lineEnd = piece.indexOf(NEWLINE)
  const head = lineEnd < 0 ? null : parseHead(piece.toString('utf8', 0, lineEnd))
  return head === null ? null : { head: head.head, start: lineEnd + 1 }
}

/** A frame; null for damage; a length when its bytes end beyond the piece; 'more' when its head does. */
function readFrame(
  piece: Buffer,
  at: number,
  availableBytes: number,
  mustHaveSum = false,
): ReadFrame | null | number | 'more' {
  const lineEnd = piece.indexOf(NEWLINE, at)
  if (lineEnd < 0) return piece.length >= availableBytes ? null : 'more'
  const head = parseHead(piece.toString('utf8', at, lineEnd))
  if (head === null || (mustHaveSum && head.sum === null)) return null
  const end = lineEnd + 1 + head.bytes
  if (end >= piece.length) return end + 1 > availableBytes ? null : end + 1
  // Either tells that the frame is whole; without a sum the newline alone must.
  const isWhole =
    head.sum === null ? piece[end] === NEWLINE : head.sum === checksum(head.text, piece.subarray(lineEnd + 1, end))
  return isWhole ? { head: head.head, begin: at, start: lineEnd + 1, end } : null
}

interface ParsedHead {
  readonly head: FrameHead
  readonly bytes: number
  readonly sum: number | null
  /** What the sum was made of. */
  readonly text: string
}

function parseHead(line: string): ParsedHead | null {
  const comma = line.startsWith(HEAD_START) ? digitsEnd(line, HEAD_START.length, MOST_LENGTH_DIGITS) : -1
  const bytes = comma < 0 || line.charCodeAt(comma) !== COMMA ? -1 : Number(line.slice(HEAD_START.length, comma))
  if (bytes < 0 || bytes > MAX_FRAME_BYTES) return null
  const end = sumAt(line)
  const rest = line.slice(comma + 1, end < 0 ? line.length : end)
  const text = end < 0 ? `{${rest}` : `{${rest}}`
  try {
    const head = JSON.parse(text) as FrameHead
    const isHead = KINDS.includes(head.t) && typeof head.id === 'string'
    return isHead ? { head, bytes, sum: end < 0 ? null : Number(line.slice(end + HEAD_END.length, -1)), text } : null
  } catch {
    return null // torn or foreign: the caller looks for the next frame
  }
}

/** Where the sum of a head begins; -1 when it has none. */
function sumAt(line: string): number {
  const last = line.length - 1
  if (line.charCodeAt(last) !== CLOSING) return -1
  const at = line.lastIndexOf(HEAD_END)
  return at >= 0 && digitsEnd(line, at + HEAD_END.length, MOST_SUM_DIGITS) === last ? at : -1
}

/** Where digits end that begin here; -1 when there are none, or too many. */
function digitsEnd(line: string, from: number, most: number): number {
  let at = from
  while (at <= from + most && isDigit(line.charCodeAt(at))) at++
  return at === from || at > from + most ? -1 : at
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}
