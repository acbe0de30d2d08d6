// The adopter of a running shipper: looks after dead lanes, now and then, beside the own lane. Many of them are shipped at a time; a
// drain may ask how far they have come. Worker.
import { renewLease } from '../spool/lane.ts'
import type { ShipperData } from '../spool/shipper-thread.ts'
import { adoptDeadLanes, type ClaimedLane } from './adopt.ts'
import { type LaneShipper, type Surroundings, shipLane } from './lane-shipper.ts'
import { restMs } from './rest.ts'
import { firstOf, openSignal } from './signal.ts'
import { openScopes, type Target } from './target.ts'

/** Looking takes at most this share of the thread: a folder may hold ten thousand lanes of others. */
const REST_SHARE = 100
/** However long a look took: the records of ended processes wait for the next. */
const MAX_REST_MS = 10_000

export interface Adopter {
  /** Looks for dead lanes and ships them, unless it does so already. */
  look(): void
  /** It looks for lanes or ships some. */
  isBusy(): boolean
  /** There may be another lane in a moment. */
  isBetween(): boolean
  shippers(): readonly LaneShipper[]
  /** A claimed lane shows signs of life too, for those who cannot see this process. */
  renew(): void
  /** Somebody waits: the look goes on. */
  hurry(): void
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
  const foreign = new Set<string>()
  const current = new Map<string, LaneShipper>()
  const hurry = openSignal()
  let running: Promise<void> | null = null
  let isResting = false

  const ship = async (lanes: readonly ClaimedLane[]): Promise<readonly boolean[]> => {
    const scopes = openScopes(targets, lanes.length)
    const shippers = lanes.map(({ path, info }) => {
      const lane = { path, info, isDead: true, make: () => path, isStopped: isLate, onSettled: () => {} }
      const shipper = shipLane(lane, targets, around, scopes)
      current.set(path, shipper)
      return shipper
    })
    try {
      return await Promise.all(shippers.map((shipper) => shipper.ended))
    } catch (error) {
      // They stay, and are looked at again; the lanes after them must not wait for that.
      diagnostics.once('adopt_lane', 'warn', 'cannot deliver the records of an ended process', { error: String(error) })
      return []
    } finally {
      for (const { path } of lanes) current.delete(path)
      around.onDrainServed()
    }
  }
  const rest = async (tookMs: number): Promise<void> => {
    isResting = true
    around.onDrainServed()
    await firstOf(restMs(tookMs, REST_SHARE, MAX_REST_MS), [hurry.listen])
    isResting = false
  }
  const adoptAll = async (): Promise<void> => {
    const { root, owner: self, info } = data
    const hasRoom = (): boolean => targets.every(({ sender }) => sender.hasRoom())
    try {
      const { fingerprint } = info
      const adoption = { root, self, ownLane, fingerprint, foreign, ship, hasRoom, rest, isStopped: isLate }
      const count = await adoptDeadLanes(adoption)
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
    isBusy: () => running !== null && !(isResting && current.size === 0),
    isBetween: () => running !== null && current.size === 0 && !isResting,
    shippers: () => [...current.values()],
    renew() {
      for (const path of current.keys()) renewLease(path)
    },
    hurry: hurry.tell,
  }
}
