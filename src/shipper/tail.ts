// Step 6, tail: whole frames of a lane's segments, in the order they were written. In: a lane's folder. Out: frames with the
// place of their bytes. Keeps a descriptor per unfinished segment, so that a renamed or deleted file is still read. Worker.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { FrameHead } from '../frame.ts'
import { MAX_FRAME_BYTES, readFrames } from '../spool/read.ts'

const PIECE_BYTES = 1024 * 1024
const SEGMENT_NAME = /^([twm]\d+|x[0-9a-f]+|c[a-z]+)-(\d+)\.seg$/

/** One segment file as one destination reads it. */
export interface TailSegment {
  readonly name: string
  /**
   * Writer (`t0`, `t3`: threads; `w0`: the shipper; `cfile`: carried over for a destination; `x5f`: notes of what the cap took)
   * and its running number. `m0`: what came by message, see spill.ts.
   */
  readonly writer: string
  readonly number: number
  /** Opened with its first read: a backlog costs no descriptors, and what the cap removed frees its bytes. -1 before. */
  fd: number
  offset: number
  /** No frame will follow: a later segment of the writer exists, or the owner is dead. */
  sealed: boolean
  /** All of it has been read. */
  exhausted: boolean
  /** Frames that are held or not yet delivered. */
  refs: number
  sealedAtMs: number
}

export interface TailFrame {
  readonly head: FrameHead
  readonly segment: TailSegment
  /** Place of the bytes in the segment file. */
  readonly at: number
  /** Valid until the next read. */
  readonly bytes: Buffer
}

/** Reads one lane for one destination. */
export class Tail {
  readonly #lane: string
  readonly #isDead: boolean
  readonly #segments = new Map<string, TailSegment>()
  readonly #finished = new Set<string>()
  /** Carried-over and spilled segments of a shipper of this lane that died: this one reads them. */
  readonly #inherited: ReadonlySet<string>
  #piece = Buffer.alloc(0)
  damaged = 0

  constructor(lane: string, destination: string, isDead: boolean) {
    this.#lane = lane
    this.#isDead = isDead
    this.#inherited = new Set(
      readNames(lane).filter((name) => name.startsWith(`c${destination}-`) || name.startsWith('m')),
    )
  }

  /** Segments with frames that are read or held. */
  get segments(): Iterable<TailSegment> {
    return this.#segments.values()
  }

  /** True when a dead lane has been read to its end. */
  get isExhausted(): boolean {
    return this.#isDead && [...this.#segments.values()].every((segment) => segment.exhausted)
  }

  /** Reads up to 1 MiB of whole frames, or one larger frame; empty when there is nothing new. */
  read(): readonly TailFrame[] {
    this.#discover()
    for (const segment of this.#segments.values()) {
      if (segment.exhausted) continue
      const frames = this.#readSegment(segment, PIECE_BYTES)
      if (frames.length > 0) return frames
      if (segment.sealed) segment.exhausted = true
    }
    return []
  }

  #readSegment(segment: TailSegment, bytes: number): readonly TailFrame[] {
    if (segment.fd < 0 && !this.#open(segment)) return []
    const piece = this.#pieceOf(bytes)
    const length = readSync(segment.fd, piece, 0, bytes, segment.offset)
    if (length === 0) return []
    const { frames, consumed, needed, damaged } = readFrames(piece.subarray(0, length))
    if (frames.length === 0 && length === bytes && bytes < MAX_FRAME_BYTES) {
      return this.#readSegment(segment, Math.max(needed, bytes * 2))
    }
    this.damaged += damaged
    const base = segment.offset
    segment.offset += consumed
    segment.refs += frames.length
    return frames.map(({ head, start, end }) => ({
      head,
      segment,
      at: base + start,
      bytes: piece.subarray(start, end),
    }))
  }

  /** One piece is used again and again; a larger one, for a larger frame, is not kept. */
  #pieceOf(bytes: number): Buffer {
    if (bytes > PIECE_BYTES) return Buffer.allocUnsafe(bytes)
    if (this.#piece.length === 0) this.#piece = Buffer.allocUnsafe(PIECE_BYTES)
    return this.#piece
  }

  /** Opens a segment; one that is gone (the cap took it, another process claimed the lane) is over. */
  #open(segment: TailSegment): boolean {
    try {
      segment.fd = openSync(join(this.#lane, segment.name), 'r')
      return true
    } catch {
      segment.sealed = true
      segment.exhausted = true
      return false
    }
  }

  /** Looks for segments that have come, and seals those that have a successor. */
  #discover(): void {
    const found = this.#list()
    const newest = new Map<string, number>()
    for (const { writer, number } of found) newest.set(writer, Math.max(number, newest.get(writer) ?? 0))
    for (const { name, writer, number } of found) {
      if (this.#finished.has(name)) continue
      let segment = this.#segments.get(name)
      if (segment === undefined) {
        segment = { name, writer, number, fd: -1, offset: 0, sealed: false, exhausted: false, refs: 0, sealedAtMs: 0 }
        this.#segments.set(name, segment)
      }
      if (!segment.sealed && (this.#isDead || /^[cm]/.test(writer) || number < (newest.get(writer) ?? 0))) {
        segment.sealed = true
        segment.sealedAtMs = performance.now()
      }
    }
  }

  /** Carried-over frames (`c…`) first, then by writer and number: an open comes before its close. */
  #list(): { name: string; writer: string; number: number }[] {
    const names = readNames(this.#lane)
    const found = names.flatMap((name) => {
      const match = SEGMENT_NAME.exec(name)
      // What was carried over or spilled is waiting in the memory of the one who wrote it; another destination has its own.
      const isHeld = match?.[1]?.startsWith('c') || (match?.[1]?.startsWith('m') && !this.#isDead)
      if (isHeld && !this.#inherited.has(name)) return []
      return match ? [{ name, writer: match[1] as string, number: Number(match[2]) }] : []
    })
    return found.sort((a, b) => (a.writer === b.writer ? a.number - b.number : a.writer < b.writer ? -1 : 1))
  }

  /** Takes up a segment that this destination has written for itself: its frames are held already. */
  adopt(writer: string, number: number, fd: number): TailSegment {
    const name = `${writer}-${String(number).padStart(8, '0')}.seg`
    const segment = {
      name,
      writer,
      number,
      fd,
      offset: 0,
      sealed: true,
      exhausted: true,
      refs: 0,
      sealedAtMs: performance.now(),
    }
    this.#segments.set(name, segment)
    return segment
  }

  /** The segments that nothing needs any more; each is given once, and its descriptor closed. */
  takeFinished(): readonly TailSegment[] {
    const done = [...this.#segments.values()].filter((segment) => segment.exhausted && segment.refs === 0)
    for (const segment of done) {
      this.#segments.delete(segment.name)
      this.#finished.add(segment.name)
      if (segment.fd >= 0) closeSync(segment.fd)
    }
    return done
  }

  close(): void {
    for (const { fd } of this.#segments.values()) if (fd >= 0) closeSync(fd)
    this.#segments.clear()
  }
}

function readNames(lane: string): readonly string[] {
  try {
    return readdirSync(lane)
  } catch {
    return [] // not made yet, or taken over: what is open is still read
  }
}
