// Step 6, join: what frames make that belong together, and how that is read again when nobody has kept it. In: frames, in memory or as places on
// disk. Out: a whole call, or a finished record. Worker.
import type { CloseHead, OpenHead } from '../frame.ts'
import { answerParts, withKnown } from '../spool/answer-parts.ts'
import { attemptOf, gather, type Held, letGo, peek, type Unfolded, unfolded } from './held.ts'
import type { TailSegment } from './segment-files.ts'

const NOTHING = Buffer.alloc(0)
const NO_PARTS: readonly Unfolded[] = []

export interface JoinedCall {
  readonly kind: 'call'
  readonly open: OpenHead
  readonly request: Uint8Array
  readonly close: CloseHead | null
  readonly answer: Uint8Array
  /** Decoding it has ended a shipper (peril.ts). */
  readonly isDeadly?: boolean
  /** Where its frames are: each holds one reference for each, until the call is settled. */
  readonly segments: readonly TailSegment[]
  /** They themselves, in the order in which they were written. */
  readonly frames: readonly Held[]
}

export interface JoinedLoss {
  readonly kind: 'lost'
  /** Of the note, or of the call whose begin is gone. */
  readonly id: string
  readonly count: number
  readonly segments: readonly TailSegment[]
  /** Why the frames of a call make none. */
  readonly error?: unknown
}

export interface JoinedRecord {
  readonly kind: 'record'
  readonly id: string
  readonly text: string
  readonly segments: readonly TailSegment[]
  readonly frames: readonly Held[]
}

export type Joined = JoinedCall | JoinedLoss | JoinedRecord

/** Puts a call together from its open frame, its parts, and its end when it has one. Throws when a frame cannot be read any more. */
export function joinedCall(frames: readonly Held[], hasEnd: boolean): JoinedCall {
  const partsEnd = hasEnd ? frames.length - 1 : frames.length
  const request = unfolded(frames[0] as Held)
  const parts = partsEnd === 1 ? NO_PARTS : frames.slice(1, partsEnd).map(unfolded)
  const end = hasEnd ? unfolded(frames[partsEnd] as Held) : null
  const close = withKnown(end === null ? null : (end.head as CloseHead), parts)
  const rest = end === null ? NOTHING : (end.bytes ?? peek(end))
  return {
    kind: 'call',
    open: request.head as OpenHead,
    request: request.bytes ?? peek(request),
    close,
    answer: parts.length === 0 ? rest : gather(answerParts(parts, attemptOf, close), rest),
    segments: segmentsOf(frames),
    frames,
  }
}

/** A finished record. */
export function joinedRecord(frame: Held): JoinedRecord {
  const { head, bytes } = unfolded(frame)
  const frames = [frame]
  const text = (bytes ?? peek(frame)).toString('utf8')
  return { kind: 'record', id: head.id, text, segments: segmentsOf(frames), frames }
}

export function segmentsOf(frames: readonly Held[]): readonly TailSegment[] {
  const [first, second, ...others] = frames
  if (first?.segment && second?.segment && others.length === 0) return [first.segment, second.segment]
  const segments: TailSegment[] = []
  for (const { segment } of frames) if (segment !== null) segments.push(segment)
  return segments
}

/** Nobody needs what can be read again. */
export function foldFrames(frames: readonly Held[]): void {
  for (const frame of frames) {
    if (frame.segment === null) continue
    frame.head = null
    letGo(frame)
  }
}

/** What was joined from these frames, once more. Throws when one cannot be read any more. */
export function joinedAgain(frames: readonly Held[]): JoinedCall | JoinedRecord {
  const whole = frames.map(unfolded)
  const [first] = whole as [Unfolded]
  return first.head.t === 'record' ? joinedRecord(first) : joinedCall(whole, whole.at(-1)?.head.t === 'close')
}
