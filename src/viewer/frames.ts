// Frames as they lie in a segment: one JSON head line, `bytes` raw bytes, one newline. In: bytes from a frame's begin.
// Out: the whole frames in them. Stops at what is not (yet) a frame: a torn end, preallocated zeros. Pure.
import type { FrameHead } from '../frame.ts'
import { bag } from './narrow.ts'

const NEWLINE = 10
const BRACE = 123

export interface ReadFrame {
  readonly head: FrameHead
  /** Where the body begins, counted from the begin of the given bytes. */
  readonly bodyAt: number
  readonly body: Buffer
}

export interface FramesRead {
  readonly frames: readonly ReadFrame[]
  /** Where the first frame that is not whole would begin. */
  readonly end: number
}

/** Reads whole frames. The spool's own reader has the same shape and can be given to `startViewer` instead. */
export type ReadFrames = (bytes: Buffer) => FramesRead

export const readFrames: ReadFrames = (bytes) => {
  const frames: ReadFrame[] = []
  let at = 0
  while (bytes[at] === BRACE) {
    const newline = bytes.indexOf(NEWLINE, at)
    if (newline < 0) break
    const head = parseHead(bytes.subarray(at, newline))
    if (head === null) break
    const end = newline + 1 + head.bytes
    if (bytes[end] !== NEWLINE) break
    frames.push({ head: head.frame, bodyAt: newline + 1, body: bytes.subarray(newline + 1, end) })
    at = end + 1
  }
  return { frames, end: at }
}

function parseHead(line: Buffer): { readonly frame: FrameHead; readonly bytes: number } | null {
  try {
    const head = bag(JSON.parse(line.toString()))
    if (typeof head.t !== 'string') return null
    const bytes = Number.isInteger(head.bytes) ? (head.bytes as number) : 0
    return bytes < 0 ? null : { frame: head as unknown as FrameHead, bytes }
  } catch {
    return null // half a head: the rest is still being written, or was never written
  }
}
