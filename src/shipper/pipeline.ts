// The steps tail → join → decode → batch of one lane for one destination, in a loop; the destination's sender does the rest. In: a
// lane's folder. Out: items for the sender, released segments. Worker.
import { setImmediate as breathe } from 'node:timers/promises'
import type { LaneRules } from '../frame.ts'
import { type Batch, type BatchSize, isDue, newBatch } from './batch.ts'
import type { BatchItem } from './item.ts'
import { type ItemContext, type ItemSource, openItems } from './items.ts'
import type { PipelineState } from './pipeline-state.ts'
import { rulesOf } from './rules.ts'
import type { Member, Scope } from './scope.ts'
import type { TailSegment } from './segment-files.ts'
import type { Owner, Sender } from './sender.ts'
import { openSignal, type Signal, told } from './signal.ts'
import type { Seen } from './sleep.ts'

/** Age at which a batch leaves although it is small: a person watching a local file waits less than a server does. */
const NETWORK_AGE_MS = 1000
const LOCAL_AGE_MS = 50
/** What could not be opened is tried again after this long. */
const BLOCKED_MS = 1000

export type SettledKind = 'delivered' | 'rejected' | 'skipped' | 'dropped'

export interface PipelineContext extends Omit<ItemContext, 'onSettled' | ScopeOfItems> {
  readonly sender: Sender
  readonly limits: BatchSize & { readonly isLocal: boolean }
  readonly scope: Scope
  letGo(id: string): void
  /** Waits for new frames, a drain, the time, or `other`; returns early when woken. */
  nap(untilMs: number, seen: Seen, other?: Signal): Promise<void>
  /** The doorbell as it is now: read before looking for work, so that nothing is slept through. */
  look(): Seen
  /** The process is ending: calls without an end will not get one. */
  isEnding(): boolean
  onDrainServed(): void
  /** Counts calls that are settled, before they are noted as done. */
  note(items: readonly BatchItem[]): void
  /** Sends what was counted. */
  flush(): Promise<void>
  onSettled(count: number, kind: SettledKind): void
  onFinished(segments: readonly TailSegment[]): void
  isStopped(): boolean
}

type ScopeOfItems = 'join' | 'isAllRead' | 'letGo' | 'isFollower' | 'catchUp'

/** Runs until the lane of a dead owner is shipped, or the shipper stops. Returns true when all was shipped. */
export async function runPipeline(context: PipelineContext, state: PipelineState): Promise<boolean> {
  const { tail, scope, sender } = context
  const signal = openSignal()
  const owner = ownerOf(context, state, signal)
  const work: Work = { batch: newBatch() }
  const member: Member = {
    isExhausted: () => tail.isExhausted,
    isRead: () => state.isRead,
    onChange: signal.tell,
    letGo: context.letGo,
    catchUp() {
      items.catchUp(work.batch)
      signal.tell()
    },
  }
  const items = openItems({
    ...context,
    join: scope.join,
    isAllRead: scope.isRead,
    letGo: scope.letGo,
    isFollower: () => scope.isFollower(member),
    catchUp: () => scope.catchUp(member),
  })
  scope.enter(member)
  // Whoever starts it has not finished wiring the others yet.
  await breathe()
  try {
    return await read(context, state, { owner, signal, items, work, mayRead: () => scope.mayRead(member) })
  } finally {
    sender.withdraw(owner)
    // What is on its way is noted first.
    while (sender.openCount(owner) > 0) await told(signal)
    release(context)
  }
}

/** What has been read and not been handed to the sender yet. */
interface Work {
  batch: Batch
}

interface Reading {
  readonly owner: Owner
  readonly signal: Signal
  readonly items: ItemSource
  readonly work: Work
  /** False while a lane before it is being read. */
  mayRead(): boolean
}

async function read(context: PipelineContext, state: PipelineState, reading: Reading): Promise<boolean> {
  const { tail, scope, sender } = context
  const { owner, signal, items, work } = reading
  const limits = { ...context.limits, maxAgeMs: context.limits.isLocal ? LOCAL_AGE_MS : NETWORK_AGE_MS }
  let wasExhausted = false
  let wasOver = false
  let restedAtMs = performance.now()
  while (!context.isStopped()) {
    const seen = context.look()
    sender.drain(seen.drainAsked)
    const mayRead = sender.hasRoom(owner) && reading.mayRead()
    const { batch } = work
    const isFresh = batch.items.length === 0
    const hasMore = !mayRead || items.fill(batch, limits)
    state.isRead = !hasMore && !tail.isBlocked
    // What is found after a rest may be as old as the rest was long.
    if (isFresh) batch.firstAtMs = restedAtMs
    const isDraining = seen.drainAsked > state.drainServed
    const isOver = !hasMore && scope.isOver()
    const isEnd = !hasMore && isDraining && context.isEnding() && scope.isRead()
    if (isOver || isEnd) items.finish(batch)
    state.pendingCount = batch.items.length + sender.openCount(owner)
    const isLast = !hasMore && (isDraining || isOver)
    if (mayRead && (isDue(batch, limits, performance.now()) || (batch.items.length > 0 && isLast))) {
      sender.offer(batch.items, owner)
      work.batch = newBatch()
      restedAtMs = performance.now()
      await breathe()
      continue
    }
    release(context)
    if (hasMore && mayRead) {
      await breathe()
      continue
    }
    if (isOver && sender.openCount(owner) === 0 && !tail.isHeld) return true
    // The others may wait for this one to be read to its end.
    if ((isOver && !wasOver) || (tail.isExhausted && !wasExhausted)) scope.change()
    wasOver = isOver
    wasExhausted = tail.isExhausted
    restedAtMs = performance.now()
    await rest(context, state, { owner, signal, seen, batch, isRead: !hasMore, maxAgeMs: limits.maxAgeMs })
  }
  return false
}

interface Rest {
  readonly owner: Owner
  readonly signal: Signal
  readonly seen: Seen
  readonly batch: Batch
  /** All that was there has been read. */
  readonly isRead: boolean
  readonly maxAgeMs: number
}

/** Nothing to do until frames come, a batch is old, the sender has taken something, or somebody waits. */
async function rest(context: PipelineContext, state: PipelineState, it: Rest): Promise<void> {
  const { sender } = context
  const { owner, seen, batch, signal } = it
  state.isIdle = it.isRead
  if (seen.drainAsked > state.drainServed && !sender.isWorthWaiting(owner)) {
    await context.flush()
    state.drainServed = seen.drainAsked
    context.onDrainServed()
  }
  const dueMs = it.isRead && batch.items.length > 0 ? batch.firstAtMs + it.maxAgeMs : Number.POSITIVE_INFINITY
  const untilMs = context.tail.isBlocked ? Math.min(dueMs, performance.now() + BLOCKED_MS) : dueMs
  await context.nap(untilMs, seen, signal)
  state.isIdle = false
}

function ownerOf(context: PipelineContext, state: PipelineState, signal: Signal): Owner {
  const rules: LaneRules = rulesOf(context.lane)
  const { scope, sender, done } = context
  const owner: Owner = {
    rules,
    onChange: signal.tell,
    onSettled(items: readonly BatchItem[], kind) {
      context.note(items)
      done.add(items)
      for (const { id, segments } of items) {
        for (const segment of segments) segment.refs--
        scope.letGo(id)
      }
      state.pendingCount = sender.openCount(owner)
      context.onSettled(items.length, kind)
      release(context)
      scope.change()
    },
  }
  return owner
}

function release({ tail, onFinished }: PipelineContext): void {
  const finished = tail.takeFinished()
  if (finished.length > 0) onFinished(finished)
}
