// Step 9, deliver: one destination, for all lanes: several requests in flight, each with records of equal rules. In: items of lanes.
// Out: each is taken, or refused for good and kept aside; until then it waits here, and its frames on disk. Worker.
import { isLocal, type Outcome } from '../destinations/destination.ts'
import { openAccounts } from './accounts.ts'
import { batchSizeOf } from './batch.ts'
import type { BatchItem } from './item.ts'
import { countOf, type Losses } from './losses.ts'
import { type Failure, openPace } from './pace.ts'
import {
  afterFailure,
  HOPELESS_SUSPICION,
  halvesOf,
  isGivenUp,
  type Owner,
  openParcels,
  type Parcel,
  type Sent,
} from './parcels.ts'
import { sendOnce } from './send-once.ts'
import { reject, sayFailure, sayTaken, type Told } from './tell.ts'

export type { Owner } from './parcels.ts'

export interface SenderContext extends Told {
  readonly losses: Losses
}

export interface Sender {
  /** True when another batch of this lane may be read: a server that is down costs disk, not memory. */
  hasRoom(owner?: Owner): boolean
  offer(items: readonly BatchItem[], owner: Owner): void
  /** Somebody waits for drain number `asked`: what waits is tried at once. */
  drain(asked: number): void
  /** True while something of this lane is worth waiting for in the drain that was asked for last. */
  isWorthWaiting(owner: Owner): boolean
  /** Items of this lane that are not settled. */
  openCount(owner: Owner): number
  /** Takes back what is not on its way: its lane is left to another shipper. */
  withdraw(owner: Owner): void
  close(): void
}

/** Batches of suspects that are held beside those that go; with more nothing is read. */
const SUSPECT_BATCHES = 16

