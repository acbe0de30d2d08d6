// Segments that the shipper writes itself: another when one is full, numbered after those of a shipper before it. In: a lane's
// folder. Out: the segment to append to. Worker.
import { closeSegment, nextNumber, openSegment, SEGMENT_BYTES, type Segment } from '../spool/segment.ts'

export interface OwnSegments {
  /** The segment for the next frame. Throws what the disk throws. */
  place(): Segment
  /** Closes the open one; the next `place` begins another. */
  close(): void
}

/** `makeLane` makes the lane's folder, which may not exist yet, and gives its path. */
export function openOwnSegments(makeLane: () => string, writer: string): OwnSegments {
  let segment: Segment | null = null
  const close = (): void => {
    if (segment !== null) closeSegment(segment)
    segment = null
  }
  return {
    place() {
      if (segment !== null && segment.length >= SEGMENT_BYTES) close()
      if (segment !== null) return segment
      const lane = makeLane()
      segment = openSegment(lane, writer, nextNumber(lane, writer))
      return segment
    },
    close,
  }
}
