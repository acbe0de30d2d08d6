// A lane that its process has lost: somebody has deleted or moved its folder, or another process has taken it for dead and delivers it. All threads.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { wallMs } from '../originals.ts'
import type { Bell } from './bell.ts'
import { successorLane } from './lane.ts'
import { LEASE_MS, RENEW_S } from './owner.ts'
import { LANES } from './root.ts'

/** The next frame goes to another lane, the successor of number `lostCount`. Whoever finds it out first says so. */
export function loseLane(bell: Bell, lostCount: number): void {
  // Only a lease that is void lets others take it: this process was stopped for that long.
  const isTaken = Math.abs(epochS() - bell.read('lease')) >= LEASE_MS / 1000 - RENEW_S
  if (isTaken) bell.write('taken', lostCount + 1)
  bell.claim('laneLost', lostCount, lostCount + 1)
  // After the count: the shipper, which may just have saved what an earlier loss left, compares it.
  if (!isTaken) bell.write('unsaved', 1)
}

/** True when loss number `lostCount` was another process's doing, which delivers what is in the lane. */
export function isTakenOver(bell: Bell, lostCount: number): boolean {
  return bell.read('taken') === lostCount
}

/** At the end of the process: nobody may have looked since the folder went. */
export function loseIfGone(bell: Bell, root: string, laneName: string): void {
  const lostCount = bell.read('laneLost')
  // Before its first lease it was not made yet; and the shipper itself removes one of which all is settled.
  if (
    bell.read('lease') === 0 ||
    isAllSettled(bell) ||
    existsSync(join(root, LANES, successorLane(laneName, lostCount)))
  )
    return
  loseLane(bell, lostCount)
}

function isAllSettled(bell: Bell): boolean {
  const settled = (['delivered', 'rejected', 'skipped', 'dropped'] as const).reduce(
    (sum, word) => sum + bell.read(word),
    0,
  )
  return settled >= bell.read('appended')
}

export function epochS(): number {
  return Math.floor(wallMs() / 1000)
}
