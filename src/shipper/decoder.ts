// Step 7, decode, as the shipper runs it: the provider's pure decoder with the rules of the call's lane, then sampling and cost. Worker.

import { keepTrace } from '../content/sample.ts'
import { type DecodeOptions, decodeCall } from '../decode/decode.ts'
import { worksNoModel } from '../decode/own-usage.ts'
import { loadPrices } from '../destinations/cost.ts'
import type { Diagnostics } from '../diagnostics.ts'
import type { LaneInfo } from '../frame.ts'
import type { CallRecord } from '../record.ts'
import { addSecretNames } from '../secrets/names.ts'
import type { CountOnce } from './counted.ts'
import type { JoinedCall } from './joined.ts'
import { rulesOf } from './rules.ts'

/** `keepsWire`: the destination takes bodies of bytes. */
export type Decoder = (call: JoinedCall, lane: LaneInfo, keepsWire?: boolean) => CallRecord | null

/** The rules of a lane, as its calls are decoded by them; one object for all of them. */
interface Applied {
  readonly sampleRate: number
  readonly plain: DecodeOptions
  readonly wire: DecodeOptions
}

/** Opens the decoder; cost is filled in when the optional price list is installed. */
export async function openDecoder(countOnce: CountOnce, diagnostics: Diagnostics): Promise<Decoder> {
  const price = await loadPrices()
  let unplacedCount = 0
  const onRedactionFailure = (message: string): void =>
    diagnostics.once('redaction', 'warn', `redaction failed, content dropped: ${message}`)
  const lanes = new WeakMap<LaneInfo, Applied>()
  const applyRules = (lane: LaneInfo): Applied => {
    const { maxBodyBytes, captureContent, redact, sampleRate, secretNames = [] } = rulesOf(lane)
    const given = { maxBodyBytes, captureContent, redact, onRedactionFailure }
    const options = price === null ? given : { ...given, priceOf: price }
    const applied = { sampleRate, plain: options, wire: { ...options, keepsWire: true } }
    lanes.set(lane, applied)
    // Whoever delivers it: what its program called secret is secret.
    addSecretNames(secretNames)
    return applied
  }
  return (call, lane, keepsWire = false) => {
    const { sampleRate, plain, wire } = lanes.get(lane) ?? applyRules(lane)
    const record = decodeCall({
      open: call.open,
      request: call.request,
      close: call.close,
      answer: call.answer,
      isDeadly: call.isDeadly ?? false,
      lane,
      options: keepsWire ? wire : plain,
    })
    if (worksNoModel(call.open, record)) return null
    if (record.status !== 'error' && !keepTrace(record.trace_id, sampleRate)) return null
    if (record.unplaced.length > 0) {
      unplacedCount++
      const fields = { record: record.id, server: record.server_address, at: record.unplaced, streams: unplacedCount }
      diagnostics.log(
        'debug',
        'events of a stream that could not be placed in its answer are kept as they came',
        fields,
      )
    }
    return countOnce(record, lane)
  }
}
