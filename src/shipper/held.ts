// Step 6, join: a frame that waits for the others of its call: in memory, or as a place on disk where it is read again. Worker.
import { readSync } from 'node:fs'
import type { FrameHead } from '../frame.ts'
import { FreeMemory } from '../free-memory.ts'
import { readFrames, readLongFrame } from '../spool/read.ts'
import type { TailSegment } from './segment-files.ts'

export interface Held {
  /** Null: to be read again, with its bytes. */
  head: FrameHead | null
  segment: TailSegment | null
  /** Where it begins in its segment, with its head. */
  begin: number
  /** Place of its bytes. */
  at: number
  readonly length: number
  bytes: Buffer | null
  /** The memory of these bytes, when it is used again. */
  lent: Buffer | null
}

/** Smaller bytes cost V8 nothing worth speaking of. */
const LEAST_LENT_BYTES = 16 * 1024
const memory = new FreeMemory(4 * 1024 * 1024)

/** A copy of bytes, for as long as a frame waits. */
export function copyOf(bytes: Buffer): Pick<Held, 'bytes' | 'lent'> {
  if (bytes.length < LEAST_LENT_BYTES) return { bytes: Buffer.from(bytes), lent: null }
  const lent = memory.take(bytes.length)
  bytes.copy(lent)
  return { bytes: lent.subarray(0, bytes.length), lent }
}

/** Nobody will look at the bytes of this frame again. */
export function letGo(held: Held): void {
  if (held.lent !== null) memory.give(held.lent)
  held.bytes = null
  held.lent = null
}

export interface Unfolded extends Held {
  readonly head: FrameHead
}

/** A frame with its head. Throws when it cannot be read any more. */
export function unfolded(held: Held): Unfolded {
  if (held.head !== null) return held as Unfolded
  const { segment, begin, at, length } = held
  const piece = Buffer.allocUnsafe(at + length + 1 - begin)
  const read = segment === null ? 0 : readSync(segment.fd, piece, 0, piece.length, begin)
  const [frame = null] = readFrames(piece.subarray(0, read)).frames
  // Of one that is longer than anything is worth only the begin is read.
  const known = frame ?? readLongFrame(piece.subarray(0, read))
  if (known === null) throw new Error('a frame is gone')
  return { ...held, head: known.head, bytes: piece.subarray(known.start, known.start + length), lent: null }
}

export function attemptOf({ head }: Unfolded): number | undefined {
  return head.t === 'part' ? head.attempt : undefined
}

/** The parts of an answer and its rest in one buffer: what is on disk only is read into its place. */
export function gather(parts: readonly Held[], rest: Buffer): Buffer {
  const whole = Buffer.allocUnsafe(parts.reduce((sum, part) => sum + part.length, rest.length))
  let at = 0
  for (const { bytes, segment, length, at: from } of parts) {
    if (bytes !== null) at += bytes.copy(whole, at)
    else if (segment !== null) at += readSync(segment.fd, whole, at, length, from)
  }
  return whole.subarray(0, at + rest.copy(whole, at))
}

export function peek(held: Held): Buffer {
  const bytes = Buffer.allocUnsafe(held.length)
  const read = held.segment === null ? 0 : readSync(held.segment.fd, bytes, 0, held.length, held.at)
  return bytes.subarray(0, read)
}
