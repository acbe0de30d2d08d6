// Deliver: what every destination offers to the shipper. Worker thread.
// In: a batch of finished records. Out: what became of it; waiting, splitting and giving up are the shipper's part.
import type { LaneRules } from '../frame.ts'
import type { ExporterName } from '../options/options.ts'
import type { CallRecord } from '../record.ts'
import type { Meter } from './meter.ts'

export type DestinationName = Exclude<ExporterName, 'none'>

/** What became of a batch. */
export type Outcome =
  /** Taken. `rejectedCount` of them were refused for good by a server that took the rest (OTLP partial success). */
  | { readonly kind: 'delivered'; readonly rejectedCount?: number; readonly message?: string }
  /** Send the same batch again: network failure, 408, 409, 425, 429, 5xx. `afterMs` is `Retry-After`. */
  | { readonly kind: 'retry'; readonly afterMs: number | null; readonly reason: string; readonly isTimeout?: boolean }
  /** Nothing will be taken until a person acts (key refused or missing, redirect): keep everything, ask again later. */
  | { readonly kind: 'pause'; readonly reason: string }
  /** 413, or larger than the limit once encoded: send halves, down to one record. */
  | { readonly kind: 'too_large'; readonly reason: string }
  | Rejected

/** Refused for good: these records go to `rejected.ndjson`. */
export interface Rejected {
  readonly kind: 'rejected'
  readonly status: number | null
  /** Begin of the server's answer. */
  readonly answer: string
  /** True when one bad record may have spoiled the batch (400, 422): send halves before giving up on its neighbours. */
  readonly mayPassSplit: boolean
}

/** A place records go to. Opened once per worker. */
export interface Destination {
  readonly name: DestinationName
  /** URL and a short hash of the key, never the key. */
  readonly fingerprint: string
  /** Largest batch worth building, as bytes of the records' JSON; an encoder may still answer `too_large`. */
  readonly maxBatchBytes: number
  /** The same of few large calls, when it may be more. */
  readonly maxLargeBatchBytes?: number
  readonly maxBatchCount: number
  /** Its records may have bodies of bytes (wire-text.ts). */
  readonly takesWire?: boolean
  /** What is wrong with the configuration, one line each; say them once. */
  readonly warnings: readonly string[]
  /** Sends one batch; calls may overlap, for lanes shipped side by side. `droppedCount`: records lost since the last delivery, reported to the server. Never rejects. */
  send(records: readonly CallRecord[], info: BatchInfo): Promise<Outcome>
  /** It can make of each record at once what it will send, so that no record need be kept. Absent: records wait as they are. */
  readonly pieces?: Pieces
  /** Counts what is delivered; null or absent: nobody wants it counted. */
  readonly meter?: Meter | null
  /** Closes sockets and files. A send under way fails with `retry`. */
  close(): void
}

/** One record as it will be sent. Only the destination that made it knows more of it. */
export interface Piece {
  /** Bytes that it takes outside of V8's heap. */
  readonly byteLength: number
}

export interface Pieces {
  /** Throws over a record that cannot be encoded. */
  make(record: CallRecord): Piece
  /** As `send` of the records that they were made from. */
  send(pieces: readonly Piece[], info: BatchInfo): Promise<Outcome>
  /** A piece may wait for long: a server fails. */
  wait(piece: Piece): void
  /** A piece will not be sent again: its memory is used for others. */
  done(piece: Piece): void
}

/** True for what needs no network: people watch it as it grows, and it takes one batch at a time. */
export function isLocal({ name }: Pick<Destination, 'name'>): boolean {
  return name === 'file' || name === 'stdout'
}

export interface BatchInfo {
  readonly droppedCount: number
  /** Of the lane the records come from. Absent: no content, no labels. */
  readonly rules?: SpanRules
  /** Times the usual limit that an answer is waited for; default 1. */
  readonly patience?: number
}

/** Nothing private, no labels. */
export const CLOSED_RULES: SpanRules = {
  captureContent: false,
  otlpContent: false,
  resource: [],
  valueLengthLimit: null,
}

/** What the program that made the records lets a destination send, and how they are labelled. */
export type SpanRules = Pick<LaneRules, 'captureContent' | 'otlpContent' | 'resource' | 'valueLengthLimit' | 'counts'>
