// The steps tail → join → decode → batch → deliver of one lane for one destination, in a loop. In: a lane's folder. Out:
// delivered records, released segments. Worker.
import { setImmediate as breathe } from 'node:timers/promises'
import type { Destination } from '../destinations/destination.ts'
import type { Diagnostics } from '../diagnostics.ts'
import { type Batch, isDue, newBatch } from './batch.ts'
import { deliver } from './deliver.ts'
import { type ItemContext, openItems } from './items.ts'
import type { Join } from './join.ts'
import { countOf, type Loss } from './losses.ts'
import { rulesOf } from './rules.ts'
import type { Seen } from './sleep.ts'
import type { TailSegment } from './tail.ts'

/** Age at which a batch leaves although it is small: a person watching a local file waits less than a server does. */
const NETWORK_AGE_MS = 1000
const LOCAL_AGE_MS = 50

export type SettledKind = 'delivered' | 'rejected' | 'skipped' | 'dropped'

export interface PipelineContext extends Omit<ItemContext, 'onSettled' | 'onUnreadable'> {
  readonly root: string
  readonly destination: Destination
  readonly diagnostics: Diagnostics
  /** Waits for new frames, a drain, or the time; returns early when woken. */
  nap(untilMs: number, seen: Seen): Promise<void>
  /** The doorbell as it is now: read before looking for work, so that nothing is slept through. */
  look(): Seen
  /** The process is ending: calls without an end will not get one. */
  isEnding(): boolean
  onDrainServed(): void
  onSettled(count: number, kind: SettledKind): void
  /** Gives access to the calls that wait for their end. */
  onJoin(join: Join): void
  onFinished(segments: readonly TailSegment[]): void
  isStopped(): boolean
}

/** What others see of a running pipeline. */
export interface PipelineState {
  /** Number of the newest drain that this pipeline has served or given up. */
  drainServed: number
  pendingCount: number
  isIdle: boolean
}

export function newPipelineState(): PipelineState {
  return { drainServed: 0, pendingCount: 0, isIdle: false }
}

/** Runs until the lane of a dead owner is shipped, or the shipper stops. Returns true when all was shipped. */
export async function runPipeline(context: PipelineContext, state: PipelineState): Promise<boolean> {
  const items = openItems({ ...context, onUnreadable: (id, error) => sayUnreadable(id, error, context) })
  context.onJoin(items.join)
  // Whoever starts it has not finished wiring the others yet.
  await breathe()
  const { destination, tail } = context
  const local = destination.name === 'file' || destination.name === 'stdout'
  const limits = {
    maxBytes: destination.maxBatchBytes,
    maxCount: destination.maxBatchCount,
    maxAgeMs: local ? LOCAL_AGE_MS : NETWORK_AGE_MS,
  }
  let batch = newBatch()
  while (!context.isStopped()) {
    const seen = context.look()
    const hasMore = items.fill(batch, limits)
    const isDraining = seen.drainAsked > state.drainServed
    const isOver = !hasMore && tail.isExhausted
    if (isOver || (!hasMore && isDraining && context.isEnding())) items.finish(batch)
    state.pendingCount = batch.items.length
    const isLast = !hasMore && (isDraining || isOver)
    if (isDue(batch, limits, performance.now()) || (batch.items.length > 0 && isLast)) {
      const sending = batch
      batch = newBatch()
      if (await settle(sending, context, state)) continue
      batch = sending
      serve(context.look().drainAsked, context, state)
      continue
    }
    release(context)
    if (hasMore) {
      await breathe()
      continue
    }
    if (isOver) return true
    state.isIdle = true
    serve(seen.drainAsked, context, state)
    await context.nap(batch.items.length > 0 ? batch.firstAtMs + limits.maxAgeMs : Number.POSITIVE_INFINITY, seen)
    state.isIdle = false
  }
  return false
}

/** Delivers a batch, at most `maxBatchCount` at a time. What was settled is taken out of it; true when nothing is left. */
async function settle(batch: Batch, context: PipelineContext, state: PipelineState): Promise<boolean> {
  const { destination, losses } = context
  const isDraining = (): boolean => context.look().drainAsked > state.drainServed
  const open = new Set(batch.items)
  let told: readonly Loss[] = []
  let done = true
  for (let at = 0; done && at < batch.items.length; at += destination.maxBatchCount) {
    done = await deliver(batch.items.slice(at, at + destination.maxBatchCount), {
      ...context,
      rules: rulesOf(context.lane),
      takeDropped: () => {
        told = losses.take()
        return countOf(told)
      },
      settleDropped: (wasTold) => {
        if (wasTold) losses.noteTold(told)
        else losses.putBack(told)
      },
      isDraining,
      pause: (ms) => waitForRetry(ms, context, isDraining),
      onSettled: (items, kind) => {
        context.done.add(items)
        for (const item of items) {
          open.delete(item)
          for (const segment of item.segments) segment.refs--
        }
        state.pendingCount = open.size
        context.onSettled(items.length, kind)
        release(context)
      },
    })
  }
  batch.items.splice(0, batch.items.length, ...open)
  batch.bytes = batch.items.reduce((sum, { bytes }) => sum + bytes, 0)
  return done
}

/** Waits for the next try, or until somebody waits for us: then there is a try at once. */
async function waitForRetry(ms: number, context: PipelineContext, isDraining: () => boolean): Promise<void> {
  const wasDraining = isDraining()
  const until = performance.now() + ms
  while (performance.now() < until && !context.isStopped()) {
    if (!wasDraining && isDraining()) return
    await context.nap(until, context.look())
  }
}

function serve(asked: number, context: PipelineContext, state: PipelineState): void {
  if (asked <= state.drainServed) return
  state.drainServed = asked
  context.onDrainServed()
}

function release({ tail, onFinished }: PipelineContext): void {
  const finished = tail.takeFinished()
  if (finished.length > 0) onFinished(finished)
}

function sayUnreadable(id: string, error: unknown, { diagnostics }: PipelineContext): void {
  diagnostics.once('unreadable', 'error', 'a recorded call cannot be read and is dropped', { id, error: String(error) })
}
