// Times and ids of a record. In: the heads of a call and its lane. Out: nanosecond strings and OpenTelemetry ids, the same for
// the same call however often it is decoded. Pure, worker thread.
import { createHash } from 'node:crypto'
import type { FrameContext, OtelSampling } from '../frame.ts'
import { isZero } from '../hex.ts'
import type { CallRecord } from '../record.ts'

const NANOS_PER_MS = 1_000_000
const HEX = /^[0-9a-f]+$/i

/** Sums of milliseconds below are exact, and above 0 have no zero before their digits. */
const MOST_EXACT_MS = 2 ** 52
const NANO_DIGITS = 6

/** Epoch nanoseconds of epoch milliseconds plus a duration, as a decimal string. Exact: no float holds such a number. */
export function nanosOf(epochMs: number, plusMs = 0): string {
  // Milliseconds and the digits behind them apart: three numbers of any size for each time of each call are the dear way.
  const epoch = Math.floor(epochMs)
  const plus = Math.floor(plusMs)
  let whole = epoch + plus
  let nanos = Math.round((epochMs - epoch) * NANOS_PER_MS) + Math.round((plusMs - plus) * NANOS_PER_MS)
  for (; nanos >= NANOS_PER_MS; nanos -= NANOS_PER_MS) whole++
  if (!isUsual(epochMs) || !isUsual(plusMs) || whole === 0) return (toNanos(epochMs) + toNanos(plusMs)).toString()
  return `${whole}${String(nanos).padStart(NANO_DIGITS, '0')}`
}

function isUsual(ms: number): boolean {
  return Number.isFinite(ms) && ms >= 0 && ms < MOST_EXACT_MS
}

function toNanos(ms: number): bigint {
  if (!Number.isFinite(ms)) return 0n
  const whole = Math.floor(ms)
  return BigInt(whole) * BigInt(NANOS_PER_MS) + BigInt(Math.round((ms - whole) * NANOS_PER_MS))
}

/**
 * The span of a call. Under a named root or the application's own span it joins their trace; else it is a trace of its own: a
 * session (`trace_id` of the record) may last for weeks, and a trace that never ends is of no use to a backend; the responses of one
 * Realtime session (`session`) share one, as that lasts an hour at most. A parent that is not sampled is never seen: a call that is
 * sent all the same links to it from its own trace, so that no orphan is left.
 */
export function otelIds(
  id: string,
  context: FrameContext,
  sampling: OtelSampling | null = null,
  session: string | null = null,
): CallRecord['otel'] {
  const own = session === null ? id : `session:${session}`
  const { root, parent } = context
  const isUnseen = isSpan(parent) && parent.sampled === false
  // A rule that a damaged file has left without its number sends everything.
  const isSampled = typeof sampling?.ratio !== 'number' || decide(own, isSpan(parent) ? parent : null, sampling)
  const candidates = isUnseen && isSampled ? [root] : [root, parent]
  const above = candidates.find(isSpan)
  return {
    trace_id: above?.traceId.toLowerCase() ?? traceIdOf(own),
    span_id: spanIdOf(id),
    parent_span_id: above?.spanId.toLowerCase() ?? null,
    ...(isUnseen && isSampled
      ? { link: { trace_id: parent.traceId.toLowerCase(), span_id: parent.spanId.toLowerCase() } }
      : {}),
    ...(isSampled ? {} : { sampled: false }),
  }
}

function decide(id: string, parent: FrameContext['parent'] | null, { isParentBased, ratio }: OtelSampling): boolean {
  if (isParentBased && parent) return parent.sampled !== false
  // As the SDK of OpenTelemetry for Node does it, so that both decide alike for the same trace.
  const traceId = parent?.traceId ?? traceIdOf(id)
  let sum = 0
  for (let at = 0; at < 32; at += 8) sum = (sum ^ Number.parseInt(traceId.slice(at, at + 8), 16)) >>> 0
  return ratio >= 1 || sum < Math.floor(ratio * 0xffffffff)
}

function isSpan<Span extends { readonly traceId: string; readonly spanId: string }>(
  span: Span | undefined,
): span is Span {
  return isHex(span?.traceId, 32) && isHex(span?.spanId, 16)
}

/** The UUID's own 32 digits. */
function traceIdOf(id: string): string {
  return digitsOf(id) ?? hashOf(id).slice(0, 32)
}

/** The last 16 digits of the record's UUID: its random part. */
function spanIdOf(id: string): string {
  const span = digitsOf(id)?.slice(-16)
  return span === undefined || isZero(span) ? hashOf(id).slice(0, 16) : span
}

/** The id that was asked for last: a call's trace and its span are both made of its own. */
let last: { readonly id: string; readonly digits: string | null } = { id: '', digits: null }

/** The 32 digits of a UUID; null for what is none. */
function digitsOf(id: string): string | null {
  if (last.id !== id) {
    const bare = id.replaceAll('-', '').toLowerCase()
    last = { id, digits: isHex(bare, 32) ? bare : null }
  }
  return last.digits
}

/** Hex digits of this length, not all zero: OpenTelemetry has no other invalid id. */
function isHex(text: string | undefined, length: number): boolean {
  return typeof text === 'string' && text.length === length && HEX.test(text) && !isZero(text)
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
