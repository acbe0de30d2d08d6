// Step 8, batch: what waits for one destination, from all lanes, and what of it goes next. In: items of lanes. Out: parcels of equal
// rules, up to a size. What failed goes to the back, so that others have their turn; what failed while others were taken is
// suspected, halved, and in the end waits alone. Pure. Worker.
import type { LaneRules } from '../frame.ts'
import { type BatchSize, mostBytes } from './batch.ts'
import type { BatchItem } from './item.ts'
import type { Pace } from './pace.ts'
import { retryDelayMs } from './retry.ts'

export const HOPELESS_SUSPICION = 3
const HOPELESS_TRIES = 2

/** A lane as the sender knows it. */
export interface Owner {
  /** Batches of different rules never share a request. */
  readonly rules: LaneRules
  onSettled(items: readonly BatchItem[], kind: 'delivered' | 'rejected'): void
  /** Something it may wait for has happened. */
  onChange(): void
}

export interface Sent {
  readonly item: BatchItem
  readonly owner: Owner
}

export interface Parcel {
  readonly items: readonly Sent[]
  /** Texts of the rules: what differs is never put together. */
  readonly key: string
  /** How often it failed while others were taken. */
  readonly suspicion: number
  /** Monotonic, of its last try, or of its making. */
  readonly sinceMs: number
  readonly dueMs: number
  /** Part of a batch that was refused: it is not put together with others again. */
  readonly isSplit: boolean
  /** Tries within the drain that is asked for now. */
  readonly drainTries: number
}

export interface Parcels {
  readonly list: readonly Parcel[]
  add(items: readonly Sent[], key: string, nowMs: number): void
  putBack(parcel: Parcel): void
  /** Before all others. */
  putFirst(parcel: Parcel): void
  /** Takes out what goes next; null when nothing is due. `mayBeSuspect`: none is on its way. */
  take(limits: BatchSize, pace: Pace, nowMs: number, mayBeSuspect: boolean): Parcel | null
  /** Monotonic time at which `take` may have something; infinite when nothing waits. */
  dueMs(pace: Pace): number
  /** Takes out all of a lane. */
  remove(owner: Owner): readonly Sent[]
  /** Bytes of what waits under suspicion. */
  suspectBytes(): number
  /** Somebody waits: all is tried at once, but what is suspected so often. */
  beginDrain(): void
  /** Few of those are tried at once too: a server that fails now and then makes suspects of the innocent. */
  hurry(): void
}

/** A lane's batch ends within the piece that fills it: its rest goes along, not in a request of its own. */
const SLACK = 1.5

