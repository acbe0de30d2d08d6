// Deliver: records to NeatLogs as OTLP protobuf: per trace a root, the calls, and a marker that says it is complete. Worker thread.
import type { Environment, Options } from '../options/options.ts'
import type { CallRecord } from '../record.ts'
import { beginBytes } from './attribute-bytes.ts'
import { type BatchInfo, CLOSED_RULES, type Destination, type Outcome } from './destination.ts'
import { fingerprintOf, neatlogsUrl } from './fingerprint.ts'
import { openHttp } from './http.ts'
import { giveBack, keepAlone } from './kept-bytes.ts'
import { callOf } from './neatlogs-call.ts'
import { keyProblem, NEATLOGS_TIMEOUT_MS } from './neatlogs-key.ts'
import { type CallPiece, encodePieces, pieceOf } from './neatlogs-piece.ts'
import { encodeCalls, type NeatlogsEncoding } from './neatlogs-spans.ts'
import { asList, type Span, type TraceRequest, type WrittenSpan } from './otlp-model.ts'
import { postTraces } from './otlp-post.ts'
import { encodeProtobuf } from './otlp-protobuf.ts'

/** In bytes of the records' JSON. With twice as much a program that calls at full speed took 15 MB more. */
const MAX_BATCH_BYTES = 512 * 1024
/** A request costs 250 µs, whatever it holds: of calls of 50 KB a fifth of that was what one took to send. */
const MAX_LARGE_BATCH_BYTES = 1024 * 1024
const MAX_BATCH_COUNT = 512

/** Opens NeatLogs' OTLP endpoint. Without a key every `send` answers `pause`. */
export function openNeatlogs(options: Options, env: Environment): Destination {
  const apiKey = options.apiKey ?? ''
  const problem = keyProblem(options)
  const headers = { 'x-api-key': apiKey }
  // Whether the server takes gzip is not known, so the body goes as it is.
  const client = openHttp({ url: neatlogsUrl(options), headers, env, timeoutMs: NEATLOGS_TIMEOUT_MS, gzip: false })
  const sendBy = async <Call>(
    calls: readonly Call[],
    { droppedCount, rules = CLOSED_RULES, patience = 1 }: BatchInfo,
    request: (batch: readonly Call[], encoding: NeatlogsEncoding) => TraceRequest<Span | WrittenSpan>,
  ): Promise<Outcome> => {
    if (problem !== null) return { kind: 'pause', reason: problem }
    const { resource } = rules
    const encode = (batch: readonly Call[]) =>
      encodeProtobuf(request(batch, { resource, droppedCount, make: beginBytes() }))
    return postTraces({ client, isJson: false, patience, secrets: [apiKey], encode }, calls)
  }
  return {
    name: 'neatlogs',
    takesWire: true,
    fingerprint: fingerprintOf('neatlogs', options, env),
    maxBatchBytes: MAX_BATCH_BYTES,
    maxLargeBatchBytes: MAX_LARGE_BATCH_BYTES,
    maxBatchCount: MAX_BATCH_COUNT,
    warnings: problem === null ? client.warnings : [problem, ...client.warnings],
    send: (records, info) => sendBy(records, info, encodeNeatlogs),
    // All pieces that come are its own.
    pieces: {
      make: pieceOf,
      send: (pieces, info) => sendBy(pieces as readonly CallPiece[], info, encodePieces),
      wait: (piece) => keepAlone((piece as CallPiece).written),
      done: (piece) => giveBack((piece as CallPiece).written),
    },
    close: () => client.close(),
  }
}

/** Makes the spans of a batch; each group stands together, its marker last. Pure. */
export function encodeNeatlogs(records: readonly CallRecord[], encoding: NeatlogsEncoding): TraceRequest {
  const make = encoding.make ?? asList
  return encodeCalls(
    records.map((record) => callOf(record, make)),
    encoding,
  )
}
