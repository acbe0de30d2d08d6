// Step 6, tail: the memory that frames are read into, one for all lanes: what is read is taken before anything else is read. Worker.

/** Some dozens of small calls, which outlive the young generation when they are more. */
export const PIECE_BYTES = 128 * 1024
/** Of calls of 50 KB that would be one and a part of the next, read twice. */
export const LARGE_PIECE_BYTES = 512 * 1024
/** Frames are large when they are, on average, no smaller. */
export const LARGE_FRAME_BYTES = 16 * 1024

/** What frames of calls of 1 MB need; a still larger one is not kept. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024

let shared: Buffer | null = null

/** The shared memory. It grows with the frames of a program. */
export function pieceOf(bytes: number): Buffer {
  if (shared !== null && shared.length >= bytes) return shared
  const memory = Buffer.allocUnsafeSlow(Math.max(bytes, PIECE_BYTES))
  if (memory.length <= MOST_KEPT_BYTES) shared = memory
  return memory
}
