// Caps: bytes and age of all that waits under a root; the oldest sealed segments go first. In: the root. Out: room. What was lost
// is noted in the lane it was lost from, so that whoever ships that lane reports it, to the destination whose records they
// were, and a kill does not forget it. Worker.
import { randomUUID } from 'node:crypto'
import { statSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { readBytes } from '../private-file.ts'
import { isDead, listLanes } from '../spool/lane.ts'
import { listSegments } from '../spool/lane-facts.ts'
import type { Owner } from '../spool/owner.ts'
import { readFrames } from '../spool/read.ts'
import { LANES } from '../spool/root.ts'
import { noteFrame } from '../spool/segment.ts'
import { readDone } from './done.ts'

export const MAX_AGE_MS = 7 * 24 * 3600 * 1000

export interface Caps {
  readonly root: string
  readonly self: Owner
  readonly maxBytes: number
  /** Hex, unlike that of any other shipper: the notes of one enforcer in one lane make one segment. */
  readonly enforcer: string
}

interface SegmentFile {
  readonly lane: string
  readonly name: string
  readonly bytes: number
  readonly mtimeMs: number
  /** Nothing will be written to it any more. Asked only of what may have to go. */
  isSealed(): boolean
}

/** Removes what is beyond the caps, but for the segments that are being read, and names each. Returns the number of calls lost by it. */
export function enforceCaps(
  caps: Caps,
  nowMs: number,
  inUse: ReadonlySet<string>,
  onRemoved?: (path: string) => void,
): number {
  const { root, maxBytes } = caps
  const files = listLanes(root).flatMap((lane) => describeSegments(lane, caps, nowMs))
  files.sort((a, b) => a.mtimeMs - b.mtimeMs)
  let total = files.reduce((sum, file) => sum + file.bytes, 0)
  let lost = 0
  for (const file of files) {
    const isOld = nowMs - file.mtimeMs > MAX_AGE_MS
    if ((total <= maxBytes && !isOld) || inUse.has(join(file.lane, file.name)) || !file.isSealed()) continue
    lost += removeSegment(file, isOld ? 'age' : 'bytes', caps.enforcer)
    total -= file.bytes
    onRemoved?.(join(file.lane, file.name))
  }
  return lost
}

/** A live writer's newest segment is being written; all before it are sealed, and all of a dead owner. */
function describeSegments(laneName: string, { root, self }: Caps, nowMs: number): readonly SegmentFile[] {
  const lane = join(root, LANES, laneName)
  let isOver: boolean | null = null
  const names = namesIn(lane)
    .filter((name) => !name.startsWith('x'))
    .sort()
  return names.flatMap((name, index) => {
    const writer = name.slice(0, name.lastIndexOf('-'))
    const isSealed = (): boolean => {
      if (names[index + 1]?.startsWith(`${writer}-`)) return true
      isOver ??= isDead(root, laneName, self, nowMs)
      return isOver
    }
    try {
      const { size, mtimeMs } = statSync(join(lane, name))
      return [{ lane, name, bytes: size, mtimeMs, isSealed }]
    } catch {
      return [] // delivered and removed meanwhile
    }
  })
}

function namesIn(lane: string): string[] {
  try {
    return [...listSegments(lane)]
  } catch {
    return [] // looked at again with the next round
  }
}

function removeSegment({ lane, name }: SegmentFile, reason: string, enforcer: string): number {
  try {
    const { frames } = readFrames(readBytes(join(lane, name)))
    const done = readDone(lane, (log) => log.startsWith(`${name}.`))
    unlinkSync(join(lane, name))
    const ends = frames.filter(({ head }) => (head.t === 'close' || head.t === 'record') && !done.has(head.id))
    if (ends.length > 0) {
      const note = { t: 'lost', id: randomUUID(), count: ends.length, reason } as const
      noteFrame(join(lane, `x${enforcer}-00000001.seg`), note)
    }
    return ends.length
  } catch {
    return 0 // delivered and removed meanwhile
  }
}