export function openSender(context: SenderContext): Sender {
  const { destination, losses } = context
  const pace = openPace(isLocal(destination))
  const parcels = openParcels()
  const out = new Set<Parcel>()
  const open = openAccounts()
  const keys = new WeakMap<object, string>()
  const gone = new WeakSet<Owner>()
  let drainAsked = 0
  let timer: NodeJS.Timeout | null = null
  let isClosed = false

  const keyOf = ({ rules }: Owner): string => {
    const key = keys.get(rules) ?? JSON.stringify(rules)
    keys.set(rules, key)
    return key
  }
  const { change: count } = open
  const settle = (items: readonly Sent[], kind: 'delivered' | 'rejected'): void => {
    for (const [owner, settled] of byOwner(items)) {
      count(owner, settled, -1)
      owner.onSettled(settled, kind)
    }
    for (const { item } of items) if (item.piece !== null) destination.pieces?.done(item.piece)
  }
  const tellAll = (): void => {
    for (const owner of open.owners()) owner.onChange()
  }
  /** Without the items of lanes that were left to another shipper while they were on their way. */
  const stillOurs = ({ items }: Parcel): readonly Sent[] =>
    items.filter(({ item, owner }) => {
      if (gone.has(owner)) count(owner, [item], -1)
      return !gone.has(owner)
    })
  const refuse = (parcel: Parcel, outcome: Extract<Outcome, { kind: 'rejected' | 'too_large' }>): void => {
    pace.onRefused(outcome.kind === 'too_large', performance.now())
    const maySplit = outcome.kind === 'too_large' || outcome.mayPassSplit
    if (maySplit && parcel.items.length > 1) {
      for (const half of [...halvesOf({ ...parcel, items: stillOurs(parcel), suspicion: 0, isSplit: true })].reverse())
        parcels.putFirst(half)
      return
    }
    reject(parcel.items, outcome, context)
    settle(parcel.items, 'rejected')
  }
  const fail = (parcel: Parcel, outcome: Extract<Outcome, { kind: 'retry' | 'pause' }>, beganMs: number): void => {
    const nowMs = performance.now()
    const isTimeout = outcome.kind === 'retry' && outcome.isTimeout === true
    const afterMs = outcome.kind === 'retry' ? outcome.afterMs : null
    const failure: Failure = { kind: outcome.kind, afterMs, isTimeout, beganMs }
    // Of a record that is known to fail while others are taken, its own pauses are enough.
    const isKnown = parcel.suspicion > 0 && pace.failures() === 0 && pace.takenAtMs() > parcel.sinceMs
    const delayMs = isKnown ? 0 : pace.onFailed(failure, nowMs)
    for (const rest of afterFailure({ ...parcel, items: stillOurs(parcel) }, pace, nowMs)) {
      for (const { item } of rest.items) if (item.piece !== null) destination.pieces?.wait(item.piece)
      parcels.putBack(rest)
    }
    sayFailure(outcome, parcel.items.length, delayMs, context)
  }
  const settleOutcome = (parcel: Parcel, outcome: Outcome, beganMs: number): void => {
    if (outcome.kind === 'rejected' || outcome.kind === 'too_large') refuse(parcel, outcome)
    else if (outcome.kind !== 'delivered') fail(parcel, outcome, beganMs)
    else {
      pace.onTaken(performance.now(), beganMs)
      const refusedCount = sayTaken(parcel.items, outcome, context)
      settle(parcel.items.slice(0, refusedCount), 'rejected')
      settle(parcel.items.slice(refusedCount), 'delivered')
      const wasWrong = parcel.suspicion >= HOPELESS_SUSPICION && pace.isDraining()
      if (wasWrong) parcels.hurry()
    }
  }
  const run = async (parcel: Parcel): Promise<void> => {
    const beganMs = performance.now()
    out.add(parcel)
    const told = losses.take()
    const outcome = await sendOnce(destination, parcel, countOf(told), pace.patience())
    if (outcome.kind === 'delivered') losses.noteTold(told)
    else losses.putBack(told)
    out.delete(parcel)
    settleOutcome(parcel, outcome, beganMs)
    pump()
    tellAll()
  }
  const limits = batchSizeOf(destination)
  const pump = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    while (!isClosed && out.size < pace.inFlight()) {
      const hasSuspect = [...out].some(({ suspicion }) => suspicion > 0)
      const parcel = parcels.take(limits, pace, performance.now(), !hasSuspect)
      if (parcel === null) break
      void run(parcel)
    }
    const dueInMs = parcels.dueMs(pace) - performance.now()
    // What is due and was not taken waits for what is on its way.
    if (isClosed || !Number.isFinite(dueInMs) || (out.size > 0 && dueInMs <= 0)) return
    timer = setTimeout(pump, Math.max(1, Math.ceil(dueInMs)))
  }
  const isFull = (): boolean => {
    const suspectBytes = parcels.suspectBytes()
    const mostBytes = pace.inFlight() * limits.maxBytes
    return open.bytes - suspectBytes >= mostBytes || suspectBytes >= SUSPECT_BATCHES * limits.maxBytes
  }

  return {
    hasRoom: (owner) => !isFull() || (owner !== undefined && open.countOf(owner) === 0),
    offer(items, owner) {
      count(owner, items, 1)
      parcels.add(
        items.map((item) => ({ item, owner })),
        keyOf(owner),
        performance.now(),
      )
      pump()
    },
    drain(asked) {
      if (asked <= drainAsked) return
      drainAsked = asked
      pace.beginDrain()
      parcels.beginDrain()
      parcels.hurry()
      pump()
    },
    isWorthWaiting: (owner) =>
      [...out].some(({ items }) => items.some((sent) => sent.owner === owner)) ||
      (pace.isDraining() &&
        parcels.list.some((parcel) => !isGivenUp(parcel) && parcel.items.some((sent) => sent.owner === owner))),
    openCount: open.countOf,
    withdraw(owner) {
      gone.add(owner)
      const taken = parcels.remove(owner)
      count(
        owner,
        taken.map(({ item }) => item),
        -1,
      )
    },
    close() {
      isClosed = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}

function byOwner(items: readonly Sent[]): ReadonlyMap<Owner, BatchItem[]> {
  const lists = new Map<Owner, BatchItem[]>()
  for (const { item, owner } of items) {
    const list = lists.get(owner)
    if (list === undefined) lists.set(owner, [item])
    else list.push(item)
  }
  return lists
}
