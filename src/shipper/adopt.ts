// Adoption: lanes whose owners have died are claimed, shipped and removed. In: the root. Out: their records, delivered. Worker.

import { randomBytes } from 'node:crypto'
import { basename, join } from 'node:path'
import type { LaneInfo } from '../frame.ts'
import { claimLane, isDead, listLanes, parseLaneName, readLaneInfo } from '../spool/lane.ts'
import type { Owner } from '../spool/owner.ts'
import { LANES } from '../spool/root.ts'

export interface Adoption {
  readonly root: string
  readonly self: Owner
  /** Only lanes with the same destination and key: another key's records are another's. */
  readonly fingerprint: string
  /** Ships a claimed lane to its end; true when it was shipped whole. */
  ship(lane: string, info: LaneInfo): Promise<boolean>
  isStopped(): boolean
}

/** Ships all dead lanes, one after the other. Returns how many. */
export async function adoptDeadLanes(adoption: Adoption): Promise<number> {
  let adopted = 0
  for (const name of listLanes(adoption.root)) {
    if (adoption.isStopped()) break
    const claimed = claim(name, adoption)
    if (claimed === null) continue
    adopted++
    await adoption.ship(claimed.lane, claimed.info)
  }
  return adopted
}

function claim(name: string, { root, self, fingerprint }: Adoption): { lane: string; info: LaneInfo } | null {
  const ours = parseLaneName(name)
  if (isAdopted(name) && ours?.pid === self.pid && ours.startTime === self.startTime && ours.bootId === self.bootId) {
    // Claimed by the shipper that ran before this one in the same process, and not finished.
    const lane = join(root, LANES, name)
    const info = readLaneInfo(lane)
    return info === null ? null : { lane, info }
  }
  if (!isDead(root, name, self, Date.now())) return null
  const before = readLaneInfo(join(root, LANES, name))
  if (before === null || before.fingerprint !== fingerprint) return null
  const lane = claimLane(root, name, self, `a${randomBytes(4).toString('hex')}`)
  const info = lane === null ? null : readLaneInfo(lane)
  return lane === null || info === null ? null : { lane, info }
}

/** True for a lane that was claimed from a dead process. */
function isAdopted(lane: string): boolean {
  return /-a[0-9a-f]{8}\.lane$/.test(basename(lane))
}
