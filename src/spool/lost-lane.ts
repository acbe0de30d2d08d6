// A lane that its process has lost: somebody has deleted or moved its folder, or another process has taken it for dead and delivers it. All threads.
import { wallMs } from '../originals.ts'
import type { Bell } from './bell.ts'
import { LEASE_MS, RENEW_S } from './owner.ts'

/** The next frame goes to another lane, the successor of number `lostCount`. Whoever finds it out first says so. */
export function loseLane(bell: Bell, lostCount: number): void {
  // Only a lease that is void lets others take it: this process was stopped for that long.
  if (Math.abs(epochS() - bell.read('lease')) >= LEASE_MS / 1000 - RENEW_S) bell.write('taken', lostCount + 1)
  bell.claim('laneLost', lostCount, lostCount + 1)
}

/** True when loss number `lostCount` was another process's doing, which delivers what is in the lane. */
export function isTakenOver(bell: Bell, lostCount: number): boolean {
  return bell.read('taken') === lostCount
}

export function epochS(): number {
  return Math.floor(wallMs() / 1000)
}
