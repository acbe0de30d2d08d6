// Step 7, decode: what was read of a call, put together. In: its heads, its lane, its two bodies. Out: the record, before its content rules. Worker.
import type { CloseHead, LaneInfo, OpenHead } from '../frame.ts'
import { isObject, textOf } from '../json-walk.ts'
import type { CallRecord, Json, Usage } from '../record.ts'
import { contextOf } from './decode-context.ts'
import { readOutcome } from './decode-error.ts'
import type { Answer } from './decode-events.ts'
import { otelIds } from './decode-ids.ts'
import type { Request } from './decode-request.ts'
import { modelOfSession, sessionOf } from './decode-socket.ts'
import { attemptsOf, timesOf } from './decode-times.ts'
import { type Endpoint, kindOf } from './endpoints.ts'
import { readFinishReasons } from './finish.ts'
import { helperError } from './helper-error.ts'
import { ownsUsage } from './own-usage.ts'
import { type Place, placeOf } from './place.ts'
import { deploymentOf, providerOf } from './provider-name.ts'
import { NO_USAGE, readUsage } from './usage.ts'

const NONE: readonly string[] = []
const NOTHING = {}

interface Heads {
  readonly open: OpenHead
  readonly close: CloseHead | null
  readonly lane: LaneInfo
}

interface Read {
  readonly endpoint: Endpoint
  readonly request: Request
  readonly answer: Answer
  /** A stream was asked for. */
  readonly streamed: boolean
}

/** Puts a record together. */
export function recordOf(heads: Heads, { endpoint, request, answer, streamed }: Read): CallRecord {
  const { open, close, lane } = heads
  const place = placeOf(open.url)
  const provider = providerOf(place.address, place.path, open.provider || 'openai')
  const context = contextOf(open.ctx ?? NOTHING, lane, answer.heard === undefined ? request.body : answer.heard.body)
  const times = timesOf(open, close, answer, streamed)
  const outcome = readOutcome(close, answer, helperError(open.helper, endpoint.operation, answer))
  // Field by field: V8 makes an object of forty fields at once, but one that begins with copies of others a field at a time.
  return {
    schema: 1,
    id: open.id,
    trace_id: context.trace_id,
    tags: context.tags,
    metadata: context.metadata,
    user_id: context.user_id,
    conversation_id: context.conversation_id,
    name: context.name,
    otel: otelOf(heads),
    provider,
    operation: endpoint.operation,
    method: endpoint.method,
    helper: open.helper ?? null,
    sdk: { name: 'openai', version: open.sdk },
    seen_by: open.seen ?? 'patch',
    server_address: place.address,
    server_port: place.port,
    url_path: place.path,
    started_at: times.started_at,
    ended_at: times.ended_at,
    duration_ms: times.duration_ms,
    time_to_first_byte_ms: times.time_to_first_byte_ms,
    time_to_first_token_ms: times.time_to_first_token_ms,
    chunk_count: times.chunk_count,
    status: outcome.status,
    http_status: outcome.httpStatus,
    attempts: attemptsOf(open, close),
    request_id: requestIdOf(close),
    stream: streamed || answer.chunkCount !== null,
    session_id: sessionOf(open, close),
    request: { model: requestModelOf(open, request.body) ?? deploymentOf(place.path), body: request.body },
    response: responseOf(close, answer, outcome.status === 'error' && answer.chunkCount !== null),
    usage: usageOf(provider, place, open, answer.body, request.body),
    cost_usd: null,
    cost_source: null,
    error: outcome.error,
    truncated: truncatedOf(request, close, answer),
    unplaced: below('/response/body', answer.unplaced),
    service: lane.service,
    pid: lane.pid,
    hostname: lane.hostname,
    node: lane.node,
  }
}

function otelOf({ open, close, lane }: Heads): CallRecord['otel'] {
  const isSession = open.socket === 'realtime' || open.socket === 'transcription'
  return otelIds(open.id, open.ctx ?? NOTHING, lane.sampling, isSession ? sessionOf(open, close) : null)
}

function usageOf(provider: string, { path }: Place, open: OpenHead, answer: Json, request: Json): Usage {
  if (open.socket === undefined && !ownsUsage(kindOf(open.verb, path ?? open.url), answer)) return NO_USAGE
  return readUsage(answer, { provider, model: modelOf(answer) ?? modelOf(request) })
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

function truncatedOf(request: Request, close: CloseHead | null, answer: Answer): readonly string[] {
  const ofAnswer = below('/response/body', answer.cut)
  const isCut = close?.cut !== undefined
  if (request.cut.length === 0 && ofAnswer.length === 0 && !isCut) return []
  return [...below('/request/body', request.cut), ...(isCut ? ['/response/body'] : NONE), ...ofAnswer]
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
