// Step 6, join: open, part and close frames of one call brought together by id. In: frames. Out: whole calls, `lost` counts
// and finished records. What waits long is kept on disk only, so that memory stays flat. Worker.
import { readSync } from 'node:fs'
import type { CloseHead, OpenHead } from '../frame.ts'
import type { TailFrame, TailSegment } from './tail.ts'

/** Bytes of waiting frames kept in memory; beyond it only their place is. */
const MAX_HELD_BYTES = 8 * 1024 * 1024

interface Held {
  readonly head: TailFrame['head']
  segment: TailSegment | null
  at: number
  readonly length: number
  bytes: Buffer | null
}

interface Waiting {
  readonly open: OpenHead
  readonly request: Held
  readonly parts: Held[]
}

export interface JoinedCall {
  readonly kind: 'call'
  readonly open: OpenHead
  readonly request: Uint8Array
  readonly close: CloseHead | null
  readonly answer: Uint8Array
  /** Releases its frames: the call is delivered, dropped, or was delivered before. */
  readonly segments: readonly TailSegment[]
}

export type Joined =
  | JoinedCall
  | {
      readonly kind: 'lost'
      readonly count: number
      readonly reason: string
      readonly segments: readonly TailSegment[]
    }
  | { readonly kind: 'record'; readonly id: string; readonly text: string; readonly segments: readonly TailSegment[] }

/** Joins the frames of one lane for one destination. */
export interface Join {
  /** Takes one frame; returns what it completes. */
  add(frame: MemoryFrame | TailFrame): Joined | null
  /** All calls without an end, as calls that died with their process. */
  takeUnfinished(): readonly JoinedCall[]
  readonly waitingCount: number
  /** Moves all held frames of a segment elsewhere, so that a call that never ends does not keep 8 MiB for ever. */
  carry(
    from: TailSegment,
    write: (head: TailFrame['head'], bytes: Buffer) => { segment: TailSegment; at: number },
  ): void
}

/** A frame that came by message. */
export interface MemoryFrame {
  readonly head: TailFrame['head']
  readonly segment: null
  readonly at: 0
  readonly bytes: Buffer
}

export function openJoin(): Join {
  const waiting = new Map<string, Waiting>()
  let heldBytes = 0

  const hold = ({ head, segment, at, bytes }: MemoryFrame | TailFrame): Held => {
    const keep = segment === null || heldBytes + bytes.length <= MAX_HELD_BYTES
    if (keep) heldBytes += bytes.length
    // A copy: the piece it was read in would keep 1 MiB alive for one small frame.
    return { head, segment, at, length: bytes.length, bytes: keep ? Buffer.from(bytes) : null }
  }
  const load = (held: Held): Buffer => {
    if (held.bytes === null) return peek(held)
    heldBytes -= held.length
    return held.bytes
  }
  const finish = (
    id: string,
    call: Waiting,
    close: CloseHead | null,
    rest: Buffer,
    last: TailSegment | null,
  ): JoinedCall => {
    waiting.delete(id)
    const parts = call.parts.map(load)
    return {
      kind: 'call',
      open: call.open,
      request: load(call.request),
      close,
      answer: parts.length === 0 ? rest : Buffer.concat([...parts, rest]),
      segments: [call.request.segment, ...call.parts.map((part) => part.segment), last].filter((one) => one !== null),
    }
  }

  return {
    add(frame) {
      const { head, segment, bytes } = frame
      const segments = segment === null ? [] : [segment]
      if (head.t === 'lost') return { kind: 'lost', count: head.count, reason: head.reason, segments }
      if (head.t === 'record') return { kind: 'record', id: head.id, text: bytes.toString('utf8'), segments }
      if (head.t === 'open') {
        const twice = waiting.get(head.id)
        if (twice !== undefined) releaseAll(twice)
        waiting.set(head.id, { open: head, request: hold(frame), parts: [] })
        return null
      }
      const call = waiting.get(head.id)
      if (call === undefined) {
        // Its open frame was carried, delivered or lost before: nothing can be said of it.
        for (const one of segments) one.refs--
        return null
      }
      if (head.t === 'close') return finish(head.id, call, head, bytes, segment)
      call.parts.push(hold(frame))
      return null
    },
    takeUnfinished() {
      return [...waiting].map(([id, call]) => finish(id, call, null, Buffer.alloc(0), null))
    },
    get waitingCount() {
      return waiting.size
    },
    carry(from, write) {
      for (const call of waiting.values()) {
        for (const held of [call.request, ...call.parts]) {
          if (held.segment !== from) continue
          const place = write(held.head, held.bytes ?? peek(held))
          from.refs--
          place.segment.refs++
          Object.assign(held, place)
        }
      }
    },
  }
}

function peek(held: Held): Buffer {
  const bytes = Buffer.allocUnsafe(held.length)
  const read = held.segment === null ? 0 : readSync(held.segment.fd, bytes, 0, held.length, held.at)
  return bytes.subarray(0, read)
}

function releaseAll(call: Waiting): void {
  for (const { segment } of [call.request, ...call.parts]) if (segment !== null) segment.refs--
}
