// The segment files of a lane by their names. In: its folder. Out: writer and number of each, in reading order. Worker.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FrameHead } from '../frame.ts'
import { isGone } from '../private-file.ts'

const SEGMENT_NAME = /^([twm]\d+|x[0-9a-f]+|c[a-z]+)-(\d+)\.seg$/

export interface SegmentFile {
  readonly name: string
  /**
   * Writer (`t0`, `t3`: threads; `w0`: the shipper; `cfile`: carried over for a destination; `x5f`: notes of what the cap took)
   * and its running number. `m0`: what came by message, see spill.ts.
   */
  readonly writer: string
  readonly number: number
}

/** One segment file as one destination reads it. */
export interface TailSegment extends SegmentFile {
  /** Folder of the lane. */
  readonly lane: string
  /** Opened when it is begun, where that is seen and descriptors are plenty (held-segments.ts), else with its first read. -1 before. */
  fd: number
  offset: number
  /** All before this place is settled. */
  floor: number
  /** Its copy in the lane that followed, when its own was taken away. */
  backup: Backup | null
  /** No frame will follow: a later segment of the writer exists, or the owner is dead. */
  sealed: boolean
  /** All of it has been read. */
  exhausted: boolean
  /** Frames that are held or not yet delivered. */
  refs: number
  sealedAtMs: number
}

/** The copy of a segment whose folder is gone: who takes the lane over reads it. */
export interface Backup {
  readonly lane: string
  readonly name: string
  /** Where in the segment it begins, and where it ends. */
  readonly begin: number
  bytes: number
}

/** True for one of which nothing was read. */
export function isUnread({ offset, refs }: TailSegment): boolean {
  return offset === 0 && refs === 0
}

/** Where it is by name. */
export function pathOf({ backup, lane, name }: Pick<TailSegment, 'backup' | 'lane' | 'name'>): string {
  return backup === null ? join(lane, name) : join(backup.lane, backup.name)
}

/** A segment of which nothing has been read. */
export function newSegment(lane: string, file: SegmentFile): TailSegment {
  return {
    lane,
    ...file,
    fd: -1,
    offset: 0,
    floor: 0,
    backup: null,
    sealed: false,
    exhausted: false,
    refs: 0,
    sealedAtMs: 0,
  }
}

export interface TailFrame {
  readonly head: FrameHead
  readonly segment: TailSegment
  /** Where it begins in the segment file, with its head. */
  readonly begin: number
  /** Place of the bytes in the segment file. */
  readonly at: number
  /** Valid until the next read. */
  readonly bytes: Buffer
}

/** Carried-over frames (`c…`) first, then by writer and number: an open comes before its close. Throws where it cannot be told now. */
export function listSegmentFiles(lane: string): readonly SegmentFile[] {
  const found = readNames(lane).flatMap((name) => {
    const match = SEGMENT_NAME.exec(name)
    return match ? [{ name, writer: match[1] as string, number: Number(match[2]) }] : []
  })
  return found.sort((a, b) => (a.writer === b.writer ? a.number - b.number : a.writer < b.writer ? -1 : 1))
}

function readNames(lane: string): readonly string[] {
  try {
    return readdirSync(lane)
  } catch (error) {
    if (!isGone(error)) throw error
    return [] // not made yet, or taken over: what is open is still read
  }
}
