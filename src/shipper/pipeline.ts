// The steps tail → join → decode → batch → deliver of one lane for one destination, in a loop. In: a lane's folder. Out:
// delivered records, released segments. Worker.
import { setImmediate as breathe } from 'node:timers/promises'
import type { Destination } from '../destinations/destination.ts'
import type { Diagnostics } from '../diagnostics.ts'
import type { LaneInfo } from '../frame.ts'
import type { CallRecord } from '../record.ts'
import { addToBatch, type Batch, type BatchItem, isDue, isFull, newBatch } from './batch.ts'
import { deliver } from './deliver.ts'
import type { DoneLog } from './done.ts'
import { type Join, type Joined, type JoinedCall, type MemoryFrame, openJoin } from './join.ts'
import type { Tail, TailSegment } from './tail.ts'

/** Age at which a batch leaves although it is small: a person watching a local file waits less than a server does. */
const NETWORK_AGE_MS = 1000
const LOCAL_AGE_MS = 50

export type SettledKind = 'delivered' | 'rejected' | 'skipped'

export interface PipelineContext {
  readonly root: string
  readonly lane: LaneInfo
  readonly tail: Tail
  readonly done: DoneLog
  readonly destination: Destination
  readonly diagnostics: Diagnostics
  /** One call's texts → a record; null when it is not kept (sampling). */
  decode(call: JoinedCall, lane: LaneInfo): CallRecord | null
  /** Frames that came by message, for this destination. */
  takeMessages(): readonly MemoryFrame[]
  /** Waits for new frames, a drain, or the time; returns early when woken. */
  nap(untilMs: number, bellCount: number): Promise<void>
  /** Grows with each frame: read before looking, so that no frame is slept through. */
  bellCount(): number
  /** Number of the newest drain that was asked for. */
  drainAsked(): number
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
  droppedCount: number
  isIdle: boolean
}

export function newPipelineState(): PipelineState {
  return { drainServed: 0, pendingCount: 0, droppedCount: 0, isIdle: false }
}

/** Runs until the lane of a dead owner is shipped, or the shipper stops. */
export async function runPipeline(context: PipelineContext, state: PipelineState): Promise<void> {
  const { destination, tail } = context
  const local = destination.name === 'file' || destination.name === 'stdout'
  const limits = {
    maxBytes: destination.maxBatchBytes,
    maxCount: destination.maxBatchCount,
    maxAgeMs: local ? LOCAL_AGE_MS : NETWORK_AGE_MS,
  }
  const join = openJoin()
  context.onJoin(join)
  let batch = newBatch()
  while (!context.isStopped()) {
    const asked = context.drainAsked()
    const bellCount = context.bellCount()
    const hasMore = fill(batch, limits, join, context, state)
    const isOver = !hasMore && tail.isExhausted
    if (isOver) for (const call of join.takeUnfinished()) take(call, batch, context, state)
    const draining = asked > state.drainServed
    if (isDue(batch, limits, performance.now()) || (batch.items.length > 0 && !hasMore && (draining || isOver))) {
      const sending = batch
      batch = newBatch()
      if (!(await settle(sending, context, state))) {
        batch = sending
        serve(context.drainAsked(), context, state)
      }
      continue
    }
    release(context)
    if (hasMore) {
      await breathe()
      continue
    }
    if (isOver) return
    state.isIdle = true
    serve(asked, context, state)
    await context.nap(batch.items.length > 0 ? batch.firstAtMs + limits.maxAgeMs : Number.POSITIVE_INFINITY, bellCount)
    state.isIdle = false
  }
}

/** Reads into the batch. Returns true when there may be more to read. */
function fill(
  batch: Batch,
  limits: { maxBytes: number; maxCount: number; maxAgeMs: number },
  join: Join,
  context: PipelineContext,
  state: PipelineState,
): boolean {
  for (const frame of context.takeMessages()) take(join.add(frame), batch, context, state)
  if (isFull(batch, limits)) return true
  const frames = context.tail.read()
  for (const frame of frames) take(join.add(frame), batch, context, state)
  return frames.length > 0
}

function take(joined: Joined | null, batch: Batch, context: PipelineContext, state: PipelineState): void {
  if (joined === null) return
  const item = toItem(joined, context, state)
  if (item === null) {
    for (const segment of joined.segments) segment.refs--
    return
  }
  state.pendingCount++
  addToBatch(batch, item, performance.now())
}

function toItem(joined: Joined, context: PipelineContext, state: PipelineState): BatchItem | null {
  const { segments } = joined
  if (joined.kind === 'lost') {
    state.droppedCount += joined.count
    return null
  }
  if (joined.kind === 'record') {
    if (context.done.has(joined.id)) return null
    return { record: JSON.parse(joined.text) as CallRecord, bytes: joined.text.length, segments }
  }
  if (context.done.has(joined.open.id)) return null
  const record = context.decode(joined, context.lane)
  if (record === null) {
    context.onSettled(1, 'skipped')
    return null
  }
  return { record, bytes: joined.request.byteLength + joined.answer.byteLength + 2048, segments }
}

/** Delivers a batch. What was settled is taken out of it; true when nothing is left. */
async function settle(batch: Batch, context: PipelineContext, state: PipelineState): Promise<boolean> {
  const isDraining = (): boolean => context.drainAsked() > state.drainServed
  const open = new Set(batch.items)
  const done = await deliver(batch.items, {
    root: context.root,
    destination: context.destination,
    diagnostics: context.diagnostics,
    takeDropped: () => {
      const count = state.droppedCount
      state.droppedCount = 0
      return count
    },
    returnDropped: (count) => {
      state.droppedCount += count
    },
    isDraining,
    pause: (ms) => waitForRetry(ms, context, isDraining),
    onSettled: (items, kind) => {
      context.done.add(items.map((item) => item.record.id))
      for (const item of items) {
        open.delete(item)
        for (const segment of item.segments) segment.refs--
      }
      state.pendingCount -= items.length
      context.onSettled(items.length, kind)
      release(context)
    },
  })
  batch.items.splice(0, batch.items.length, ...open)
  return done
}

/** Waits for the next try, or until somebody waits for us: then there is a try at once. */
async function waitForRetry(ms: number, context: PipelineContext, isDraining: () => boolean): Promise<void> {
  const wasDraining = isDraining()
  const until = performance.now() + ms
  while (performance.now() < until && !context.isStopped()) {
    if (!wasDraining && isDraining()) return
    await context.nap(until, context.bellCount())
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
