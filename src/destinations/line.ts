// Deliver: a record as one line of NDJSON that pino's tools read: pino's fields first, then the record. Pure, worker thread.
import type { CallRecord } from '../record.ts'
import { toJson } from './json.ts'

/** pino's numbers for `info` and `error`. */
const LEVEL_INFO = 30
const LEVEL_ERROR = 50

/**
 * Makes the line, newline included:
 * `{"level":30,"time":1795348927045,"pid":4242,"hostname":"web-1","msg":"chat.completions.create gpt-4o-mini ok 663ms","schema":1,…}`.
 * `time` is when the call ended, in epoch milliseconds.
 */
export function encodeLine(record: CallRecord): string {
  const { pid, hostname, ...rest } = record
  const level = record.status === 'error' || record.status === 'incomplete' ? LEVEL_ERROR : LEVEL_INFO
  const time = epochMs(record.ended_at) ?? epochMs(record.started_at) ?? 0
  return `${toJson({ level, time, pid, hostname, msg: describeCall(record), ...rest })}\n`
}

function epochMs(nanoseconds: string | null): number | null {
  return nanoseconds !== null && /^\d+$/.test(nanoseconds) ? Number(BigInt(nanoseconds) / 1_000_000n) : null
}

/** `chat.completions.create gpt-4o-mini ok 663ms`; what is unknown is left out. */
export function describeCall(record: CallRecord): string {
  const model = record.request.model ?? record.response.model
  const ms = record.duration_ms === null ? null : `${Math.round(record.duration_ms)}ms`
  return [record.method, model, record.status, ms].filter((word) => word !== null).join(' ')
}
