// Caps: bytes and age of all that waits under a root; the oldest sealed segments go first, counted. Worker.
import { readdirSync, readFileSync, statSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { listLanes } from '../spool/lane.ts'
import { readFrames } from '../spool/read.ts'
import { LANES } from '../spool/root.ts'

export const MAX_AGE_MS = 7 * 24 * 3600 * 1000

interface SegmentFile {
  readonly path: string
  readonly bytes: number
  readonly mtimeMs: number
  readonly isSealed: boolean
}

/** Removes what is beyond the caps, but for the segments that are being read. Returns the number of calls lost by it. */
export function enforceCap(root: string, maxBytes: number, nowMs: number, inUse: ReadonlySet<string>): number {
  const files = listLanes(root).flatMap((lane) => listSegments(join(root, LANES, lane)))
  files.sort((a, b) => a.mtimeMs - b.mtimeMs)
  let total = files.reduce((sum, file) => sum + file.bytes, 0)
  let lost = 0
  for (const file of files) {
    const isOld = nowMs - file.mtimeMs > MAX_AGE_MS
    if ((!file.isSealed && !isOld) || inUse.has(file.path)) continue
    if (total <= maxBytes && !isOld) continue
    lost += removeSegment(file.path)
    total -= file.bytes
  }
  return lost
}

/** Bytes that wait under a root. */
export function spoolBytes(root: string): number {
  return listLanes(root)
    .flatMap((lane) => listSegments(join(root, LANES, lane)))
    .reduce((sum, file) => sum + file.bytes, 0)
}

/** A writer's newest segment is being written; all before it are sealed. */
function listSegments(lane: string): readonly SegmentFile[] {
  const names = tryList(lane).sort()
  return names.flatMap((name, index) => {
    const writer = name.slice(0, name.lastIndexOf('-'))
    const isSealed = names[index + 1]?.startsWith(`${writer}-`) ?? false
    try {
      const { size, mtimeMs } = statSync(join(lane, name))
      return [{ path: join(lane, name), bytes: size, mtimeMs, isSealed }]
    } catch {
      return [] // delivered and removed meanwhile
    }
  })
}

function tryList(lane: string): string[] {
  try {
    return readdirSync(lane).filter((name) => name.endsWith('.seg'))
  } catch {
    return [] // removed meanwhile
  }
}

function removeSegment(path: string): number {
  try {
    const { frames } = readFrames(readFileSync(path))
    unlinkSync(path)
    return frames.filter(({ head }) => head.t === 'close' || head.t === 'record').length
  } catch {
    return 0 // delivered and removed meanwhile
  }
}
