// Segments of this process, opened by the shipper as soon as they are begun: what becomes of their folder is no matter then. In: the table of open files
// in the doorbell. Out: open segments in the tails of their lanes. Worker.
import { fstatSync, readFileSync } from 'node:fs'
import { openHeld } from '../private-file.ts'
import type { Bell } from '../spool/bell.ts'
import { segmentName } from '../spool/segment.ts'
import type { LaneShipper } from './lane-shipper.ts'
import { isUnread, type TailSegment } from './segment-files.ts'
import type { Tail } from './tail.ts'

/** One in so many of the descriptors that the process may have: the others are its program's. */
const SHARE = 8
/** Where that cannot be known. */
const FALLBACK = 32

/** How many segments may be open of which nothing has been read. */
export function unreadLimit(): number {
  try {
    const soft = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return soft === undefined ? FALLBACK : Math.floor(soft === 'unlimited' ? 1024 : Number(soft) / SHARE)
  } catch {
    return FALLBACK
  }
}

export interface Holder {
  /** Opens what was begun since the last time. */
  takeAll(): void
  /** A segment that the shipper itself writes. */
  hold(writer: string, number: number): void
}

/** `laneOf` gives the lane of so many losses; `onLost` is told of a segment whose name was gone. */
export function openHolder(
  bell: Bell,
  lanes: { of(number: number): LaneShipper; newest(): LaneShipper; all(): readonly LaneShipper[] },
  onLost: (lane: number) => void,
): Holder {
  const limit = unreadLimit()
  let seen = 0
  const mayHold = (): boolean => {
    const open = openOf(lanes.all().flatMap((lane) => lane.tails()))
    return open.filter(isUnread).length < limit
  }
  const holdIn = (lane: LaneShipper, writer: string, number: number, openOther: () => number): boolean => {
    if (!mayHold()) return false
    const file = { name: segmentName(writer, number), writer, number }
    return lane
      .tails()
      .map((tail) => tail.hold(file, openOther))
      .some((wasGone) => wasGone)
  }
  return {
    takeAll() {
      if (bell.held.newest() === seen) return
      seen = bell.held.newest()
      bell.held.takeAll(({ lane, thread, number, fd }, isStill) => {
        const openOther = (): number => {
          const own = openHeld(fd)
          if (isStill(own)) return own
          throw new Error('another file')
        }
        if (holdIn(lanes.of(lane), `t${thread}`, number, openOther)) onLost(lane)
      })
    },
    hold(writer, number) {
      holdIn(lanes.newest(), writer, number, () => {
        throw new Error('it was begun just now')
      })
    },
  }
}

/** True when a segment that is still written to was deleted: its folder may have stayed. */
export function hasDeleted(tails: readonly Tail[]): boolean {
  return openOf(tails).some((segment) => !segment.sealed && fstatSync(segment.fd).nlink === 0)
}

/**
 * Gives up full segments of which nothing was read and whose names are gone while the lane stays: another process has found the spool beyond its cap, and
 * has counted them. Not at first sight: it may be the begin of a folder's end.
 */
export function openRemovals(): (tails: readonly Tail[]) => void {
  let suspects: ReadonlySet<TailSegment> = new Set()
  return (tails) => {
    const gone = openOf(tails).filter((segment) => isUnread(segment) && fstatSync(segment.fd).nlink === 0)
    for (const tail of tails) tail.drop((segment) => suspects.has(segment) && gone.includes(segment))
    suspects = new Set(gone)
  }
}

function openOf(tails: readonly Tail[]): readonly TailSegment[] {
  return tails.flatMap((tail) => [...tail.segments]).filter(({ fd }) => fd >= 0)
}
