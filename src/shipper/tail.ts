// Step 6, tail: whole frames of a lane's segments, in the order they were written. In: a lane's folder. Out: frames with the
// place of their bytes. Keeps a descriptor per unfinished segment, so that a renamed or deleted file is still read. Worker.
import { closeSync, fstatSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { isGone, openToRead } from '../private-file.ts'
import { readFrames, readLongFrame } from '../spool/read.ts'
import { PIECE_BYTES, pieceOf } from './piece.ts'
import { listSegmentFiles, newSegment, type SegmentFile, type TailFrame, type TailSegment } from './segment-files.ts'

/** Of a longer frame only this begin is read: the largest answer kept is 64 MiB, and nobody parses more. */
const MAX_READ_BYTES = 72 * 1024 * 1024

/** Bytes that will ever follow: of a segment that is not written any more. */
function availableOf({ sealed, fd, offset }: TailSegment): number {
  return sealed ? fstatSync(fd).size - offset : Number.POSITIVE_INFINITY
}

/** Reads one lane for one destination. */
export class Tail {
  readonly #lane: string
  readonly #isDead: boolean
  readonly #segments = new Map<string, TailSegment>()
  readonly #finished = new Set<string>()
  readonly #destination: string
  /** Carried-over and spilled segments of a shipper of this lane that died: this one reads them. Null until they could be listed. */
  #inherited: ReadonlySet<string> | null = null
  /** Something cannot be listed or opened now (no descriptor left): it is tried again, and nothing is over before. */
  #isBlocked = false
  #damaged = 0

  constructor(lane: string, destination: string, isDead: boolean) {
    this.#lane = lane
    this.#isDead = isDead
    this.#destination = destination
    this.#discover()
  }

  /** Segments with frames that are read or held. */
  get segments(): Iterable<TailSegment> {
    return this.#segments.values()
  }

  /** True when a dead lane has been read to its end. */
  get isExhausted(): boolean {
    return this.#isDead && !this.#isBlocked && [...this.#segments.values()].every((segment) => segment.exhausted)
  }

  /** Frames may lie where nobody can read them now: that nothing came proves nothing. */
  get isBlocked(): boolean {
    return this.#isBlocked
  }

  /** Damaged places that were passed over since the last time. */
  takeDamaged(): number {
    const count = this.#damaged
    this.#damaged = 0
    return count
  }

  /** Frames are held or not yet delivered. */
  get isHeld(): boolean {
    return [...this.#segments.values()].some(({ refs }) => refs > 0)
  }

  /** Reads up to 128 KiB of whole frames, or one larger frame; empty when there is nothing new. Valid until any tail reads again. */
  read(): readonly TailFrame[] {
    const frames = this.#readKnown()
    if (frames.length > 0) return frames
    // The folder is looked at when its known files have nothing: that costs as much as reading a small call.
    this.#discover()
    return this.#readKnown()
  }

  #readKnown(): readonly TailFrame[] {
    for (const segment of this.#segments.values()) {
      if (segment.exhausted || (segment.fd < 0 && !this.#open(segment))) continue
      for (let before = -1; before < segment.offset; ) {
        before = segment.offset
        const frames = this.#readSegment(segment, PIECE_BYTES)
        if (frames.length > 0) return frames
      }
      if (segment.sealed) segment.exhausted = true
    }
    return []
  }

  #readSegment(segment: TailSegment, bytes: number): readonly TailFrame[] {
    const piece = pieceOf(bytes)
    const length = readSync(segment.fd, piece, 0, bytes, segment.offset)
    if (length === 0) return []
    const { frames, consumed, needed, damaged } = readFrames(piece.subarray(0, length), availableOf(segment))
    if (frames.length === 0 && consumed === 0 && length === bytes) {
      if (needed > MAX_READ_BYTES) return this.#readLong(segment, needed)
      if (bytes < MAX_READ_BYTES)
        return this.#readSegment(segment, Math.max(needed, Math.min(bytes * 2, MAX_READ_BYTES)))
    }
    this.#damaged += damaged
    const base = segment.offset
    segment.offset += consumed
    segment.refs += frames.length
    return frames.map(({ head, begin, start, end }) => ({
      head,
      segment,
      begin: base + begin,
      at: base + start,
      bytes: piece.subarray(start, end),
    }))
  }

  /** The begin of a frame that is longer than anything is worth; what follows it is read as ever. */
  #readLong(segment: TailSegment, needed: number): readonly TailFrame[] {
    if (fstatSync(segment.fd).size < segment.offset + needed) return []
    const piece = Buffer.allocUnsafe(MAX_READ_BYTES)
    const length = readSync(segment.fd, piece, 0, piece.length, segment.offset)
    const frame = readLongFrame(piece.subarray(0, length))
    if (frame === null) return []
    const begin = segment.offset
    segment.offset += needed
    segment.refs++
    return [{ head: frame.head, segment, begin, at: begin + frame.start, bytes: piece.subarray(frame.start, length) }]
  }

  /** Opens a segment; one that is gone (the cap took it, another process claimed the lane) is over. */
  #open(segment: TailSegment): boolean {
    try {
      segment.fd = openToRead(join(this.#lane, segment.name))
      return true
    } catch (error) {
      if (isGone(error)) segment.sealed = segment.exhausted = true
      else this.#isBlocked = true
      return false
    }
  }

  /** Looks for segments that have come, and seals those that have a successor. */
  #discover(): void {
    const found = this.#list()
    this.#isBlocked = found === null
    if (found === null) return
    const newest = new Map<string, number>()
    for (const { writer, number } of found) newest.set(writer, Math.max(number, newest.get(writer) ?? 0))
    for (const { name, writer, number } of found) {
      if (this.#finished.has(name)) continue
      let segment = this.#segments.get(name)
      if (segment === undefined) {
        segment = newSegment(this.#lane, { name, writer, number })
        this.#segments.set(name, segment)
      }
      if (!segment.sealed && (this.#isDead || /^[cm]/.test(writer) || number < (newest.get(writer) ?? 0))) {
        segment.sealed = true
        segment.sealedAtMs = performance.now()
      }
    }
  }

  /** What was carried over or spilled is waiting in the memory of the one who wrote it; another destination has its own. */
  #list(): readonly SegmentFile[] | null {
    try {
      const found = listSegmentFiles(this.#lane)
      const own = `c${this.#destination}`
      this.#inherited ??= new Set(
        found.flatMap(({ name, writer }) => (writer === own || writer.startsWith('m') ? name : [])),
      )
      const inherited = this.#inherited
      return found.filter(({ name, writer }) => {
        const isHeld = writer.startsWith('c') || (writer.startsWith('m') && !this.#isDead)
        return !isHeld || inherited.has(name)
      })
    } catch {
      return null // no descriptor left
    }
  }

  /** Takes up a segment that this destination has written for itself: its frames are held already. */
  adopt(writer: string, number: number, fd: number): TailSegment {
    const name = `${writer}-${String(number).padStart(8, '0')}.seg`
    const unread = newSegment(this.#lane, { name, writer, number })
    const segment = { ...unread, fd, sealed: true, exhausted: true, sealedAtMs: performance.now() }
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
