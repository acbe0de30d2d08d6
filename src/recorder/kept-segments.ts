// The newest segments of this thread, kept open when they are full and when the shipper has removed them, to be read once more. In: segments as
// they are begun and filled. Out: their bytes (kept-frames.ts reads them). Main thread.
import type { Segment, SegmentKeeper } from '../spool/spool.ts'

/** So much is kept, and the segment that is being filled. */
const KEPT_BYTES = 8 * 1024 * 1024

interface Kept {
  readonly segment: Segment
  /** What was there before is not read. */
  readonly from: number
  /** Nobody else will close it. */
  isOurs: boolean
}

export interface KeptSegments extends SegmentKeeper {
  /** Their bytes, oldest first, each from the begin of a frame. */
  pieces(): Generator<Buffer>
}

/** Begins to keep segments. `live`: the one that is being filled now, whose former frames are left out. */
export function keepSegments(live: Segment | null): KeptSegments {
  const kept: Kept[] = live === null ? [] : [{ segment: live, from: live.length, isOurs: false }]
  const dropOld = (): void => {
    for (;;) {
      const [oldest, ...newer] = kept
      if (oldest === undefined || newer.reduce((sum, { segment }) => sum + segment.length, 0) < KEPT_BYTES) return
      kept.shift()
      if (oldest.isOurs) process.getBuiltinModule('node:fs').closeSync(oldest.segment.fd)
    }
  }
  return {
    add(segment) {
      kept.push({ segment, from: 0, isOurs: false })
      dropOld()
    },
    release(segment) {
      const one = kept.find((other) => other.segment === segment)
      if (one !== undefined) one.isOurs = true
      return one !== undefined
    },
    *pieces() {
      for (const one of kept) yield readKept(one)
    },
  }
}

function readKept({ segment: { fd, length }, from }: Kept): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Math.max(0, length - from))
  return bytes.subarray(0, process.getBuiltinModule('node:fs').readSync(fd, bytes, 0, bytes.byteLength, from))
}
