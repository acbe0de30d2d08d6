// The lane of the shipper's own process: shipped while it grows, and followed to its successor when another process has taken it
// for dead (a long stop, a lost lease) or somebody has deleted or moved it. Worker.
import { join } from 'node:path'
import type { LaneInfo } from '../frame.ts'
import type { Bell } from '../spool/bell.ts'
import { createLane, isMade, removeLane, renewLease, successorLane } from '../spool/lane.ts'
import { isTakenOver, loseLane } from '../spool/lost-lane.ts'
import { RENEW_S } from '../spool/owner.ts'
import { LANES } from '../spool/root.ts'
import { watchFolder } from './folder-watch.ts'
import { hasDeleted, openHolder, openRemovals } from './held-segments.ts'
import { type LaneShipper, type Surroundings, shipLane } from './lane-shipper.ts'
import { openLostLanes } from './lost-lanes.ts'
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
  /** Opens a segment that the shipper itself has begun. */
  hold(writer: string, number: number): void
  /** Renews the lease when it is time, and sees whether the folder is still there. */
  renew(): void
  /** Goes on with the successor when there is one. Returns true then. */
  follow(): boolean
  /** Puts on disk again what lost lanes hold. `isLast`: all of it, at once. Returns true when there is more. */
  backUp(isLast: boolean): boolean
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

interface Own {
  readonly name: string
  readonly path: string
  readonly shipper: LaneShipper
  readonly watch: ReturnType<typeof watchFolder>
}

export function shipOwnLane({ root, laneName, info, bell, targets }: OwnLaneConfig, around: Surroundings): OwnLane {
  /** By the number of lanes that were lost before. */
  const lanes: Own[] = []
  const shippers: LaneShipper[] = []
  // A call may begin in one of these folders and end in the next.
  const scopes = openScopes(targets)
  const lost = openLostLanes(
    () => {
      const { name, path } = newest()
      return isMade(path) ? path : createLane(root, name, info)
    },
    () => {
      if (bell.read('unsaved') === 0 || bell.read('laneLost') !== lostCount()) return
      bell.write('unsaved', 0)
      bell.wake('unsaved')
    },
  )

  const ship = (number: number): void => {
    const name = successorLane(laneName, number)
    const path = join(root, LANES, name)
    const onSettled = (count: number, kind: Parameters<Bell['add']>[0]): void => {
      bell.add(kind, count)
    }
    const make = (): string => createLane(root, name, info)
    const lane = { path, info, isDead: false, make, isStopped: () => false, onSettled }
    const shipper = shipLane(lane, targets, around, scopes)
    lanes.push({ name, path, shipper, watch: watchFolder(path) })
    shippers.push(shipper)
  }
  const newest = (): Own => lanes.at(-1) as Own
  const lostCount = (): number => lanes.length - 1
  let isRemoved = false
  /** What the shipper itself has removed at the end is not lost. */
  const lose = (): void => {
    if (!isRemoved) loseLane(bell, lostCount())
  }
  const dropRemoved = openRemovals()
  const follow = (): void => {
    while (lostCount() < bell.read('laneLost')) {
      const before = newest()
      before.watch.close()
      ship(lanes.length)
      if (isTakenOver(bell, lostCount())) for (const tail of before.shipper.tails()) tail.drop(() => true)
      else lost.add(before.shipper, lostCount() - 1)
      try {
        newest().shipper.takeOver(before.shipper)
      } catch {
        // no disk: they stay in memory, and in the file that is gone, as long as the process lives
      }
    }
  }
  const holder = openHolder(
    bell,
    {
      of(number) {
        follow() // a thread may have lost a lane since
        return (lanes[number] ?? newest()).shipper
      },
      newest: () => newest().shipper,
      all: () => shippers,
    },
    (number) => {
      if (number === lostCount() && !isMade(newest().path)) lose()
    },
  )
  // Those before it may have been lost before the shipper was there.
  for (let number = 0; number === 0 || number <= bell.read('laneLost'); number++) {
    ship(number)
    if (number < bell.read('laneLost')) lost.add(newest().shipper, number)
  }
  return {
    shippers,
    name: () => newest().name,
    push: (frame) => newest().shipper.push(frame),
    spill: (isLast) => {
      for (const shipper of shippers) shipper.spill(isLast)
    },
    hold: holder.hold,
    renew() {
      const { watch, shipper } = newest()
      if (watch.isLost() || hasDeleted(shipper.tails())) {
        lose()
        return
      }
      dropRemoved(shipper.tails())
      const nowS = Math.floor(Date.now() / 1000)
      if (!isMade(newest().path) || Math.abs(nowS - bell.read('lease')) < RENEW_S) return
      if (renewLease(newest().path)) bell.write('lease', nowS)
      else lose()
    },
    follow() {
      const before = lostCount()
      holder.takeAll()
      follow()
      return lostCount() > before
    },
    backUp: lost.backUp,
    hasServed: (asked) => shippers.every(({ states }) => states.every((state) => state.drainServed >= asked)),
    removeSettled() {
      // Other threads still run: what they may append now must stay.
      if (bell.read('writers') > 1 || !shippers.every((shipper) => shipper.isSettled())) return
      isRemoved = true
      for (const { name } of lanes) removeLane(root, name)
    },
  }
}
