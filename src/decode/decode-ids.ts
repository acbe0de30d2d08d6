// Times and ids of a record. In: the heads of a call and its lane. Out: nanosecond strings and OpenTelemetry ids, the same for
// the same call however often it is decoded. Pure, worker thread.
import { createHash } from 'node:crypto'
import type { FrameContext } from '../frame.ts'
import type { CallRecord } from '../record.ts'

const NANOS_PER_MS = 1_000_000

/** Epoch nanoseconds of epoch milliseconds plus a duration, as a decimal string. Exact: no float holds such a number. */
export function nanosOf(epochMs: number, plusMs = 0): string {
  return (toNanos(epochMs) + toNanos(plusMs)).toString()
}

function toNanos(ms: number): bigint {
  if (!Number.isFinite(ms)) return 0n
  const whole = Math.floor(ms)
  return BigInt(whole) * BigInt(NANOS_PER_MS) + BigInt(Math.round((ms - whole) * NANOS_PER_MS))
}

/**
 * The span of a call. Under a named root or the application's own span it joins their trace; else it is a trace of its own: a
 * session (`trace_id` of the record) may last for weeks, and a trace that never ends is of no use to a backend.
 */
export function otelIds(id: string, context: FrameContext): CallRecord['otel'] {
  const above = [context.root, context.parent].find((span) => isHex(span?.traceId, 32) && isHex(span?.spanId, 16))
  return {
    trace_id: above?.traceId.toLowerCase() ?? traceIdOf(id),
    span_id: spanIdOf(id),
    parent_span_id: above?.spanId.toLowerCase() ?? null,
  }
}

/** The UUID's own 32 digits. */
function traceIdOf(id: string): string {
  const bare = id.replaceAll('-', '').toLowerCase()
  return isHex(bare, 32) ? bare : hashOf(id).slice(0, 32)
}

/** The last 16 digits of the record's UUID: its random part. */
function spanIdOf(id: string): string {
  const bare = id.replaceAll('-', '').toLowerCase()
  const span = bare.slice(-16)
  return isHex(bare, 32) && isHex(span, 16) ? span : hashOf(id).slice(0, 16)
}

/** Hex digits of this length, not all zero: OpenTelemetry has no other invalid id. */
function isHex(text: string | undefined, length: number): boolean {
  return typeof text === 'string' && text.length === length && /^[0-9a-f]+$/i.test(text) && !/^0+$/.test(text)
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
