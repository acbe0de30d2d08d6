// When the spool's size is looked at: often while calls come, and never so often that looking costs. In: the caps, and what is being read. Worker.
import type { Diagnostics } from '../diagnostics.ts'
import { type Caps, enforceCaps } from './cap.ts'
import type { LaneShipper } from './lane-shipper.ts'
import { restMs } from './rest.ts'
import { pathOf } from './segment-files.ts'

const CAP_MS = 5000
/** Looking through lanes where nothing is to go takes at most this share of the thread; a spool beyond its cap is not left to rest. */
const CAP_REST_SHARE = 200
/** What a program at full speed writes meanwhile is beyond the cap. */
const CAP_MAX_REST_MS = 30_000
/** One that makes no calls adds nothing; the others look themselves. */
const CAP_IDLE_SHARE = 2000
const CAP_IDLE_MAX_REST_MS = 3600_000

/** Returns what is to be called now and then; `isIdle`: no call has come since. */
export function watchCaps(
  caps: Caps,
  lanes: () => readonly LaneShipper[],
  diagnostics: Diagnostics,
): (isIdle: boolean) => void {
  let cappedAtMs = performance.now()
  let cappedMs: number | null = null
  return (isIdle) => {
    const beganMs = performance.now()
    if (beganMs < cappedAtMs + restAfter(cappedMs, isIdle)) return
    const lost = limitSpool(caps, lanes(), diagnostics)
    cappedAtMs = performance.now()
    // Ten thousand lanes of others take a sixth of a second to look through. What was beyond the cap may be so again.
    cappedMs = lost > 0 ? 0 : cappedAtMs - beganMs
  }
}

/** The first look is soon: other programs may have left too much. */
function restAfter(tookMs: number | null, isIdle: boolean): number {
  if (tookMs === null) return CAP_MS
  if (isIdle) return Math.max(CAP_MAX_REST_MS, restMs(tookMs, CAP_IDLE_SHARE, CAP_IDLE_MAX_REST_MS))
  return Math.max(CAP_MS, restMs(tookMs, CAP_REST_SHARE, CAP_MAX_REST_MS))
}

function limitSpool(caps: Caps, lanes: readonly LaneShipper[], diagnostics: Diagnostics): number {
  const removed = new Set<string>()
  const inUse = new Set(lanes.flatMap((lane) => lane.inUse()))
  const count = enforceCaps(caps, Date.now(), inUse, (path) => removed.add(path))
  // Their bytes are free when nobody has them open.
  for (const tail of lanes.flatMap((lane) => lane.tails())) tail.drop((segment) => removed.has(pathOf(segment)))
  if (count === 0) return 0
  const limit = `NEATLOGS_SPOOL_MAX_BYTES=${caps.maxBytes}`
  diagnostics.once('cap', 'warn', `the spool is full (${limit}) or older than 7 days: the oldest records are dropped`, {
    dropped: count,
  })
  return count
}
