// Step 7, decode: one call's frames become one `CallRecord`: streams folded, usage, error, content rules, limits. In: open and
// close heads and their bytes. Out: the complete record. Pure and total: any bytes give a record. Worker thread.

import { limitFields } from '../content/limit-fields.ts'
import { dropContent, type ProtectOptions, protectRecord } from '../content/protect.ts'
import type { CloseHead, LaneInfo, OpenHead } from '../frame.ts'
import { isObject, textOf } from '../json-walk.ts'
import type { CallRecord, Json, Usage } from '../record.ts'
import { undoEncoding } from './content-encoding.ts'
import { type PriceOf, withCost } from './cost.ts'
import { decodeAnswer } from './decode-answer.ts'
import { contextOf } from './decode-context.ts'
import { readOutcome } from './decode-error.ts'
import type { Answer } from './decode-events.ts'
import { otelIds } from './decode-ids.ts'
import { asksForStream, asksForText, decodeRequest, parsingOf, type Request, type WireTexts } from './decode-request.ts'
import { endpointOfSocket, modelOfSession, requestOfSocket, sessionOf } from './decode-socket.ts'
import { attemptsOf, timesOf } from './decode-times.ts'
import { decodeWire } from './decode-wire.ts'
import { classify, type Endpoint, kindOf } from './endpoints.ts'
import { readFinishReasons } from './finish.ts'
import { helperError } from './helper-error.ts'
import { ownsUsage } from './own-usage.ts'
import { placeOf } from './place.ts'
import { deploymentOf, providerOf } from './provider-name.ts'
import { isSound, soundInput } from './sound-heads.ts'
import { NO_USAGE, readUsage } from './usage.ts'
import { vectorsOf } from './vectors.ts'

const NONE: readonly string[] = []

export interface DecodeOptions extends ProtectOptions {
  /** Price by a list; asked where the server states none. */
  readonly priceOf?: PriceOf
  /** Whoever gets the record takes bodies of bytes (wire-text.ts). */
  readonly keepsWire?: boolean
}

export interface DecodeInput {
  readonly open: OpenHead
  /** Raw bytes of the open frame. */
  readonly request: Uint8Array
  /** Null: the process died with the call in flight. */
  readonly close: CloseHead | null
  /** The bytes of the part frames and of the close frame, joined. */
  readonly answer: Uint8Array
  readonly lane: LaneInfo
  readonly options: DecodeOptions
  /** Decoding it has ended a shipper: the record says that there were bodies, and no more. */
  readonly isDeadly?: boolean
}

/** Decodes one call. Never throws: should a part of it fail, the record comes without content and says so. */
export function decodeCall(given: DecodeInput): CallRecord {
  const input = isSound(given) ? given : soundInput(given)
  const build = (wire: WireTexts | null): CallRecord => {
    const record = buildRecord(input, input.request, answerOf(input), wire)
    return protectRecord(withCost(record, input.options.priceOf), input.options)
  }
  try {
    return decodeWire(input, build) ?? build(null)
  } catch (error) {
    input.options.onRedactionFailure?.(`a call could not be decoded: ${error instanceof Error ? error.name : 'error'}`)
    return againWithout(input)
  }
}

function againWithout(input: DecodeInput): CallRecord {
  try {
    return limitFields(dropContent(buildRecord(input, new Uint8Array(), new Uint8Array())))
  } catch {
    return limitFields(dropContent(buildRecord(soundInput(input), new Uint8Array(), new Uint8Array())))
  }
}

/** The answer as the program got it: what the wire has seen is still encoded. */
function answerOf({ open, close, answer, isDeadly }: DecodeInput): Uint8Array {
  if (open.seen !== 'wire' || isDeadly) return answer
  // The process died before its headers were written: bytes that begin as gzip does are.
  const isGzip = close === null && answer[0] === 0x1f && answer[1] === 0x8b
  return undoEncoding(answer, isGzip ? 'gzip' : close?.headers?.['content-encoding']).bytes
}

