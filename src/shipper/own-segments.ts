// Segments that the shipper writes itself: another when one is full, numbered after those of a shipper before it. In: a lane's
// folder, frames. Out: the segment that a frame is in. Worker.
import type { FrameBody, FrameHead, LaneInfo } from '../frame.ts'
import {
  appendFrame,
  closeSegment,
  isFileFull,
  nextNumber,
  openSegment,
  SEGMENT_BYTES,
  type Segment,
} from '../spool/segment.ts'

export interface OwnSegments {
  /** Appends a frame and gives the segment it is in. Throws what the disk throws. */
  append(head: FrameHead, body: FrameBody): Segment
  /** Closes the open one; the next frame begins another. */
  close(): void
}

/** `makeLane` makes the lane's folder, which may not exist yet, and gives its path; `info`: its facts. `onBegun` is told of each segment. */
export function openOwnSegments(
  makeLane: () => string,
  writer: string,
  info: LaneInfo,
  onBegun?: (number: number) => void,
): OwnSegments {
  let segment: Segment | null = null
  let number = 0
  const close = (): void => {
    if (segment !== null) closeSegment(segment)
    segment = null
  }
  const place = (): Segment => {
    if (segment !== null && segment.length >= SEGMENT_BYTES) close()
    if (segment !== null) return segment
    const lane = makeLane()
    // A folder that was deleted and made again must not see a number twice: it stands for a segment that was read.
    number = Math.max(number + 1, nextNumber(lane, writer))
    segment = openSegment(lane, writer, number, info)
    onBegun?.(number)
    return segment
  }
  return {
    append(head, body) {
      const into = place()
      try {
        appendFrame(into, head, body)
        return into
      } catch (error) {
        if (!isFileFull(error, into)) throw error
        close()
        const next = place()
        appendFrame(next, head, body)
        return next
      }
    },
    close,
  }
}
