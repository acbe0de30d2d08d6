// The worker's side of adoption: one dead lane is shipped at a time; a drain may ask how far it has come. Worker.
import type { LaneInfo } from '../frame.ts'
import { renewLease } from '../spool/lane.ts'
import type { ShipperData } from '../spool/shipper-thread.ts'
import { adoptDeadLanes } from './adopt.ts'
import { type LaneShipper, type Surroundings, shipLane, type Target } from './lane-shipper.ts'

export interface Adopter {
  /** Looks for dead lanes and ships them, unless it does so already. */
  look(): void
  /** The lane that is shipped now; `between`: there may be another in a moment. */
  current(): 'none' | 'between' | LaneShipper
  shippers(): readonly LaneShipper[]
  /** A claimed lane shows signs of life too, for those who cannot see this process. */
  renew(): void
}

export interface AdopterConfig {
  readonly data: ShipperData
  readonly targets: readonly Target[]
  readonly around: Surroundings
  readonly ownLane: string
  /** The process ends and has what it waits for: the next batch is another process's. */
  isLate(): boolean
}

export function openAdopter({ data, targets, around, ownLane, isLate }: AdopterConfig): Adopter {
  const { diagnostics } = around
  let running: Promise<void> | null = null
  let current: LaneShipper | null = null
  let currentPath = ''

  const ship = async (path: string, info: LaneInfo): Promise<boolean> => {
    currentPath = path
    const lane = { path, info, isDead: true, make: () => path, isStopped: isLate, onSettled: () => {} }
    current = shipLane(lane, targets, around)
    try {
      return await current.ended
    } catch (error) {
      // It stays, and is looked at again; the lanes after it must not wait for that.
      diagnostics.once('adopt_lane', 'warn', 'cannot deliver the records of an ended process', { error: String(error) })
      return false
    } finally {
      current = null
    }
  }
  const adoptAll = async (): Promise<void> => {
    const { root, owner: self, info } = data
    try {
      const { fingerprint } = info
      const count = await adoptDeadLanes({ root, self, ownLane, fingerprint, ship, isStopped: isLate })
      if (count > 0) diagnostics.log('info', `delivered the records of ${count} ended processes`)
    } catch (error) {
      diagnostics.once('adopt', 'warn', 'cannot take over records of ended processes', { error: String(error) })
    }
    running = null
    around.onDrainServed()
  }
  return {
    look() {
      running ??= adoptAll()
    },
    current: () => (running === null ? 'none' : (current ?? 'between')),
    shippers: () => (current === null ? [] : [current]),
    renew() {
      if (current !== null) renewLease(currentPath)
    },
  }
}
