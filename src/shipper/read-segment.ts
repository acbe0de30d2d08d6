// One segment's next frames: whole ones, from where the last read ended. In: a segment that is open. Out: frames with the place of their bytes. Worker.
import { fstatSync, readSync } from 'node:fs'
import { readFrames, readLongFrame } from '../spool/read.ts'
import { pieceOf } from './piece.ts'
import type { TailFrame, TailSegment } from './segment-files.ts'

interface Read {
  readonly frames: readonly TailFrame[]
  /** Places that were no frames. */
  readonly damaged: number
}

const NOTHING: Read = { frames: [], damaged: 0 }
/** Of a longer frame only this begin is read: the largest answer kept is 64 MiB, and nobody parses more. */
const MAX_READ_BYTES = 72 * 1024 * 1024

/** Bytes that will ever follow: of a segment that is not written any more. */
function availableOf({ sealed, fd, offset }: TailSegment): number {
  return sealed ? fstatSync(fd).size - offset : Number.POSITIVE_INFINITY
}

/** Reads whole frames of up to so many bytes, or one larger frame; none when nothing new is there. The bytes are valid until the next read. */
export function readSegment(segment: TailSegment, bytes: number): Read {
  const piece = pieceOf(bytes)
  const length = readSync(segment.fd, piece, 0, bytes, segment.offset)
  if (length === 0) return NOTHING
  const { frames, consumed, needed, damaged } = readFrames(piece.subarray(0, length), availableOf(segment))
  if (frames.length === 0 && consumed === 0 && length === bytes) {
    if (needed > MAX_READ_BYTES) return { frames: readLong(segment, needed), damaged: 0 }
    if (bytes < MAX_READ_BYTES) return readSegment(segment, Math.max(needed, Math.min(bytes * 2, MAX_READ_BYTES)))
  }
  const base = segment.offset
  if (segment.refs === 0) segment.floor = base
  segment.offset += consumed
  segment.refs += frames.length
  const placed: TailFrame[] = []
  for (const { head, begin, start, end } of frames) {
    placed.push({ head, segment, begin: base + begin, at: base + start, bytes: piece.subarray(start, end) })
  }
  return { damaged, frames: placed }
}

/** The begin of a frame that is longer than anything is worth; what follows it is read as ever. */
function readLong(segment: TailSegment, needed: number): readonly TailFrame[] {
  if (fstatSync(segment.fd).size < segment.offset + needed) return []
  const piece = Buffer.allocUnsafe(MAX_READ_BYTES)
  const length = readSync(segment.fd, piece, 0, piece.length, segment.offset)
  const frame = readLongFrame(piece.subarray(0, length))
  if (frame === null) return []
  const begin = segment.offset
  if (segment.refs === 0) segment.floor = begin
  segment.offset += needed
  segment.refs++
  return [{ head: frame.head, segment, begin, at: begin + frame.start, bytes: piece.subarray(frame.start, length) }]
}
