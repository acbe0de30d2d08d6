// Frames as they lie in a segment: one JSON head line, `bytes` raw bytes, one newline. In: a piece that begins at a frame.
// Out: the whole frames in it. Stops at what is not (yet) a frame; passes over damage up to the next frame's beginning. Pure.
import type { FrameHead } from '../frame.ts'
import { bag } from '../narrow.ts'

export interface ReadFrame {
  readonly head: FrameHead
  /** Place of the raw bytes within the piece. */
  readonly start: number
  readonly end: number
}

export interface FramesRead {
  readonly frames: readonly ReadFrame[]
  /** Bytes of the piece that need not be read again. */
  readonly consumed: number
}

/** Reads whole frames. `readFrames` of the spool has this shape too, and is what the command line gives to `startViewer`. */
export type ReadFrames = (piece: Buffer) => FramesRead

const NEWLINE = 10
const FRAME_BEGIN = Buffer.from('\n{"bytes":')

export const readFrames: ReadFrames = (piece) => {
  const frames: ReadFrame[] = []
  let at = 0
  while (at < piece.length) {
    const lineEnd = piece.indexOf(NEWLINE, at)
    if (lineEnd < 0) break
    const head = parseHead(piece.toString('utf8', at, lineEnd))
    const end = lineEnd + 1 + (head?.bytes ?? 0)
    if (head && end >= piece.length) break
    if (head && piece[end] === NEWLINE) {
      frames.push({ head: head.frame, start: lineEnd + 1, end })
      at = end + 1
      continue
    }
    const next = piece.indexOf(FRAME_BEGIN, at)
    if (next < 0) break
    at = next + 1
  }
  return { frames, consumed: at }
}

function parseHead(line: string): { readonly frame: FrameHead; readonly bytes: number } | null {
  try {
    const { bytes, ...head } = bag(JSON.parse(line))
    const isHead = Number.isSafeInteger(bytes) && (bytes as number) >= 0 && typeof head.t === 'string'
    return isHead ? { frame: head as unknown as FrameHead, bytes: bytes as number } : null
  } catch {
    return null // torn, or not a frame
  }
}
