// Lanes that this process has lost, whose files are open: what is not delivered is copied to the lane that followed, in portions, and again when more was
// written or that one was lost, too. In: lost lanes. Out: copies. Worker.
import { backUp, readBackups } from './backups.ts'
import type { LaneShipper } from './lane-shipper.ts'

/** 32 MiB in one go. */
const PORTION = 4
/** Threads look at the loss before each frame: after this time none is in the midst of one. */
const SEAL_MS = 2000

export interface LostLanes {
  add(shipper: LaneShipper, number: number): void
  /** Copies what is not copied. `isLast`: all of it, now or never. Returns true when there is more to copy. Never throws. */
  backUp(isLast: boolean): boolean
}

interface Lost {
  readonly shipper: LaneShipper
  readonly number: number
  readonly atMs: number
  isSealed: boolean
}

/** `makeLane` makes the folder of the lane that is written to now, and gives its path. `onSaved` is called when all is copied, or will not be. */
export function openLostLanes(makeLane: () => string, onSaved: () => void): LostLanes {
  const lanes: Lost[] = []
  let isDone = true
  const copy = (most: number): boolean => {
    const to = makeLane()
    let left = most
    for (const { shipper, number } of lanes) {
      left -= backUp(shipper.tails(), { lostNumber: number, to, most: left })
      if (left <= 0) return false
    }
    return true
  }
  const seal = (lane: Lost): void => {
    for (const tail of lane.shipper.tails()) tail.seal()
    lane.isSealed = true
  }
  return {
    add(shipper, number) {
      lanes.push({ shipper, number, atMs: performance.now(), isSealed: false })
      isDone = false
    },
    backUp(isLast) {
      if (isDone) {
        onSaved()
        return false
      }
      try {
        if (!copy(isLast ? Number.POSITIVE_INFINITY : PORTION)) return true
      } catch {
        if (isLast) onSaved()
        return false // a full disk: they are open, and it is tried again
      }
      onSaved()
      // What was written until then has been copied in the look before this one.
      isDone = lanes.every((lane) => lane.isSealed)
      const open = lanes.filter((lane) => !lane.isSealed && performance.now() - lane.atMs >= SEAL_MS)
      for (const lane of open) seal(lane)
      if (isDone) for (const { shipper } of lanes) readBackups(shipper.tails())
      return false
    },
  }
}
