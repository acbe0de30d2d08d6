// Deliver: records to the first NeatLogs API (`NEATLOGS_PROTOCOL=v1`), one call a request, errors and streams included. Worker thread.
import type { Environment, Options } from '../options/options.ts'
import type { CallRecord } from '../record.ts'
import type { Destination, Outcome } from './destination.ts'
import { fingerprintOf, neatlogsUrl } from './fingerprint.ts'
import { openHttp } from './http.ts'
import { toJson } from './json.ts'
import { keyProblem, NEATLOGS_TIMEOUT_MS } from './neatlogs-key.ts'
import { outcomeOfJson } from './outcome.ts'
import { createSequence } from './sequence.ts'

const MAX_BATCH_BYTES = 4 * 1024 * 1024
/** One request a record: a large batch would only make a retry coarser. */
const MAX_BATCH_COUNT = 64

/** Opens the first API. Its key travels in the body, there is no header. Without a key every `send` answers `pause`. */
export function openNeatlogsV1(options: Options, env: Environment): Destination {
  const apiKey = options.apiKey ?? ''
  const problem = keyProblem(options)
  const client = openHttp({ url: neatlogsUrl(options), headers: {}, env, timeoutMs: NEATLOGS_TIMEOUT_MS, gzip: false })
  const sequence = createSequence()
  const sendOne = async (record: CallRecord, patience: number): Promise<Outcome> => {
    const body = Buffer.from(encodeV1(record, apiKey, Date.now()))
    const result = await client.post(body, 'application/json', patience)
    return outcomeOfJson(result, [apiKey])
  }
  return {
    name: 'neatlogs',
    fingerprint: fingerprintOf('neatlogs', options, env),
    maxBatchBytes: MAX_BATCH_BYTES,
    maxBatchCount: MAX_BATCH_COUNT,
    warnings: problem === null ? client.warnings : [problem, ...client.warnings],
    send: async (records, { patience = 1 }) => {
      if (problem !== null) return { kind: 'pause', reason: problem }
      const left = records.filter((record) => !sequence.isSettled(record))
      const units = left.map((record) => ({ records: [record], send: () => sendOne(record, patience) }))
      return sequence.send(units, records)
    },
    close: () => client.close(),
  }
}

/**
 * Makes the body of `POST /api/data`: JSON text in JSON text in JSON text, as the first API wants it. Pure.
 * An error has `response: "null"`; a call that broke off keeps what arrived.
 */
export function encodeV1(record: CallRecord, apiKey: string, sentAtMs: number): string {
  const { error } = record
  const dataDump = {
    kwargs: toJson(record.request.body),
    response: error === null ? toJson(record.response.body) : 'null',
    ...(record.tags.length > 0 ? { tags: record.tags } : {}),
    ...(error === null ? {} : { error: { type: error.type, message: error.message, args: [error.message] } }),
  }
  return JSON.stringify({
    dataDump: JSON.stringify(dataDump),
    projectAPIKey: apiKey,
    externalTraceId: record.trace_id,
    timestamp: sentAtMs / 1000,
  })
}