export function openParcels(): Parcels {
  let list: Parcel[] = []
  const put = (parcel: Parcel, isFirst: boolean): void => {
    if (parcel.items.length === 0) return
    list = isFirst ? [parcel, ...list] : [...list, parcel]
  }
  const takeFresh = (limits: BatchSize, pace: Pace): Parcel | null => {
    const first = list.find(({ suspicion }) => suspicion === 0)
    if (first === undefined) return null
    const items: Sent[] = []
    let bytes = 0
    const rest: Parcel[] = []
    // Each failure is followed by a smaller try, of others: a record that is at fault is found, and a server that is down is asked little.
    const maxCount = Math.max(1, Math.floor(limits.maxCount * pace.share()))
    for (const parcel of list) {
      const mayJoin = parcel === first || (!parcel.isSplit && !first.isSplit && parcel.key === first.key)
      if (!mayJoin || parcel.suspicion > 0) {
        rest.push(parcel)
        continue
      }
      let count = 0
      const times = parcel === first && pace.share() === 1 ? SLACK : pace.share()
      for (const sent of parcel.items) {
        const limit = mostBytes(limits, items.length) * times
        if (items.length >= maxCount || (items.length > 0 && bytes + sent.item.bytes > limit)) break
        items.push(sent)
        bytes += sent.item.bytes
        count++
      }
      if (count < parcel.items.length) rest.push({ ...parcel, items: parcel.items.slice(count) })
    }
    list = rest
    const tried = Math.max(1, items.length >> pace.failures())
    put({ ...first, items: items.slice(tried) }, true)
    return { ...first, items: items.slice(0, tried) }
  }
  const takeSuspect = (nowMs: number): Parcel | null => {
    const found = list.find(({ suspicion, dueMs }) => suspicion > 0 && dueMs <= nowMs)
    if (found !== undefined) list = list.filter((one) => one !== found)
    return found ?? null
  }
  return {
    get list() {
      return list
    },
    add: (items, key, nowMs) =>
      put({ items, key, suspicion: 0, sinceMs: nowMs, dueMs: 0, isSplit: false, drainTries: 0 }, false),
    putBack: (parcel) => put(parcel, false),
    putFirst: (parcel) => put(parcel, true),
    take(limits, pace, nowMs, mayBeSuspect) {
      if (pace.dueMs() > nowMs) return null
      // One suspect at a time, and none beside others while the server fails: it would prove nothing.
      const hasFresh = list.some(({ suspicion }) => suspicion === 0)
      const suspect = mayBeSuspect && (pace.failures() === 0 || !hasFresh) ? takeSuspect(nowMs) : null
      return suspect ?? takeFresh(limits, pace)
    },
    dueMs(pace) {
      const own = Math.min(...list.map(({ suspicion, dueMs }) => (suspicion === 0 ? 0 : dueMs)))
      return Math.max(own, pace.dueMs())
    },
    remove(owner) {
      const taken = list.flatMap(({ items }) => items.filter((sent) => sent.owner === owner))
      const left = list.map((parcel) => ({ ...parcel, items: parcel.items.filter((sent) => sent.owner !== owner) }))
      list = left.filter(({ items }) => items.length > 0)
      return taken
    },
    beginDrain() {
      list = list.map((parcel) => {
        return { ...parcel, drainTries: 0, dueMs: isHopeless(parcel) ? parcel.dueMs : 0 }
      })
    },
    hurry() {
      let left = HOPELESS_TRIES
      list = list.map((parcel) => {
        const isNext = isHopeless(parcel) && parcel.drainTries === 0 && parcel.dueMs > 0 && left-- > 0
        return isNext ? { ...parcel, dueMs: 0 } : parcel
      })
    },
    suspectBytes() {
      const suspects = list.filter(({ suspicion }) => suspicion > 0).flatMap(({ items }) => items)
      return suspects.reduce((sum, { item }) => sum + item.bytes, 0)
    },
  }
}

/** Suspected so often, a record is not tried again only because somebody waits, but for few of its kind. */
function isHopeless({ items, suspicion }: Parcel): boolean {
  return items.length === 1 && suspicion >= HOPELESS_SUSPICION
}

/** Nothing more is to be had of it for whoever waits now. */
export function isGivenUp(parcel: Parcel): boolean {
  const { items, suspicion, drainTries, dueMs } = parcel
  return suspicion > 0 && items.length === 1 && (drainTries > 0 || (isHopeless(parcel) && dueMs > 0))
}

/** A parcel that failed: as it was when nothing else was taken since its last try; else under suspicion, in halves. */
export function afterFailure(parcel: Parcel, pace: Pace, nowMs: number): readonly Parcel[] {
  const tried = { ...parcel, sinceMs: nowMs, drainTries: parcel.drainTries + 1 }
  if (pace.takenAtMs() <= parcel.sinceMs) return [tried]
  const suspicion = parcel.suspicion + 1
  const delayMs = retryDelayMs(parcel.items.length > 1 ? 0 : suspicion, null, Math.random())
  return halvesOf({ ...tried, suspicion, dueMs: nowMs + (pace.isDraining() ? 0 : delayMs) })
}

/** Two parcels, or the one with a single record. */
export function halvesOf(parcel: Parcel): readonly Parcel[] {
  const { items } = parcel
  if (items.length < 2) return [parcel]
  const middle = items.length >> 1
  return [
    { ...parcel, items: items.slice(0, middle) },
    { ...parcel, items: items.slice(middle) },
  ]
}
