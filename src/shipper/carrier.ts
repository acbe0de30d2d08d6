// Calls that outlive their segment: after a while their frames move to small segments of the destination's own, so that one call
// that never ends does not keep 8 MiB of delivered ones. Worker.
import type { LaneInfo } from '../frame.ts'
import { appendFrame, nextNumber, openSegment, type Segment } from '../spool/segment.ts'
import type { Join, Move } from './join.ts'
import type { TailSegment } from './segment-files.ts'
import type { Tail } from './tail.ts'

/** A sealed segment that calls in flight have kept for this long is given up. */
const PINNED_MS = 60_000

export interface Carrier {
  watch(join: Pick<Join, 'carry'>): void
  /** Throws what the disk throws: then the frames stay where they are. */
  carry(pinnedMs?: number): void
  /** Moves all frames that calls in flight hold in the lane before this one, which is gone. Throws as `carry`. */
  takeOver(segments: Iterable<TailSegment>): void
}

/** `makeLane` makes the lane's folder, which may not exist yet, and gives its path. */
export function openCarrier(makeLane: () => string, destination: string, tail: Tail, info: LaneInfo): Carrier {
  let join: Pick<Join, 'carry'> | null = null
  const writer = `c${destination}`

  const empty = (from: TailSegment): void => {
    let file: Segment | null = null
    let to: TailSegment | null = null
    const move: Move = (head, bytes) => {
      if (file === null || to === null) {
        const folder = makeLane()
        const number = nextNumber(folder, writer)
        file = openSegment(folder, writer, number, info)
        to = tail.adopt(writer, number, file.fd)
      }
      const begin = file.length
      appendFrame(file, head, bytes)
      return { segment: to, begin, at: file.length - bytes.length - 1 }
    }
    join?.carry(from, move)
  }

  return {
    takeOver(segments) {
      for (const from of [...segments]) if (from.refs > 0) empty(from)
    },
    watch(watched) {
      join = watched
    },
    carry(pinnedMs = PINNED_MS) {
      const now = performance.now()
      for (const from of [...tail.segments]) {
        const isPinned = from.exhausted && from.refs > 0 && now - from.sealedAtMs >= pinnedMs
        if (isPinned && !from.writer.startsWith('c')) empty(from)
      }
    },
  }
}
