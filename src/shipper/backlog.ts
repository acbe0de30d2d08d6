// What waits on disk: lanes, their calls and bytes. In: a root. Out: one entry per lane. Reads only; for `neatlogs ship` and
// `neatlogs doctor`, in their own process.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { LaneInfo } from '../frame.ts'
import { isDead, listLanes } from '../spool/lane.ts'
import { readLaneInfo } from '../spool/lane-facts.ts'
import type { Owner } from '../spool/owner.ts'
import { LANES } from '../spool/root.ts'
import { openDoneLog } from './done.ts'
import { Tail } from './tail.ts'

export interface LaneBacklog {
  readonly name: string
  /** Null when `lane.json` is missing or not ours to read: nobody can say whose records these are. */
  readonly info: LaneInfo | null
  /** Its process has ended. */
  readonly isDead: boolean
  /** Calls that its (first) destination has not taken. */
  readonly callCount: number
  /** Calls that were dropped (the caps) and that no destination has been told of. */
  readonly lostCount: number
  readonly bytes: number
  /** Epoch milliseconds of the oldest segment; null without one. */
  readonly oldestMs: number | null
}

const NOTHING = { callCount: 0, lostCount: 0 }

/** Lists all lanes of a root. Counting reads every frame's head: about a second per GiB. */
export function listBacklog(root: string, self: Owner, nowMs: number): readonly LaneBacklog[] {
  return listLanes(root).map((name) => {
    const lane = join(root, LANES, name)
    const info = readLaneInfo(lane)
    const files = segmentFiles(lane)
    return {
      name,
      info,
      isDead: isDead(root, name, self, nowMs),
      ...(files.length === 0 ? NOTHING : countCalls(lane, firstDestination(info))),
      bytes: files.reduce((sum, file) => sum + file.size, 0),
      oldestMs: files.length === 0 ? null : Math.min(...files.map((file) => file.mtimeMs)),
    }
  })
}

/** The first destination stands for all, as in the counts of a running shipper. */
function firstDestination(info: LaneInfo | null): string {
  return /^[a-z]+/.exec(info?.fingerprint ?? '')?.[0] ?? 'file'
}

function countCalls(lane: string, destination: string): typeof NOTHING {
  const done = openDoneLog(lane, destination)
  const tail = new Tail(lane, destination, true)
  const ids = new Set<string>()
  let lostCount = 0
  try {
    const isRead = (): boolean => tail.isExhausted || tail.isBlocked
    for (let frames = tail.read(); frames.length > 0 || !isRead(); frames = tail.read()) {
      for (const { head } of frames) {
        if (head.t === 'part' || head.t === 'close' || done.has(head.id)) continue
        if (head.t === 'lost') lostCount += head.count
        else ids.add(head.id)
      }
    }
  } finally {
    tail.close()
  }
  return { callCount: ids.size, lostCount }
}

function segmentFiles(lane: string): { size: number; mtimeMs: number }[] {
  try {
    return readdirSync(lane)
      .filter((name) => name.endsWith('.seg'))
      .map((name) => statSync(join(lane, name)))
  } catch {
    return [] // delivered and removed, or claimed by another process, while we look
  }
}
