// Calls without a record: the spool's lanes, read while other processes write them. In: `<dir>/lanes/*/*.seg`.
// Out: rows in the table that the record replaces in place, or that go when their segment is gone. Reads only.
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { LaneInfo } from '../frame.ts'
import { openReading } from '../private-file.ts'
import { isOwnerAlive } from './alive.ts'
import { withFile } from './files.ts'
import { showAgain, takeFrame } from './flight.ts'
import type { ReadFrame, ReadFrames } from './frames.ts'
import { readRange } from './lines.ts'
import type { Lanes, Segment } from './live.ts'
import type { Table } from './table.ts'

const BLOCK_BYTES = 1024 * 1024
const LANE_INFO = 'lane.json'

export function makeLanes(dir: string, table: Table, readFrames: ReadFrames): Lanes {
  const folder = join(dir, 'lanes')
  return { folder, table, readFrames, lanes: new Map(), segments: new Map(), calls: new Map() }
}

/** Reads what was appended to every segment. Gives the calls whose segment is gone; see `dropGone`. */
export async function pollLanes(lanes: Lanes): Promise<readonly string[]> {
  const present = new Set<string>()
  for (const name of await namesIn(lanes.folder)) await pollLane(lanes, join(lanes.folder, name), present)
  for (const path of lanes.segments.keys()) if (!present.has(path)) lanes.segments.delete(path)
  const inUse = new Set([...lanes.segments.values()].map(({ lane }) => lane))
  for (const [path, lane] of lanes.lanes) if (!inUse.has(lane)) lanes.lanes.delete(path)
  const gone: string[] = []
  for (const [id, call] of lanes.calls) {
    if (!present.has(call.segment.path)) gone.push(id)
    else if (call.wasAlive !== call.segment.lane.isAlive) showAgain(lanes, id, call)
  }
  return gone
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []) // not there, or gone since the listing: nothing in flight
}

async function pollLane(lanes: Lanes, path: string, present: Set<string>): Promise<void> {
  const names = (await namesIn(path)).filter((name) => name.endsWith('.seg')).sort()
  if (names.length === 0) return
  const lane = lanes.lanes.get(path) ?? { info: null, isAlive: true }
  lanes.lanes.set(path, lane)
  lane.info ??= await readInfo(path)
  // Its owner touches this file as a sign of life.
  let changedMs = (await stat(join(path, LANE_INFO)).catch(() => null))?.mtimeMs ?? 0
  for (const name of names) {
    const file = join(path, name)
    const info = await stat(file).catch(() => null) // shipped since the listing
    if (!info?.isFile()) continue
    present.add(file)
    changedMs = Math.max(changedMs, info.mtimeMs)
    const segment = lanes.segments.get(file) ?? { path: file, lane, end: 0, size: -1, mtimeMs: 0 }
    lanes.segments.set(file, segment)
    // Preallocated segments keep their size while they fill, so the time counts too.
    if (segment.size === info.size && segment.mtimeMs === info.mtimeMs) continue
    await readSegment(lanes, segment, info.size)
    segment.size = info.size
    segment.mtimeMs = info.mtimeMs
  }
  lane.isAlive = isOwnerAlive(lane.info, changedMs, Date.now())
}

async function readInfo(path: string): Promise<Partial<LaneInfo> | null> {
  const file = await openReading(join(path, LANE_INFO)).catch(() => null) // not written yet: looked for again with the next poll
  if (file === null) return null
  try {
    return JSON.parse(await file.readFile('utf8')) as Partial<LaneInfo>
  } catch {
    return null
  } finally {
    await file.close()
  }
}

/** One odd frame must not keep all others from being shown. */
function takeSafely(lanes: Lanes, segment: Segment, frame: ReadFrame, body: Buffer): void {
  try {
    takeFrame(lanes, segment, frame, body)
  } catch {
    // its call is shown when its record comes, or not at all
    lanes.calls.delete(frame.head.id)
  }
}

async function readSegment(lanes: Lanes, segment: Segment, size: number): Promise<void> {
  await withFile(segment.path, async (file) => {
    for (let length = BLOCK_BYTES; segment.end < size; ) {
      const bytes = await readRange(file, segment.end, Math.min(size, segment.end + length))
      const { frames, consumed } = lanes.readFrames(bytes)
      for (const frame of frames) takeSafely(lanes, segment, frame, bytes.subarray(frame.start, frame.end))
      segment.end += consumed
      if (consumed > 0) length = BLOCK_BYTES
      else if (bytes.length < length) return
      else length *= 2
    }
  })
}
