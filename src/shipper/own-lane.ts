// The lane of the shipper's own process: shipped while it grows, and followed to its successor when another process has taken it
// for dead (a long stop, a lost lease) or somebody has deleted it. Worker.
import { join } from 'node:path'
import type { LaneInfo } from '../frame.ts'
import type { Bell } from '../spool/bell.ts'
import { createLane, isMade, removeLane, renewLease, successorLane } from '../spool/lane.ts'
import { RENEW_S } from '../spool/owner.ts'
import { LANES } from '../spool/root.ts'
import { type LaneShipper, type Surroundings, shipLane } from './lane-shipper.ts'
import { openScopes, type Target } from './target.ts'

export interface OwnLane {
  /** The one that grows, and those it was followed from. */
  readonly shippers: readonly LaneShipper[]
  /** Name of the folder that grows. */
  name(): string
  /** Hands a frame that came by message to the pipelines. */
  push: LaneShipper['push']
  /** Puts what came by message on disk, if the disk takes it. */
  spill: LaneShipper['spill']
  /** Renews the lease when it is time. */
  renew(): void
  /** Goes on with the successor when there is one. */
  follow(): void
  /** True when all pipelines have served this drain. */
  hasServed(asked: number): boolean
  /** At the very end of the process: removes the folders when all they held was taken. */
  removeSettled(): void
}

export interface OwnLaneConfig {
  readonly root: string
  readonly laneName: string
  readonly info: LaneInfo
  readonly bell: Bell
  readonly targets: readonly Target[]
}

export function shipOwnLane({ root, laneName, info, bell, targets }: OwnLaneConfig, around: Surroundings): OwnLane {
  const shippers: LaneShipper[] = []
  const names: string[] = []
  // A call may begin in one of these folders and end in the next.
  const scopes = openScopes(targets)
  let lostCount = -1
  let wasMade = false

  const ship = (): void => {
    lostCount = bell.read('laneLost')
    wasMade = false
    const name = successorLane(laneName, lostCount)
    names.push(name)
    const path = join(root, LANES, name)
    const onSettled = (count: number, kind: Parameters<Bell['add']>[0]): void => {
      bell.add(kind, count)
    }
    const make = (): string => createLane(root, name, info)
    shippers.push(
      shipLane({ path, info, isDead: false, make, isStopped: () => false, onSettled }, targets, around, scopes),
    )
  }
  const renew = (): void => {
    const path = join(root, LANES, names.at(-1) ?? '')
    // A lane that was never made is not lost: the first frame is on its way, or all frames come by message.
    wasMade ||= isMade(path)
    const nowS = Math.floor(Date.now() / 1000)
    if (!wasMade || Math.abs(nowS - bell.read('lease')) < RENEW_S) return
    if (renewLease(path)) bell.write('lease', nowS)
    else bell.claim('laneLost', lostCount, lostCount + 1)
  }
  ship()
  return {
    shippers,
    name: () => names.at(-1) ?? laneName,
    push: (frame) => shippers.at(-1)?.push(frame) ?? false,
    spill: (isLast) => {
      for (const shipper of shippers) shipper.spill(isLast)
    },
    renew,
    follow() {
      if (bell.read('laneLost') === lostCount) return
      const before = shippers.at(-1)
      ship()
      try {
        if (before !== undefined) shippers.at(-1)?.takeOver(before)
      } catch {
        // no disk: they stay in memory, and in the file that is gone, as long as the process lives
      }
    },
    hasServed: (asked) => shippers.every(({ states }) => states.every((state) => state.drainServed >= asked)),
    removeSettled() {
      // Other threads still run: what they may append now must stay.
      if (bell.read('writers') > 1 || !shippers.every((shipper) => shipper.isSettled())) return
      for (const name of names) removeLane(root, name)
    },
  }
}
