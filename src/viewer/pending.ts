// A call that has no record yet, as its frames tell it. In: open and close heads, the request's bytes, facts of the lane.
// Out: an entry for the table and, on demand, the record's shape for the page. Pure.
import type { CloseHead, LaneInfo, OpenHead } from '../frame.ts'
import { bag, text } from '../narrow.ts'
import type { ViewStatus } from './api.ts'
import { promptPreview } from './preview.ts'
import type { Entry } from './table.ts'

export interface PendingCall {
  readonly open: OpenHead
  readonly lane: Partial<LaneInfo>
  readonly close: CloseHead | null
  /** False when the process that made the call is gone. */
  readonly isAlive: boolean
  /** The request's JSON, or null when it is not JSON. */
  readonly body: unknown
}

/** How the URL of a model call ends, and its names. Azure and proxies put other things before it. */
const ENDPOINTS: readonly (readonly [RegExp, string, string])[] = [
  [/\/chat\/completions$/, 'chat', 'chat.completions.create'],
  [/\/responses$/, 'responses', 'responses.create'],
  [/\/embeddings$/, 'embeddings', 'embeddings.create'],
  [/\/completions$/, 'text_completion', 'completions.create'],
  [/\/images\/\w+$/, 'image', 'images.generate'],
  [/\/audio\/speech$/, 'speech', 'audio.speech.create'],
  [/\/audio\/(transcriptions|translations)$/, 'transcription', 'audio.transcriptions.create'],
  [/\/moderations$/, 'moderation', 'moderations.create'],
  [/\/responses\/(?!compact$)[^/]+$/, 'fetch_response', 'responses.retrieve'],
]

function urlOf(open: OpenHead): URL | null {
  return URL.canParse(open.url) ? new URL(open.url) : null
}

/** Calls over a WebSocket have the address of their connection. */
const SOCKETS: ReadonlyMap<string, readonly [operation: string, method: string]> = new Map(
  Object.entries({
    responses: ['responses', 'responses.create'],
    realtime: ['realtime', 'realtime.response'],
    transcription: ['transcription', 'realtime.transcription'],
  }),
)

function endpointOf(open: OpenHead): readonly [operation: string, method: string] {
  if (open.socket !== undefined) return SOCKETS.get(open.socket) ?? ['other', open.socket]
  const path = urlOf(open)?.pathname ?? ''
  const row = ENDPOINTS.find(([ending]) => ending.test(path))
  return row ? [row[1], row[2]] : ['other', `${open.verb} ${path}`]
}

/** The status shown until the record is there. */
export function pendingStatus(call: PendingCall): ViewStatus {
  if (call.close) return call.close.status
  return call.isAlive ? 'in_flight' : 'incomplete'
}

/** What the list shows of a call without record. */
export function pendingEntry(call: PendingCall): Entry {
  const { open, lane, close } = call
  const [operation, method] = endpointOf(open)
  const body = bag(call.body)
  return {
    id: open.id,
    started_ms: open.at,
    status: pendingStatus(call),
    http_status: close?.httpStatus ?? null,
    model: (text(body.model) ?? text(bag(body.session).model))?.slice(0, 200) ?? null,
    operation,
    method,
    name: open.ctx?.name ?? null,
    service: lane.service ?? '',
    stream: open.stream === true || body.stream === true,
    attempts: close?.attempts.length ?? 0,
    duration_ms: close?.ms ?? null,
    time_to_first_token_ms: close?.firstChunkMs ?? null,
    input_tokens: null,
    output_tokens: null,
    total_tokens: null,
    cost_usd: null,
    prompt: promptPreview(call.body),
    answer: close?.error?.message.slice(0, 160) ?? '',
    trace_id: open.ctx?.traceId ?? lane.traceId ?? '',
    user_id: open.ctx?.userId ?? lane.userId ?? null,
    conversation_id: open.ctx?.conversationId ?? null,
    ...(open.session === undefined ? {} : { session_id: open.session }),
    tags: [...(lane.tags ?? []), ...(open.ctx?.tags ?? [])],
  }
}

/** The same fields a record has, as far as the frames hold them; the page renders both alike. */
export function pendingRecord(call: PendingCall): unknown {
  const entry = pendingEntry(call)
  const { open, lane, close } = call
  const url = urlOf(open)
  return {
    id: entry.id,
    trace_id: entry.trace_id,
    tags: entry.tags,
    metadata: { ...lane.metadata, ...open.ctx?.metadata },
    user_id: entry.user_id,
    conversation_id: entry.conversation_id,
    session_id: open.session ?? null,
    name: entry.name,
    provider: open.provider,
    operation: entry.operation,
    method: entry.method,
    sdk: { name: 'openai', version: open.sdk },
    server_address: url?.hostname ?? null,
    server_port: url ? Number(url.port || (url.protocol === 'http:' ? 80 : 443)) : null,
    url_path: url?.pathname ?? null,
    started_at: String(BigInt(Math.round(open.at * 1000)) * 1000n),
    duration_ms: entry.duration_ms,
    time_to_first_token_ms: entry.time_to_first_token_ms,
    status: entry.status,
    http_status: entry.http_status,
    attempts: [],
    stream: entry.stream,
    request: { model: entry.model, body: call.body },
    response: { body: null, headers: {}, finish_reasons: [] },
    error: close?.error ?? null,
    service: entry.service,
    pid: lane.pid ?? null,
    hostname: lane.hostname ?? null,
    node: lane.node ?? null,
  }
}
