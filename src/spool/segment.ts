// Step 5, append: one frame, one write at the end of a segment file. In: a head and the raw bytes it announces. Out: bytes in
// the kernel. A short write is cut back, so that a segment never holds a torn frame followed by another. Main thread, hot path.
import { appendFileSync, closeSync, ftruncateSync, openSync, readdirSync, writeSync, writevSync } from 'node:fs'
import { join } from 'node:path'
import type { FrameBody, FrameHead } from '../frame.ts'

export const SEGMENT_BYTES = 8 * 1024 * 1024
const SCRATCH_BYTES = 64 * 1024
const NEWLINE = 10
const PRIVATE_FILE = 0o600

/** One open segment file. Opened by `openSegment`, closed when sealed. */
export interface Segment {
  readonly fd: number
  readonly path: string
  length: number
}

const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)

/**
 * Creates segment number `number` of a writer: `t0-00000001.seg`. Threads share a lane, each appends to files of its own.
 * Throws what the file system throws.
 */
export function openSegment(lane: string, writer: string, number: number): Segment {
  const path = join(lane, `${writer}-${String(number).padStart(8, '0')}.seg`)
  return { fd: openSync(path, 'wx+', PRIVATE_FILE), path, length: 0 }
}

/** The first number of a writer that no file of the lane has: a shipper that was restarted goes on after its former self. */
export function nextNumber(lane: string, writer: string): number {
  const numbers = readdirSync(lane).flatMap((name) =>
    name.startsWith(`${writer}-`) ? [Number.parseInt(name.slice(writer.length + 1), 10)] : [],
  )
  return Math.max(0, ...numbers) + 1
}

/** Appends one frame without a body to a segment that is not open here. */
export function noteFrame(path: string, head: FrameHead): void {
  appendFileSync(path, `{"bytes":0,${JSON.stringify(head).slice(1)}\n\n`, { mode: PRIVATE_FILE })
}

export function closeSegment(segment: Segment): void {
  closeSync(segment.fd)
}

/** Appends one frame in one write. Throws when it is not on disk whole; then nothing of it is. */
export function appendFrame(segment: Segment, head: FrameHead, body: FrameBody | undefined): void {
  const text = JSON.stringify(head)
  const chunks = asChunks(body)
  let bytes = 0
  for (const chunk of chunks) bytes += typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.byteLength
  const line = `{"bytes":${bytes},${text.slice(1)}\n`
  const most = line.length * 3 + bytes + 1
  if (most <= SCRATCH_BYTES) writeSmall(segment, line, chunks)
  else writeLarge(segment, line, chunks)
}

function writeSmall(segment: Segment, line: string, chunks: readonly (string | Uint8Array)[]): void {
  let length = scratch.write(line, 0, 'utf8')
  for (const chunk of chunks) {
    if (typeof chunk === 'string') length += scratch.write(chunk, length, 'utf8')
    else {
      scratch.set(chunk, length)
      length += chunk.byteLength
    }
  }
  scratch[length++] = NEWLINE
  finish(segment, writeSync(segment.fd, scratch, 0, length, segment.length), length)
}

function writeLarge(segment: Segment, line: string, chunks: readonly (string | Uint8Array)[]): void {
  const parts = [line, ...chunks, '\n'].map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part))
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0)
  finish(segment, writevSync(segment.fd, parts, segment.length), length)
}

function finish(segment: Segment, written: number, expected: number): void {
  if (written === expected) {
    segment.length += expected
    return
  }
  ftruncateSync(segment.fd, segment.length)
  throw Object.assign(new Error(`ENOSPC: ${written} of ${expected} bytes were written`), { code: 'ENOSPC' })
}

function asChunks(body: FrameBody | undefined): readonly (string | Uint8Array)[] {
  if (body === undefined) return []
  return typeof body === 'string' || body instanceof Uint8Array ? [body] : body
}
