// Step 6, tail: whole frames of a lane's segments, in the order they were written. In: a lane's folder. Out: frames with the
// place of their bytes. Keeps a descriptor per unfinished segment, so that a renamed or deleted file is still read. Worker.
import { closeSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { isGone, openToRead } from '../private-file.ts'
import { segmentName } from '../spool/segment.ts'
import { openListing } from './listing.ts'
import { LARGE_FRAME_BYTES, LARGE_PIECE_BYTES, PIECE_BYTES } from './piece.ts'
import { readSegment } from './read-segment.ts'
import { isUnread, newSegment, type SegmentFile, type TailFrame, type TailSegment } from './segment-files.ts'

/** Reads one lane for one destination. */
export class Tail {
  readonly #lane: string
  readonly #isDead: boolean
  readonly #segments = new Map<string, TailSegment>()
  readonly #finished = new Set<string>()
  readonly #list: () => readonly SegmentFile[] | null
  /** Something cannot be listed or opened now (no descriptor left): it is tried again, and nothing is over before. */
  #isBlocked = false
  #damaged = 0
  #pieceBytes = PIECE_BYTES

  constructor(lane: string, destination: string, isDead: boolean) {
    this.#lane = lane
    this.#isDead = isDead
    this.#list = openListing(lane, destination, isDead)
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

  /** Reads up to 128 KiB of whole frames (512 where they are large), or one larger frame; empty when there is nothing new. Valid until any tail reads again. */
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
        const { frames, damaged } = readSegment(segment, this.#pieceBytes)
        this.#damaged += damaged
        if (frames.length === 0) continue
        this.#pieceBytes = nextPieceBytes(frames, this.#pieceBytes)
        return frames
      }
      if (segment.sealed) segment.exhausted = true
    }
    return []
  }

  /**
   * Opens a segment before it is read, so that it outlives its folder. `openOther` opens it where its name is gone already. Returns true when it was.
   */
  hold(file: SegmentFile, openOther: () => number): boolean {
    this.#discover()
    if (this.#finished.has(file.name)) return false
    const segment = this.#segments.get(file.name) ?? newSegment(this.#lane, file)
    this.#segments.set(file.name, segment)
    if (segment.fd >= 0) return false
    const isThere = existsSync(join(this.#lane, file.name))
    try {
      segment.fd = isThere ? openToRead(join(this.#lane, file.name)) : openOther()
      segment.sealed = segment.exhausted = false
    } catch {
      // no descriptor left: it is opened with its first read
    }
    return !isThere
  }

  /** The lane is written to no more. */
  seal(): void {
    for (const segment of this.#segments.values()) {
      if (!segment.sealed) segment.sealedAtMs = performance.now()
      segment.sealed = true
    }
  }

  /** Gives up segments of which nothing was read: somebody has removed them on purpose. */
  drop(isRemoved: (segment: TailSegment) => boolean): void {
    for (const segment of this.#segments.values()) {
      if (isUnread(segment) && isRemoved(segment)) segment.sealed = segment.exhausted = true
    }
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

  /** Takes up a segment that this destination has written for itself: its frames are held already. */
  adopt(writer: string, number: number, fd: number): TailSegment {
    const name = segmentName(writer, number)
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

/** What of a still larger frame is read at first is read again with the rest of it. */
function nextPieceBytes(frames: readonly TailFrame[], bytes: number): number {
  const isLarge = frames.length * LARGE_FRAME_BYTES <= bytes
  const isHuge = (frames[0] as TailFrame).bytes.length > LARGE_PIECE_BYTES
  return isLarge && !isHuge ? LARGE_PIECE_BYTES : PIECE_BYTES
}
