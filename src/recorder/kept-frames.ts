// Frames back from segments that were kept. In: their bytes. Out: frames. Main thread; loaded when somebody asks for the history.
import type { FrameHead } from '../frame.ts'
import { readFrames } from '../spool/read.ts'

/** The whole frames of each piece. */
export function* framesOf(pieces: Iterable<Buffer>): Generator<[FrameHead, Uint8Array]> {
  for (const piece of pieces) {
    for (const { head, start, end } of readFrames(piece).frames) yield [head, piece.subarray(start, end)]
  }
}
