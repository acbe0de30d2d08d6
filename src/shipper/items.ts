// The steps tail → join → decode of one lane for one destination. In: frames. Out: items of a batch; what is left out, was
// delivered before, or cannot be read, is let go. Worker.
import type { LaneInfo } from '../frame.ts'
import type { CallRecord } from '../record.ts'
import { addToBatch, type Batch, type BatchItem, type BatchLimits, isFull } from './batch.ts'
import type { DoneLog } from './done.ts'
import { type Join, type Joined, type JoinedCall, type JoinedLoss, type MemoryFrame, openJoin } from './join.ts'
import type { Losses } from './losses.ts'
import { LARGE_BYTES, type Peril } from './peril.ts'
import type { Tail } from './tail.ts'

export interface ItemContext {
  readonly lane: LaneInfo
  readonly tail: Tail
  readonly done: DoneLog
  readonly losses: Losses
  readonly peril: Peril
  /** One call's texts → a record; null when it is not kept (sampling). */
  decode(call: JoinedCall, lane: LaneInfo): CallRecord | null
  /** The next frame that came by message, for this destination. */
  takeMessage(): MemoryFrame | undefined
  onUnreadable(id: string, error: unknown): void
  /** The call's frames are needed no more, and it makes no item. */
  onLetGo(id: string): void
  onSettled(count: number, kind: 'skipped' | 'dropped'): void
}

export interface ItemSource {
  readonly join: Join
  /** Reads into the batch. Returns true when there may be more to read. */
  fill(batch: Batch, limits: BatchLimits): boolean
  /** Nothing more will come: calls without an end are put into the batch too. */
  finish(batch: Batch): void
}

/** Pieces read in one turn, 1 MiB: a program that ends at once takes over a whole batch of what another has left. */
const MAX_PIECES = 16
/** Record bytes beside request and answer: ids, times, names. */
const RECORD_BYTES = 2048

export function openItems(context: ItemContext): ItemSource {
  const { tail, done, losses } = context
  const join = openJoin()

  const lose = ({ id, count, segments }: JoinedLoss): void => {
    if (count === 0 || done.has(id)) return
    losses.add({ id, count, segments, done })
    context.onSettled(count, 'dropped')
  }
  const decodeLarge = (joined: JoinedCall): CallRecord | null => {
    const isDeadly = context.peril.enter(joined.open.id)
    try {
      return context.decode({ ...joined, isDeadly }, context.lane)
    } finally {
      context.peril.leave(joined.open.id)
    }
  }
  const decode = (joined: JoinedCall | Extract<Joined, { kind: 'record' }>): BatchItem | null => {
    const { segments } = joined
    if (joined.kind === 'record') {
      return { record: JSON.parse(joined.text) as CallRecord, bytes: joined.text.length, segments }
    }
    const isLarge = joined.request.byteLength + joined.answer.byteLength >= LARGE_BYTES
    const record = isLarge ? decodeLarge(joined) : context.decode(joined, context.lane)
    if (record === null) context.onSettled(1, 'skipped')
    const bytes = joined.request.byteLength + joined.answer.byteLength + RECORD_BYTES
    return record === null ? null : { record, bytes, segments }
  }
  const toItem = (joined: Joined): BatchItem | null => {
    if (joined.kind === 'lost') {
      lose(joined)
      return null
    }
    const id = idOf(joined)
    if (done.has(id)) return null
    try {
      return decode(joined)
    } catch (error) {
      // One call that cannot be read must not keep its neighbours from arriving.
      context.onUnreadable(id, error)
      lose({ kind: 'lost', id, count: 1, segments: joined.segments })
      return null
    }
  }
  const take = (joined: Joined | null, batch: Batch): void => {
    if (joined === null) return
    const item = toItem(joined)
    if (item !== null) {
      addToBatch(batch, item, performance.now())
      return
    }
    for (const segment of joined.segments) segment.refs--
    context.onLetGo(idOf(joined))
  }

  return {
    join,
    fill(batch, limits) {
      if (isFull(batch, limits)) return true
      // The disk first: what is there was written before what came by message, but for a disk that was full for a while.
      let pieces = 0
      while (pieces < MAX_PIECES && !isFull(batch, limits)) {
        const frames = tail.read()
        if (frames.length === 0) break
        for (const frame of frames) take(join.add(frame), batch)
        pieces++
      }
      if (pieces > 0) return true
      let frame = context.takeMessage()
      const hasMessages = frame !== undefined
      for (; frame !== undefined; frame = isFull(batch, limits) ? undefined : context.takeMessage()) {
        take(join.add(frame), batch)
      }
      if (hasMessages) return true
      for (const lost of join.endRound(false)) take(lost, batch)
      return false
    },
    finish(batch) {
      for (const call of join.takeUnfinished()) take(call, batch)
      for (const lost of join.endRound(true)) take(lost, batch)
    },
  }
}

function idOf(joined: Joined): string {
  return joined.kind === 'call' ? joined.open.id : joined.id
}
