// Deliver: a record as one line of NDJSON that pino's tools read: pino's fields first, then the record. Pure, worker thread.
import type { CallRecord } from '../record.ts'
import { readable, wireTextOf } from '../wire-text.ts'
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
  return `${toJson(lineOf(readable(record)))}\n`
}

function lineOf(record: CallRecord): object {
  const { pid, hostname, ...rest } = record
  const level = record.status === 'error' || record.status === 'incomplete' ? LEVEL_ERROR : LEVEL_INFO
  const time = epochMs(record.ended_at) ?? epochMs(record.started_at) ?? 0
  return { level, time, pid, hostname, msg: describeCall(record), ...rest }
}

/** The line of a record whose bodies are bytes (wire-text.ts), as bytes too: what was sent and what came stand in it as they are. */
export function encodeWireLine(record: CallRecord): string {
  const before: { [field: string]: unknown } = {}
  const after: { [field: string]: unknown } = {}
  let fields = before
  for (const [name, value] of Object.entries(lineOf(record))) {
    if (name === 'request' || name === 'response') fields = after
    else fields[name] = value
  }
  const { request, response } = record
  const bodies = `"request":${withBody(request)},"response":${withBody(response)}`
  return `${toJson(before).slice(0, -1)},${bodies},${toJson(after).slice(1)}\n`
}

/** The body is the last field of either. */
function withBody(side: CallRecord['request'] | CallRecord['response']): string {
  const { body, ...rest } = side
  const text = wireTextOf(body)
  // A line has no other line in it.
  const asSent = text === undefined || /[\r\n]/.test(text) ? toJson(body) : text
  return `${toJson(rest).slice(0, -1)},"body":${asSent}}`
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
