// What the viewer's server tells its page: shapes only, imported by both. Times are epoch milliseconds, fractional;
// durations are milliseconds; `null` means unknown.
import type { Status } from '../record.ts'

/** A record's status, or `in_flight` for a call whose record is not written yet. */
export type ViewStatus = Status | 'in_flight'

export const VIEW_STATUSES: readonly ViewStatus[] = ['ok', 'error', 'aborted', 'incomplete', 'in_flight']

/** One line of the list: what the index knows of a call without reading its file again. */
export interface Row {
  readonly id: string
  readonly started_ms: number
  readonly status: ViewStatus
  readonly http_status: number | null
  readonly model: string | null
  readonly operation: string
  readonly method: string
  readonly name: string | null
  readonly service: string
  readonly stream: boolean
  readonly attempts: number
  readonly duration_ms: number | null
  readonly time_to_first_token_ms: number | null
  readonly input_tokens: number | null
  readonly output_tokens: number | null
  readonly total_tokens: number | null
  readonly cost_usd: number | null
  /** First words of the last thing asked, and of the answer (or the error's message). */
  readonly prompt: string
  readonly answer: string
  readonly trace_id: string
  readonly user_id: string | null
  readonly conversation_id: string | null
  readonly tags: readonly string[]
}

/** How far the files have been read; `done_bytes` reaches `total_bytes` when the index is complete. */
export interface Loading {
  readonly done_bytes: number
  readonly total_bytes: number
}

/** What every change event carries. `calls` counts all calls, whatever the filter. */
export interface Change {
  readonly version: number
  readonly calls: number
  readonly in_flight: number
  readonly loading: Loading
}

/** Progress of a full-text search through the files. `capped`: it stopped at its limit of matches. */
export interface SearchState {
  readonly searched: number
  readonly of: number
  readonly done: boolean
  readonly capped: boolean
}

/** A window of the filtered list, newest first, or as `sort` says. */
export interface ListAnswer {
  readonly change: Change
  readonly total: number
  readonly offset: number
  readonly rows: readonly Row[]
  /** Where the call named by `anchor` stands now, so that a scrolled list can stay where it is. */
  readonly anchor_offset: number | null
  readonly search: SearchState | null
}

/** One call: its line, its neighbours in the trace, and the record as it lies in the file. */
export interface CallAnswer {
  readonly row: Row
  readonly previous: string | null
  readonly next: string | null
  readonly trace_position: number
  readonly trace_size: number
  /** The record's JSON as recorded; for a call in flight, what its open frame holds. */
  readonly record: unknown
}

/** The calls of one trace, oldest first; `before` counts older ones that were left out. */
export interface TraceAnswer {
  readonly trace_id: string
  readonly total: number
  readonly before: number
  readonly rows: readonly Row[]
}

/** One call of a session and what was said in it: the bodies as recorded. */
export interface SessionCall {
  readonly row: Row
  readonly request: unknown
  readonly response: unknown
}

/** What binds calls together: one socket, the conversation or the trace that the program named. */
export type SessionKind = 'session' | 'conversation' | 'trace'

/** The calls of one session, oldest first; `before` counts older ones that were left out. */
export interface SessionAnswer {
  readonly by: SessionKind
  readonly session_id: string
  readonly total: number
  readonly before: number
  readonly calls: readonly SessionCall[]
}

export interface Facet {
  readonly value: string
  readonly count: number
}

/** What the filters can choose from, most frequent first. */
export interface FacetsAnswer {
  readonly statuses: readonly Facet[]
  readonly models: readonly Facet[]
  readonly operations: readonly Facet[]
  readonly tags: readonly Facet[]
  readonly services: readonly Facet[]
  readonly users: readonly Facet[]
  /** Codes, types and statuses of errors. */
  readonly errors: readonly Facet[]
}

/** Sums over a set of calls. Latencies are of calls that ended `ok`. */
export interface Totals {
  readonly calls: number
  readonly errors: number
  readonly p50_ms: number | null
  readonly p95_ms: number | null
  readonly first_token_p50_ms: number | null
  readonly input_tokens: number
  readonly output_tokens: number
  readonly cost_usd: number
}

/** Columns over time; `t[i]` is the begin of bucket i. */
export interface Series {
  readonly t: readonly number[]
  readonly calls: readonly number[]
  readonly errors: readonly number[]
  readonly p50_ms: readonly (number | null)[]
  readonly p95_ms: readonly (number | null)[]
  readonly input_tokens: readonly number[]
  readonly output_tokens: readonly number[]
  readonly cost_usd: readonly number[]
}

export interface OverviewAnswer {
  readonly bucket_ms: number
  readonly totals: Totals
  readonly series: Series
  readonly models: readonly (Totals & { readonly model: string })[]
}

/** How a download went: lines written, and calls left out with the reason. */
export interface DownloadAnswer {
  readonly done: boolean
  readonly lines: number
  readonly left: readonly { readonly reason: string; readonly count: number }[]
}

/** A one-time token for a download, which is also the name to ask for its outcome by. */
export interface TicketAnswer {
  readonly ticket: string
}
