// Step 6, join: open, part and close frames of one call brought together by id. In: frames. Out: whole calls, `lost` counts
// and finished records. What waits long is kept on disk only, so that memory stays flat. Worker.

import type { FrameHead, OpenHead } from '../frame.ts'
import { copyOf, type Held, letGo, peek, unfolded } from './held.ts'
import { type Joined, type JoinedCall, type JoinedLoss, joinedCall, joinedRecord, segmentsOf } from './joined.ts'
import type { TailFrame, TailSegment } from './segment-files.ts'

/** Bytes of waiting frames kept in memory; beyond it only their place is. */
const MAX_HELD_BYTES = 8 * 1024 * 1024
/** Rounds without work after which the begin of a call cannot come any more. */
const ORPHAN_ROUNDS = 2

const NOT_KEPT = { bytes: null, lent: null }

interface Waiting {
  readonly request: Held
  readonly parts: Held[]
}

/** A frame that came by message. */
export interface MemoryFrame {
  readonly head: FrameHead
  readonly segment: null
  readonly begin?: 0
  readonly at: 0
  readonly bytes: Buffer
}

/** Moves a frame: writes it elsewhere and tells where. */
export type Move = (head: FrameHead, bytes: Buffer) => { segment: TailSegment; begin: number; at: number }

/** Joins the frames of one lane for one destination. */
export interface Join {
  /** Takes one frame; returns what it completes. */
  add(frame: MemoryFrame | TailFrame): Joined | null
  /** All calls without an end, as calls that died with their process. */
  takeUnfinished(): readonly (JoinedCall | JoinedLoss)[]
  /** There is nothing to read now: ends without a begin are lost when that was so before. */
  endRound(isLast: boolean): readonly JoinedLoss[]
  /** Moves all held frames of a segment, so that a call that never ends does not keep 8 MiB for ever. */
  carry(from: TailSegment, move: Move): void
}

export function openJoin(): Join {
  const waiting = new Map<string, Waiting>()
  /** Frames by message and frames on disk may overtake each other: an end may come before its begin. */
  const orphans = new Map<string, { frames: Held[]; rounds: number }>()
  let heldBytes = 0

  const hold = ({ head, segment, begin = 0, at, bytes }: MemoryFrame | TailFrame): Held => {
    const keep = segment === null || heldBytes + bytes.length <= MAX_HELD_BYTES
    if (keep) heldBytes += bytes.length
    // A copy: the piece it was read in is used again.
    const { bytes: kept, lent } = keep ? copyOf(bytes) : NOT_KEPT
    return { head, segment, begin, at, length: bytes.length, bytes: kept, lent }
  }
  const forget = (held: Held): void => {
    if (held.bytes !== null) heldBytes -= held.length
    letGo(held)
    if (held.segment !== null) held.segment.refs--
  }
  /** Nobody reads its answer, and it may stay for long: what can be read again is not kept. */
  const fold = ({ request, parts }: Waiting): void => {
    for (const held of [request, ...parts]) {
      if (held.segment === null) continue
      if (held.bytes !== null) heldBytes -= held.length
      letGo(held)
      held.head = null
    }
  }
  const finish = (id: string, end: Held | null): JoinedCall | JoinedLoss => {
    const { request, parts } = waiting.get(id) as Waiting
    waiting.delete(id)
    // Of its exact size: it waits for as long as the call does.
    const before = parts.length === 0 ? [request] : [request, ...parts]
    for (const one of before) if (one.bytes !== null) heldBytes -= one.length
    const frames = end === null ? before : parts.length === 0 ? [request, end] : [...before, end]
    try {
      return joinedCall(frames, end !== null)
    } catch (error) {
      // An odd head, or a place that cannot be read: the frames before must not keep their segments for ever.
      return { kind: 'lost', id, count: 1, segments: segmentsOf(frames), error }
    }
  }
  const begin = (head: OpenHead, frame: MemoryFrame | TailFrame): JoinedCall | JoinedLoss | null => {
    const twice = waiting.get(head.id)
    // Carried over, and read again where it stood first.
    if (twice !== undefined) for (const held of [twice.request, ...twice.parts]) forget(held)
    const call: Waiting = { request: hold(frame), parts: [] }
    waiting.set(head.id, call)
    const early = orphans.get(head.id)?.frames ?? []
    orphans.delete(head.id)
    const end = early.find((held) => held.head?.t === 'close')
    call.parts.push(...early.filter((held) => held !== end))
    if (end === undefined) return null
    if (end.bytes !== null) heldBytes -= end.length
    return finish(head.id, end)
  }

  return {
    add(frame) {
      const { head, segment } = frame
      if (head.t === 'lost') {
        const count = Number.isSafeInteger(head.count) ? head.count : 0
        return { kind: 'lost', id: head.id, count, segments: segment === null ? [] : [segment] }
      }
      if (head.t === 'record') return joinedRecord(seen(frame))
      if (head.t === 'open') return begin(head, frame)
      const call = waiting.get(head.id)
      if (call === undefined) {
        const orphan = orphans.get(head.id) ?? { frames: [], rounds: 0 }
        orphan.frames.push(hold(frame))
        orphans.set(head.id, orphan)
        return null
      }
      if (head.t === 'close') return finish(head.id, seen(frame))
      call.parts.push(hold(frame))
      if (head.t === 'part' && head.known !== undefined) fold(call)
      return null
    },
    takeUnfinished() {
      return [...waiting.keys()].map((id) => finish(id, null))
    },
    endRound(isLast) {
      const lost: JoinedLoss[] = []
      for (const [id, orphan] of orphans) {
        if (++orphan.rounds < ORPHAN_ROUNDS && !isLast) continue
        orphans.delete(id)
        const segments = segmentsOf(orphan.frames)
        for (const held of orphan.frames) if (held.bytes !== null) heldBytes -= held.length
        lost.push({ kind: 'lost', id, count: orphan.frames.some((held) => held.head?.t === 'close') ? 1 : 0, segments })
      }
      return lost
    },
    carry(from, move) {
      for (const call of waiting.values()) {
        for (const held of [call.request, ...call.parts]) {
          if (held.segment !== from) continue
          const { head, bytes } = unfolded(held)
          const place = move(head, bytes ?? peek(held))
          from.refs--
          place.segment.refs++
          Object.assign(held, place)
        }
      }
    },
  }
}

/** A frame that is taken at once: its bytes may lie in memory that is used again. */
function seen({ head, segment, begin = 0, at, bytes }: MemoryFrame | TailFrame): Held {
  return { head, segment, begin, at, length: bytes.length, bytes, lent: null }
}
