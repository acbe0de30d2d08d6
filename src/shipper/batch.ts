// Step 8, batch: records up to a size, a count and an age. In: decoded calls. Out: what one delivery carries. Worker.
import type { Destination } from '../destinations/destination.ts'
import type { BatchItem } from './item.ts'

export interface Batch {
  readonly items: BatchItem[]
  bytes: number
  /** Monotonic time of the first record. */
  firstAtMs: number
}

export interface BatchSize {
  readonly maxBytes: number
  /** Of few calls. Absent: the same. */
  readonly maxLargeBytes?: number | undefined
  readonly maxCount: number
}

export interface BatchLimits extends BatchSize {
  readonly maxAgeMs: number
}

/** Calls of which a batch may hold more bytes. */
const FEW_CALLS = 16

/** What a destination takes at once. */
export function batchSizeOf(destination: Destination): BatchSize {
  const { maxBatchBytes: maxBytes, maxLargeBatchBytes: maxLargeBytes, maxBatchCount: maxCount } = destination
  return { maxBytes, maxLargeBytes, maxCount }
}

/** The most bytes of a batch that holds so many calls. */
export function mostBytes({ maxBytes, maxLargeBytes = maxBytes }: BatchSize, count: number): number {
  return count < FEW_CALLS ? maxLargeBytes : maxBytes
}

export function newBatch(): Batch {
  return { items: [], bytes: 0, firstAtMs: 0 }
}

export function addToBatch(batch: Batch, item: BatchItem, nowMs: number): void {
  if (batch.items.length === 0) batch.firstAtMs = nowMs
  batch.items.push(item)
  batch.bytes += item.bytes
}

export function isFull(batch: Batch, limits: BatchLimits): boolean {
  return batch.items.length >= limits.maxCount || batch.bytes >= mostBytes(limits, batch.items.length)
}

export function isDue(batch: Batch, limits: BatchLimits, nowMs: number): boolean {
  return batch.items.length > 0 && (isFull(batch, limits) || nowMs - batch.firstAtMs >= limits.maxAgeMs)
}
