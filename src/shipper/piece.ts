// Step 6, tail: the memory that frames are read into, one for all lanes: what is read is taken before anything else is read. Worker.

/** Some dozens of small calls. With 1 MiB their records outlive the young generation: twelve full collections where now is one. */
export const PIECE_BYTES = 128 * 1024

let shared: Buffer | null = null

/** The shared memory; a larger piece, for a larger frame, is not kept. */
export function pieceOf(bytes: number): Buffer {
  shared ??= Buffer.allocUnsafeSlow(PIECE_BYTES)
  return bytes > PIECE_BYTES ? Buffer.allocUnsafe(bytes) : shared
}
