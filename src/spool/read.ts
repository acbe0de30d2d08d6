// Frames back from bytes. In: a piece of a segment that begins at a frame. Out: whole frames and how far they reach. Pure.
import type { FrameHead } from '../frame.ts'

export interface ReadFrame {
  readonly head: FrameHead
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
const FRAME_START = Buffer.from('\n{"bytes":')
/** Frames beyond this are damage, their length above all: the largest answer kept is 64 MiB. */
export const MAX_FRAME_BYTES = 256 * 1024 * 1024

/** Reads the whole frames of a piece. Torn, zeroed or foreign bytes are passed over up to the next frame's beginning. */
export function readFrames(piece: Buffer): ReadResult {
  const frames: ReadFrame[] = []
  let at = 0
  let damaged = 0
  while (at < piece.length) {
    const found = readFrame(piece, at)
    if (found === 'more') return { frames, consumed: at, needed: 0, damaged }
    if (typeof found === 'number') return { frames, consumed: at, needed: found - at, damaged }
    if (found !== null) {
      frames.push(found)
      at = found.end + 1
      continue
    }
    const next = piece.indexOf(FRAME_START, at)
    if (next < 0) return { frames, consumed: at, needed: 0, damaged }
    damaged++
    at = next + 1
  }
  return { frames, consumed: at, needed: 0, damaged }
}

/** Head and place of the bytes of a frame that ends beyond the piece; null for damage. */
export function readLongFrame(piece: Buffer): { readonly head: FrameHead; readonly start: number } | null {
  const lineEnd = piece.indexOf(NEWLINE)
  const head = lineEnd < 0 ? null : parseHead(piece.toString('utf8', 0, lineEnd))
  return head === null ? null : { head: head.head, start: lineEnd + 1 }
}

/** A frame; null for damage; a length when its bytes end beyond the piece; 'more' when its head does. */
function readFrame(piece: Buffer, at: number): ReadFrame | null | number | 'more' {
  const lineEnd = piece.indexOf(NEWLINE, at)
  if (lineEnd < 0) return 'more'
  const head = parseHead(piece.toString('utf8', at, lineEnd))
  if (head === null) return null
  const end = lineEnd + 1 + head.bytes
  if (end >= piece.length) return end + 1
  return piece[end] === NEWLINE ? { head: head.head, start: lineEnd + 1, end } : null
}

function parseHead(line: string): { head: FrameHead; bytes: number } | null {
  if (!line.startsWith('{"bytes":')) return null
  try {
    const { bytes, ...head } = JSON.parse(line) as { bytes: number } & FrameHead
    const isLength = Number.isInteger(bytes) && bytes >= 0 && bytes <= MAX_FRAME_BYTES
    return isLength && typeof head.t === 'string' ? { head, bytes } : null
  } catch {
    return null // torn or foreign: the caller looks for the next frame
  }
}
