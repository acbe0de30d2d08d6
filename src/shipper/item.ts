// Step 8, batch: one finished call on its way to one destination: its record, or what the destination made of it; then the record is in the frames
// on disk and nowhere else. Records that wait for an answer grow old, and old objects make V8 collect the whole heap again and again. Worker.
import type { Piece, Pieces } from '../destinations/destination.ts'
import type { CallRecord } from '../record.ts'
import type { TailSegment } from './segment-files.ts'

/** A finished call and the frames it came from. */
export interface BatchItem {
  readonly id: string
  readonly bytes: number
  readonly segments: readonly TailSegment[]
  /** What its destination will send. Null: its record is sent. */
  readonly piece: Piece | null
  /** Its record. With a piece it is made anew from its frames; throws when they cannot be read any more. */
  record(): CallRecord
}

/** Segments of what is in no file. */
const NONE: readonly TailSegment[] = []

/** A call that waits as its record. */
export class WholeItem implements BatchItem {
  readonly bytes: number
  readonly segments: readonly TailSegment[]
  readonly piece = null
  readonly #record: CallRecord

  constructor(record: CallRecord, bytes: number, segments = NONE) {
    this.bytes = bytes
    this.segments = segments
    this.#record = record
  }

  get id(): string {
    return this.#record.id
  }

  record(): CallRecord {
    return this.#record
  }
}

/** A call that waits as a piece. `again` makes its record from what `frames` tells. */
export class PieceItem<Frames> implements BatchItem {
  readonly id: string
  readonly bytes: number
  readonly segments: readonly TailSegment[]
  readonly piece: Piece
  readonly #frames: Frames
  readonly #again: (frames: Frames) => CallRecord

  constructor(
    id: string,
    bytes: number,
    segments: readonly TailSegment[],
    piece: Piece,
    frames: Frames,
    again: (frames: Frames) => CallRecord,
  ) {
    this.id = id
    this.bytes = bytes
    this.segments = segments
    this.piece = piece
    this.#frames = frames
    this.#again = again
  }

  record(): CallRecord {
    return this.#again(this.#frames)
  }
}

/** What a destination makes of a record; null: the record is sent. */
export function pieceOf(record: CallRecord, pieces: Pieces | undefined): Piece | null {
  try {
    return pieces?.make(record) ?? null
  } catch {
    return null // told when it is sent
  }
}
