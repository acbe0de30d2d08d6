// Adoption: lanes whose owners have died are claimed, shipped and removed. In: the root. Out: their records, delivered. Worker.
import { join } from 'node:path'
import type { LaneInfo } from '../frame.ts'
import { claimLane, isClaimedBy, isDead, listLanes, listSegments, readLaneInfo, removeLane } from '../spool/lane.ts'
import type { Owner } from '../spool/owner.ts'
import { LANES } from '../spool/root.ts'

export interface Adoption {
  readonly root: string
  readonly self: Owner
  /** Name of the shipper's own lane: what it has claimed bears its mark. */
  readonly ownLane: string
  /** Only lanes with the same destination and key: another key's records are another's. */
  readonly fingerprint: string
  /** Ships a claimed lane to its end; true when it was shipped whole. */
  ship(lane: string, info: LaneInfo): Promise<boolean>
  isStopped(): boolean
}

/** Ships all dead lanes, one after the other. Returns how many were shipped whole. */
export async function adoptDeadLanes(adoption: Adoption): Promise<number> {
  let shipped = 0
  for (const name of listLanes(adoption.root)) {
    if (adoption.isStopped()) break
    const claimed = claim(name, adoption)
    if (claimed === null) continue
    if (!(await adoption.ship(join(adoption.root, LANES, claimed.name), claimed.info))) continue
    removeLane(adoption.root, claimed.name)
    shipped++
  }
  return shipped
}

function claim(name: string, adoption: Adoption): { name: string; info: LaneInfo } | null {
  const { root, self, ownLane, fingerprint } = adoption
  const path = join(root, LANES, name)
  if (isClaimedBy(name, ownLane)) {
    // By the shipper that ran before this one and died.
    const info = readLaneInfo(path)
    return info === null ? null : { name, info }
  }
  if (!isDead(root, name, self, Date.now())) return null
  if (listSegments(path).length === 0) {
    removeLane(root, name) // delivered to its end, or killed before its first frame; whoever's it was
    return null
  }
  const before = readLaneInfo(path)
  if (before === null || before.fingerprint !== fingerprint) return null
  const claimed = claimLane(root, name, self, ownLane)
  const info = claimed === null ? null : readLaneInfo(join(root, LANES, claimed))
  return claimed === null || info === null ? null : { name: claimed, info }
}
