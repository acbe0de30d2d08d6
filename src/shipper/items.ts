// The steps tail → join → decode of one lane for one destination. In: frames. Out: items of a batch; what is left out, was
// delivered before, or cannot be read, is let go. Worker.
import type { Pieces } from '../destinations/destination.ts'
import type { LaneInfo } from '../frame.ts'
import type { CallRecord } from '../record.ts'
import { addToBatch, type Batch, type BatchLimits, isFull } from './batch.ts'
import type { DoneLog } from './done.ts'
import type { Held } from './held.ts'
import { type BatchItem, PieceItem, pieceOf, WholeItem } from './item.ts'
import type { Join, MemoryFrame } from './join.ts'
import { foldFrames, type Joined, type JoinedCall, type JoinedLoss, type JoinedRecord, joinedAgain } from './joined.ts'
import type { Losses } from './losses.ts'
import { LARGE_BYTES, type Peril } from './peril.ts'
import { readRecord } from './read-record.ts'
import type { TailFrame } from './segment-files.ts'
import type { Tail } from './tail.ts'
import { bytesOf } from './weight.ts'

export interface ItemContext {
  readonly lane: LaneInfo
  readonly tail: Tail
  readonly done: DoneLog
  readonly losses: Losses
  readonly peril: Peril
  /** Shared by the lanes of one process. */
  readonly join: Join
  /** All lanes that share it have been read, as far as they are written. */
  isAllRead(): boolean
  /** One call's texts → a record; null when it is not kept (sampling). */
  decode(call: JoinedCall, lane: LaneInfo, keepsWire?: boolean): CallRecord | null
  /** The destination takes bodies of bytes (wire-text.ts). */
  readonly takesWire?: boolean | undefined
  readonly pieces?: Pieces | undefined
  /** Takes the usage of what another record has counted from a record that was decoded before. */
  countOnce(record: CallRecord, lane: LaneInfo): CallRecord
  /** The next frame that came by message, for this destination. */
  takeMessage(): MemoryFrame | undefined
  onUnreadable(id: string, error: unknown): void
  /** So many places of a segment were no frames. */
  onDamaged(count: number): void
  /** There are lanes of the same process before this one, which it may still write to. */
  isFollower(): boolean
  /** Reads what lies in them. */
  catchUp(): void
  /** The call's frames are needed no more, and it makes no item. */
  letGo(id: string): void
  onSettled(count: number, kind: 'skipped' | 'dropped'): void
}

export interface ItemSource {
  /** Reads what is there, whatever the batch holds: a lane that was taken away has what its open files have. */
  catchUp(batch: Batch): void
  /** Reads into the batch. Returns true when there may be more to read. */
  fill(batch: Batch, limits: BatchLimits): boolean
  /** Nothing more will come: calls without an end are put into the batch too. */
  finish(batch: Batch): void
}

/** Read at once for the lane that follows, 64 MiB. */
const MAX_CATCH_UP_PIECES = 512
/** Pieces read in one turn, 1 MiB: a program that ends at once takes over a whole batch of what another has left. */
const MAX_PIECES = 16

export function openItems(context: ItemContext): ItemSource {
  const { tail, done, losses, join } = context

  const lose = ({ id, count, segments }: JoinedLoss): void => {
    if (count === 0 || done.has(id)) return
    losses.add({ id, count, segments, done })
    context.onSettled(count, 'dropped')
  }
  const decodeLarge = (joined: JoinedCall): CallRecord | null => {
    const isDeadly = context.peril.enter(joined.open.id)
    try {
      return context.decode({ ...joined, isDeadly }, context.lane, context.takesWire)
    } finally {
      context.peril.leave(joined.open.id)
    }
  }
  /** Null when it is not kept. */
  const toRecord = (joined: JoinedCall | JoinedRecord): CallRecord | null => {
    if (joined.kind === 'record') return context.countOnce(readRecord(joined.text, joined.id), context.lane)
    const isLarge = joined.request.byteLength + joined.answer.byteLength >= LARGE_BYTES
    return isLarge ? decodeLarge(joined) : context.decode(joined, context.lane, context.takesWire)
  }
  const again = (frames: readonly Held[]): CallRecord => {
    const record = toRecord(joinedAgain(frames))
    if (record === null) throw new Error('a call is decoded otherwise than before')
    return record
  }
  const decode = (joined: JoinedCall | JoinedRecord): BatchItem | null => {
    const { segments, frames } = joined
    const record = toRecord(joined)
    if (record === null) return null
    const bytes = joined.kind === 'record' ? joined.text.length : bytesOf(record, joined)
    const piece = pieceOf(record, context.pieces)
    foldFrames(frames)
    if (piece === null) return new WholeItem(record, bytes, segments)
    return new PieceItem(record.id, bytes, segments, piece, frames, again)
  }
  const toItem = (joined: Joined): BatchItem | null => {
    if (joined.kind === 'lost') {
      if (joined.error !== undefined) context.onUnreadable(joined.id, joined.error)
      lose(joined)
      return null
    }
    const id = idOf(joined)
    if (done.has(id)) return null
    try {
      const item = decode(joined)
      if (item === null) context.onSettled(1, 'skipped')
      return item
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
    context.letGo(idOf(joined))
  }

  const tellDamage = (): void => {
    const count = tail.takeDamaged()
    if (count > 0) context.onDamaged(count)
  }
  /** One odd frame must not stop those after it. */
  const takeFrame = (frame: MemoryFrame | TailFrame, batch: Batch): void => {
    try {
      take(join.add(frame), batch)
    } catch (error) {
      if (frame.segment !== null) frame.segment.refs--
      context.onUnreadable(frame.head.id, error)
    }
  }

  /** The lanes before this one are read first, into the same memory. */
  const afterEarlier = (frames: readonly TailFrame[]): readonly TailFrame[] => {
    if (!context.isFollower() || frames.every(({ head }) => head.t === 'open')) return frames
    const kept = frames.map((frame) => ({ ...frame, bytes: Buffer.from(frame.bytes) }))
    context.catchUp()
    return kept
  }

  /** Reads up to so many pieces of the lane. Returns how many there were. */
  const readPieces = (batch: Batch, most: number, isEnough: () => boolean): number => {
    let pieces = 0
    for (; pieces < most && !isEnough(); pieces++) {
      const frames = tail.read()
      if (frames.length === 0) break
      for (const frame of afterEarlier(frames)) takeFrame(frame, batch)
    }
    return pieces
  }

  return {
    catchUp(batch) {
      readPieces(batch, MAX_CATCH_UP_PIECES, () => false)
    },
    fill(batch, limits) {
      tellDamage()
      if (isFull(batch, limits)) return true
      // The disk first: what is there was written before what came by message, but for a disk that was full for a while.
      if (readPieces(batch, MAX_PIECES, () => isFull(batch, limits)) > 0) return true
      let frame = context.takeMessage()
      const hasMessages = frame !== undefined
      for (; frame !== undefined; frame = isFull(batch, limits) ? undefined : context.takeMessage()) {
        takeFrame(frame, batch)
      }
      if (hasMessages) return true
      // The begin of a call may lie in another lane of its process, which is not read to its end yet.
      if (!tail.isExhausted && context.isAllRead()) for (const lost of join.endRound(false)) take(lost, batch)
      return false
    },
    finish(batch) {
      tellDamage()
      for (const call of join.takeUnfinished()) take(call, batch)
      for (const lost of join.endRound(true)) take(lost, batch)
    },
  }
}

function idOf(joined: Joined): string {
  return joined.kind === 'call' ? joined.open.id : joined.id
}
