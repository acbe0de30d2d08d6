// Where the next frame goes: the lane's next segment when one is full, another lane's when the lane was taken away. What is full stays open until the
// shipper has it open. Main thread and the user's worker threads.
import { fstatSync } from 'node:fs'
import type { LaneInfo } from '../frame.ts'
import { monotonicMs } from '../originals.ts'
import { isGone } from '../private-file.ts'
import type { Bell } from './bell.ts'
import { createLane, renewLease, successorLane } from './lane.ts'
import { epochS, loseLane } from './lost-lane.ts'
import { RENEW_S } from './owner.ts'
import { closeSegment, openSegment, SEGMENT_BYTES, type Segment } from './segment.ts'

/** How often the open segment is looked at: somebody may have deleted the folder. */
const LOOK_MS = 1000
/** The shipper is late: it may have died, or the whole process have been stopped. */
const DUE_S = RENEW_S + 5

export interface PlaceConfig {
  readonly root: string
  readonly laneName: string
  readonly info: LaneInfo
  readonly bell: Bell
  /** 0 in the main thread. */
  readonly thread: number
  /** Who reads the segments later, if anybody does. */
  readonly keeper?: (() => SegmentKeeper | undefined) | undefined
}

/** Who reads segments after they are full, and closes them then. */
export interface SegmentKeeper {
  /** A segment has been begun. */
  add(segment: Segment): void
  /** A segment is full. True when the keeper closes it. */
  release(segment: Segment): boolean
}

export interface Place {
  (): Segment
  /** The next frame begins another segment. */
  leave(): void
  close(): void
  current(): Segment | null
}

/** A full segment, and the number under which the shipper was told of it. */
interface Full {
  readonly segment: Segment
  readonly ticket: number
}

/** Gives the segment to append to. */
export function openPlace({ bell, root, laneName, info, thread, keeper }: PlaceConfig): Place {
  let lane: string | null = null
  let lostCount = bell.read('laneLost')
  let segment: Segment | null = null
  let ticket = 0
  let number = 0
  let lookedAtMs = monotonicMs()
  let full: Full[] = []
  const leave = (): void => {
    if (segment !== null && keeper?.()?.release(segment) !== true) full.push({ segment, ticket })
    segment = null
    closeTaken()
  }
  const closeTaken = (): void => {
    const taken = full.filter((one) => bell.held.isTaken(one.ticket))
    full = full.filter((one) => !taken.includes(one))
    for (const one of taken) closeSegment(one.segment)
  }
  const look = (from: string): void => {
    if (full.length > 0) closeTaken()
    if (segment !== null && isDeleted(segment)) loseLane(bell, lostCount)
    else renewWhenDue(bell, from, lostCount)
  }
  const begin = (folder: string): Segment => {
    const begun = openSegment(folder, `t${thread}`, ++number, info)
    ticket = bell.held.announce({ lane: lostCount, thread, number, fd: begun.fd })
    keeper?.()?.add(begun)
    return begun
  }
  const place = (hasMoved = false): Segment => {
    const now = monotonicMs()
    if (lane !== null && now - lookedAtMs > LOOK_MS) {
      lookedAtMs = now
      look(lane)
    }
    if (bell.read('laneLost') !== lostCount) {
      lostCount = bell.read('laneLost')
      lane = null
      leave()
    }
    if (lane === null) {
      lane = createLane(root, successorLane(laneName, lostCount), info)
      bell.write('lease', epochS())
    }
    if (segment !== null && segment.length >= SEGMENT_BYTES) leave()
    try {
      segment ??= begin(lane)
    } catch (error) {
      if (!isGone(error) || hasMoved) throw error
      // Somebody has taken the folder away since the last look.
      loseLane(bell, lostCount)
      return place(true)
    }
    return segment
  }
  const close = (): void => {
    leave()
    for (const one of full) closeSegment(one.segment)
    full = []
  }
  return Object.assign(() => place(), { leave, close, current: () => segment })
}

/** The shipper renews the lease every few seconds. When it has not (no shipper, a stopped process), the lane may be another's by now. */
function renewWhenDue(bell: Bell, lane: string, lostCount: number): void {
  if (Math.abs(epochS() - bell.read('lease')) < DUE_S) return
  if (renewLease(lane)) bell.write('lease', epochS())
  else loseLane(bell, lostCount)
}

function isDeleted({ fd }: Segment): boolean {
  return fstatSync(fd).nlink === 0
}
