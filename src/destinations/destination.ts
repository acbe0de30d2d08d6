// Deliver: what every destination offers to the shipper, and the way to open one. Worker thread.
// In: a batch of finished records. Out: what became of it; waiting, splitting and giving up are the shipper's part.
import type { Environment, ExporterName, Options } from '../options/options.ts'
import type { CallRecord } from '../record.ts'

export type DestinationName = Exclude<ExporterName, 'none'>

/** What became of a batch. */
export type Outcome =
  /** Taken. `rejectedCount` of them were refused for good by a server that took the rest (OTLP partial success). */
  | { readonly kind: 'delivered'; readonly rejectedCount?: number; readonly message?: string }
  /** Send the same batch again: network failure, 408, 429, 5xx (otlp: 429, 502, 503, 504). `afterMs` is `Retry-After`. */
  | { readonly kind: 'retry'; readonly afterMs: number | null; readonly reason: string }
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
  readonly maxBatchCount: number
  /** What is wrong with the configuration, one line each; say them once. */
  readonly warnings: readonly string[]
  /** Sends one batch; calls may overlap, for lanes shipped side by side. `droppedCount`: records lost since the last delivery, reported to the server. Never rejects. */
  send(records: readonly CallRecord[], info: BatchInfo): Promise<Outcome>
  /** Closes sockets and files. A send under way fails with `retry`. */
  close(): void
}

export interface BatchInfo {
  readonly droppedCount: number
}

/**
 * Opens a destination; loads only the code that it needs. `options.dir` must be the resolved root for `file`. Throws
 * `ERR_NEATLOGS_OPTION` when it is null there; every other fault of the configuration is a warning and a `pause`.
 */
export async function openDestination(name: DestinationName, options: Options, env: Environment): Promise<Destination> {
  if (name === 'file') return (await import('./file.ts')).openFile(options)
  if (name === 'stdout') return (await import('./stdout.ts')).openStdout()
  if (name === 'otlp') return (await import('./otlp.ts')).openOtlp(options, env)
  if (options.protocol === 'trace') return (await import('./neatlogs-trace.ts')).openNeatlogsTrace(options, env)
  if (options.protocol === 'v1') return (await import('./neatlogs-v1.ts')).openNeatlogsV1(options, env)
  return (await import('./neatlogs.ts')).openNeatlogs(options, env)
}
