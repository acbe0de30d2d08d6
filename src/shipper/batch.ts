// Step 8, batch: records up to a size, a count and an age. In: decoded calls. Out: what one delivery carries. Worker.
import type { BatchItem } from './item.ts'

export interface Batch {
  readonly items: BatchItem[]
  bytes: number
  /** Monotonic time of the first record. */
  firstAtMs: number
}

export interface BatchLimits {
  readonly maxBytes: number
  readonly maxCount: number
  readonly maxAgeMs: number
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
  return batch.items.length >= limits.maxCount || batch.bytes >= limits.maxBytes
}

export function isDue(batch: Batch, limits: BatchLimits, nowMs: number): boolean {
  return batch.items.length > 0 && (isFull(batch, limits) || nowMs - batch.firstAtMs >= limits.maxAgeMs)
}
