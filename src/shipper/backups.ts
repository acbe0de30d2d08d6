// Copies of segments whose folder somebody has deleted or moved away, in the lane that followed: what is not delivered is on disk again, for the next
// process. In: the lost lane's open segments. Out: `m` segments, which only who takes the lane over reads. Worker.
import { closeSync, fstatSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { appendTo, moveTo, openToRead } from '../private-file.ts'
import { nextNumber, segmentName } from '../spool/segment.ts'
import { type Backup, isUnread, type TailSegment } from './segment-files.ts'
import type { Tail } from './tail.ts'

const PIECE_BYTES = 1024 * 1024

/** What is copied, and where to. */
export interface BackupPlan {
  /** Number of the lane that was lost: its copies come after those of the lanes before it. */
  readonly lostNumber: number
  /** Folder of the lane that followed. */
  readonly to: string
  /** Segments copied in one go: the thread has other things to do. */
  readonly most: number
}

/** Copies what the segments of a lane still need. Returns how many it copied; less than `most` when that was all. Throws what the disk throws. */
export function backUp(tails: readonly Tail[], { lostNumber, to, most }: BackupPlan): number {
  let count = 0
  for (const group of sameSegments(tails)) {
    if (count >= most) return count
    const [{ fd, writer }] = group
    const size = fstatSync(fd).size
    const from = Math.min(...group.map((segment) => (segment.refs > 0 ? segment.floor : segment.offset)))
    const known = group.find(({ backup }) => backup?.lane === to)?.backup ?? null
    if (from >= size || (known !== null && known.bytes >= size)) continue
    // What was carried over for one destination is none of the others'.
    const name = writer.startsWith('c') ? writer : `m${String(lostNumber + 1).padStart(4, '0')}`
    const backup = known ?? newBackup(to, name, from)
    extend(backup, fd, size, known === null)
    for (const segment of group) segment.backup = backup
    count++
  }
  return count
}

/** Reads what was copied whole from its copy: the file that has no name any more frees its bytes. */
export function readBackups(tails: readonly Tail[]): void {
  for (const segment of tails.flatMap((tail) => [...tail.segments])) {
    if (segment.fd < 0 || !isUnread(segment) || segment.backup?.begin !== 0) continue
    const { fd } = segment
    try {
      segment.fd = openToRead(join(segment.backup.lane, segment.backup.name))
      closeSync(fd)
    } catch {
      // no descriptor left: the one that is open is as good
    }
  }
}

/** The segments that are needed, each with its twins of the other destinations. */
function sameSegments(tails: readonly Tail[]): Iterable<readonly [TailSegment, ...TailSegment[]]> {
  const groups = new Map<string, [TailSegment, ...TailSegment[]]>()
  for (const segment of tails.flatMap((tail) => [...tail.segments])) {
    if (segment.fd < 0) continue
    const group = groups.get(segment.name)
    if (group === undefined) groups.set(segment.name, [segment])
    else group.push(segment)
  }
  return groups.values()
}

function newBackup(lane: string, writer: string, begin: number): Backup {
  return { lane, name: segmentName(writer, nextNumber(lane, writer)), begin, bytes: begin }
}

/** A thread that had not noticed the loss may have appended since the last time. */
function extend(backup: Backup, fd: number, size: number, isNew: boolean): void {
  const path = join(backup.lane, backup.name)
  // Whole or absent, where a kill comes between.
  const target = isNew ? `${path}.half` : path
  const piece = Buffer.allocUnsafeSlow(Math.min(PIECE_BYTES, size - backup.bytes))
  try {
    while (backup.bytes < size) {
      const length = readSync(fd, piece, 0, Math.min(piece.length, size - backup.bytes), backup.bytes)
      if (length === 0) break
      appendTo(target, piece.subarray(0, length))
      backup.bytes += length
    }
    if (isNew) moveTo(target, path)
  } catch (error) {
    if (isNew) rmSync(target, { force: true })
    throw error
  }
}
