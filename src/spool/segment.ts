// Step 5, append: one frame, one write at the end of a segment file. In: a head and the raw bytes it announces. Out: bytes in
// the kernel. A short write is cut back, so that a segment never holds a torn frame followed by another. Main thread, hot path.

import { closeSync, ftruncateSync, readdirSync, writeSync, writevSync } from 'node:fs'
import { join } from 'node:path'
import type { FrameBody, FrameHead, LaneInfo } from '../frame.ts'
import { toJson } from '../originals.ts'
import { appendTo, createFile } from '../private-file.ts'
import { wideUtf8 } from '../utf8.ts'
import { checksum, endsOf } from './checksum.ts'
import { putFrame, scratch } from './frame-bytes.ts'

export const SEGMENT_BYTES = 8 * 1024 * 1024
const END = Buffer.from('\n')

/** One open segment file. Opened by `openSegment`, closed when sealed. */
export interface Segment {
  readonly fd: number
  readonly path: string
  /** The facts of its lane, which the head of its first frame holds, too: they last as long as the frames. */
  readonly info: LaneInfo | null
  length: number
}

/**
 * Creates segment number `number` of a writer. Threads share a lane, each appends to files of its own.
 * Throws what the file system throws.
 */
export function openSegment(lane: string, writer: string, number: number, info: LaneInfo | null = null): Segment {
  const path = join(lane, segmentName(writer, number))
  return { fd: createFile(path), path, info, length: 0 }
}

/** Name of a segment's file: `t0-00000001.seg`. */
export function segmentName(writer: string, number: number): string {
  return `${writer}-${String(number).padStart(8, '0')}.seg`
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
  const text = toJson(head)
  appendTo(path, `${headLine(text, 0, checksum(text, END.subarray(1)))}\n`)
}

export function closeSegment(segment: Segment): void {
  closeSync(segment.fd)
}

/** Appends one frame in one write. Throws when it is not on disk whole; then nothing of it is. */
export function appendFrame(segment: Segment, head: FrameHead, body: FrameBody | undefined): void {
  const { info, length } = segment
  const text = toJson(info === null || length > 0 ? head : { ...head, lane: info })
  const place = putFrame(text, body)
  if (place === null) writeLarge(segment, text, asChunks(body))
  else {
    const bytes = place.end - place.begin
    finish(segment, writeSync(segment.fd, scratch, place.begin, bytes, length), bytes)
  }
}

function writeLarge(segment: Segment, text: string, chunks: readonly (string | Uint8Array)[]): void {
  const raw = chunks.map((part) => (typeof part === 'string' ? (wideUtf8(part) ?? Buffer.from(part, 'utf8')) : part))
  const bytes = raw.reduce((sum, part) => sum + part.byteLength, 0)
  const head = Buffer.from(headLine(text, bytes, checksum(text, endsOf(raw, bytes))), 'utf8')
  finish(segment, writevSync(segment.fd, [head, ...raw, END], segment.length), head.byteLength + bytes + 1)
}

function headLine(text: string, bytes: number, sum: number): string {
  return `{"bytes":${bytes},${text.slice(1, -1)},"sum":${sum}}\n`
}

/** A short write does not say why: the next byte does (a full disk, or the largest file that `ulimit -f` allows). */
function whyShort({ fd, length }: Segment, written: number): unknown {
  try {
    writeSync(fd, END, 0, 1, length + written)
    return null
  } catch (error) {
    return error
  }
}

/** True when this file may not grow, and another one may be begun: `ulimit -f`. */
export function isFileFull(error: unknown, { length }: Segment): boolean {
  return (error as NodeJS.ErrnoException).code === 'EFBIG' && length > 0
}

function finish(segment: Segment, written: number, expected: number): void {
  if (written === expected) {
    segment.length += expected
    return
  }
  const error = whyShort(segment, written)
  ftruncateSync(segment.fd, segment.length)
  if (error !== null) throw error
  throw Object.assign(new Error(`ENOSPC: ${written} of ${expected} bytes were written`), { code: 'ENOSPC' })
}

function asChunks(body: FrameBody | undefined): readonly (string | Uint8Array)[] {
  if (body === undefined) return []
  return typeof body === 'string' || body instanceof Uint8Array ? [body] : body
}