function buildRecord(
  input: DecodeInput,
  requestBytes: Uint8Array,
  answerBytes: Uint8Array,
  wire: WireTexts | null = null,
): CallRecord {
  const { open, close, lane } = input
  const parsing = parsingOf(input.options, input.isDeadly ?? false, wire)
  const sent = decodeRequest(open, close, requestBytes, parsing)
  const streamed = open.stream ?? asksForStream(sent.body)
  const answer = decodeAnswer(answerBytes, {
    socket: open.socket,
    contentType: open.socket === undefined ? close?.headers?.['content-type'] : 'text/event-stream',
    operation: endpointOf(open).operation,
    streamed,
    asksText: asksForText(sent.body),
    vectors: vectorsOf(sent.body),
    partial: close === null || close.status !== 'ok' || close.cut !== undefined,
    failed: (close?.httpStatus ?? 0) >= 400,
    isBodiless: close?.httpStatus === 204 || close?.httpStatus === 205,
    ...parsing,
  })
  const request = open.socket === undefined ? sent : { ...sent, body: requestOfSocket(open.socket, sent.body, answer) }
  const call = callOf(input, request, answer)
  const outcome = readOutcome(close, answer, helperError(open.helper, call.operation, answer))
  return {
    schema: 1,
    id: open.id,
    ...call,
    ...timesOf(open, close, answer, streamed),
    status: outcome.status,
    http_status: outcome.httpStatus,
    attempts: attemptsOf(open, close),
    request_id: requestIdOf(close),
    stream: streamed || answer.chunkCount !== null,
    session_id: sessionOf(open, close),
    request: { model: requestModelOf(open, request.body) ?? deploymentOf(call.url_path), body: request.body },
    response: responseOf(close, answer, outcome.status === 'error' && answer.chunkCount !== null),
    usage: usageOf(call, open, answer.body, request.body),
    cost_usd: null,
    cost_source: null,
    error: outcome.error,
    truncated: [...below('/request/body', request.cut), ...cutOf(close, answer)],
    unplaced: below('/response/body', answer.unplaced),
    service: lane.service,
    pid: lane.pid,
    hostname: lane.hostname,
    node: lane.node,
  }
}

function usageOf(call: Pick<CallRecord, 'provider' | 'url_path'>, open: OpenHead, answer: Json, request: Json): Usage {
  if (open.socket === undefined && !ownsUsage(kindOf(open.verb, call.url_path ?? open.url), answer)) return NO_USAGE
  return readUsage(answer, { provider: call.provider, model: modelOf(answer) ?? modelOf(request) })
}

function endpointOf({ socket, verb, url }: OpenHead): Endpoint {
  return socket === undefined ? classify(verb, placeOf(url).path ?? url) : endpointOfSocket(socket)
}

/** What is known of a call before it is answered. */
function callOf(input: DecodeInput, request: Request, { heard }: Answer) {
  const { open, lane } = input
  const context = open.ctx ?? {}
  const place = placeOf(open.url)
  const { socket } = open
  return {
    ...contextOf(context, lane, heard === undefined ? request.body : heard.body),
    otel: otelIds(
      open.id,
      context,
      lane.sampling,
      socket === 'realtime' || socket === 'transcription' ? sessionOf(open, input.close) : null,
    ),
    provider: providerOf(place.address, place.path, open.provider || 'openai'),
    ...endpointOf(open),
    helper: open.helper ?? null,
    sdk: { name: 'openai', version: open.sdk },
    seen_by: open.seen ?? ('patch' as const),
    server_address: place.address,
    server_port: place.port,
    url_path: place.path,
  }
}

/** `brokeOff`: the stream ended with an error, so that choices without a finish reason have one. */
function responseOf(close: CloseHead | null, { body }: Answer, brokeOff: boolean): CallRecord['response'] {
  return {
    id: isObject(body) ? textOf(body.id) : null,
    model: modelOf(body),
    finish_reasons: readFinishReasons(body, brokeOff),
    headers: close?.headers ?? {},
    body,
  }
}

function cutOf(close: CloseHead | null, answer: Answer): readonly string[] {
  const cut = below('/response/body', answer.cut)
  return close?.cut === undefined ? cut : ['/response/body', ...cut]
}

function below(base: string, pointers: readonly string[]): readonly string[] {
  return pointers.length === 0 ? NONE : pointers.map((at) => `${base}${at}`)
}

function requestIdOf(close: CloseHead | null): string | null {
  const { headers, attempts } = close ?? {}
  return headers?.['x-request-id'] ?? headers?.['apim-request-id'] ?? attempts?.at(-1)?.requestId ?? null
}

function requestModelOf({ socket, url }: OpenHead, body: Json): string | null {
  return socket === 'realtime' || socket === 'transcription' ? modelOfSession(body, url) : modelOf(body)
}

function modelOf(body: Json): string | null {
  return isObject(body) ? textOf(body.model) : null
}
