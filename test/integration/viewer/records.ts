// Realistic records for the viewer's tests, benchmark and screenshots. In: a count, a time span, a seed. Out: call records,
// oldest first, and record files as the `file` destination writes them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Attempt, CallError, CallRecord, Status } from '../../../src/record.ts'
import { drawScene, type Line, pick, type Random, type Scene } from './scenes.ts'

export interface RecordsOptions {
  readonly count: number
  /** Start of the newest call, epoch milliseconds. */
  readonly endMs: number
  readonly spanMs: number
  readonly seed?: number
}

/** US dollars per million tokens, in and out. */
const PRICES: { readonly [model: string]: readonly [number, number] } = {
  'gpt-4o': [2.5, 10],
  'gpt-4o-mini': [0.15, 0.6],
  'gpt-4.1': [2, 8],
  'gpt-4.1-mini': [0.4, 1.6],
  'gpt-5-mini': [0.25, 2],
  'o4-mini': [1.1, 4.4],
  'text-embedding-3-small': [0.02, 0],
  'gpt-image-1': [5, 40],
}

/** A random source that gives the same numbers for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

/** Makes records whose start times lie in the span, oldest first. */
export function makeRecords({ count, endMs, spanMs, seed = 1 }: RecordsOptions): CallRecord[] {
  const random = randomFrom(seed)
  const records: CallRecord[] = []
  for (let scene = 0; records.length < count; scene++) {
    const place = (1 - random() ** 1.15) * spanMs
    records.push(...playScene(random, drawScene(random), endMs - spanMs + place, scene))
  }
  records.length = count
  return records.sort((a, b) => (BigInt(a.started_at) < BigInt(b.started_at) ? -1 : 1))
}

function playScene(random: Random, scene: Scene, beginMs: number, number: number): CallRecord[] {
  const records: CallRecord[] = []
  const traceId = scene.lines.length > 1 ? uuid(random) : `session-${scene.service}-${number % 23}`
  let begin = beginMs
  let end = beginMs
  for (const line of scene.lines) {
    if (!line.isParallel) begin = end + 20 + random() * 260
    const record = playLine(random, scene, line, begin + random() * 12, traceId)
    records.push(record)
    end = Math.max(end, begin + (record.duration_ms ?? 1000))
    if (record.status !== 'ok') break // the program stops when a step fails
  }
  return records
}

function playLine(random: Random, scene: Scene, line: Line, startMs: number, traceId: string): CallRecord {
  const firstMs = 180 + random() * 420 + (line.reasoningTokens ?? 0) * 6
  const paceMs = line.model.includes('mini') ? 7 : 14
  const okMs = firstMs + line.outputTokens * paceMs * (0.6 + random()) + (random() < 0.03 ? 6000 * random() : 0)
  const end = drawEnd(random, line, Math.round(okMs * 100) / 100)
  const isOk = end.status === 'ok'
  const [input = 0, output = 0] = PRICES[line.model] ?? []
  const cost = (line.inputTokens * input + line.outputTokens * output) / 1e6
  const lastAttempt = end.attempts.at(-1)
  return {
    ...frameOf(random, scene, line, startMs, traceId),
    ended_at: end.status === 'incomplete' ? null : ns(startMs + end.durationMs),
    duration_ms: end.status === 'incomplete' ? null : end.durationMs,
    time_to_first_byte_ms: end.status !== 'error' ? Math.round(firstMs * 100) / 100 : null,
    time_to_first_token_ms: line.stream && end.status !== 'error' ? Math.round(firstMs * 100) / 100 : null,
    status: end.status,
    http_status: lastAttempt?.status ?? null,
    attempts: placeAttempts(startMs, end.attempts),
    request_id: lastAttempt?.request_id ?? null,
    chunk_count: line.stream ? line.outputTokens : null,
    request: { model: line.model, body: line.request },
    response: responseOf(line, end.status),
    usage: usageOf(line, isOk),
    cost_usd: isOk && line.model in PRICES ? cost : null,
    cost_source: isOk && line.model in PRICES ? 'list' : null,
    error: end.error,
  }
}

/** Gives attempts their begin: one after the other, with the SDK's pause between them. */
function placeAttempts(startMs: number, attempts: readonly Attempt[]): Attempt[] {
  let at = startMs + 6
  return attempts.map((attempt) => {
    const placed = { ...attempt, started_at: ns(at) }
    at += (attempt.duration_ms ?? 0) + 500
    return placed
  })
}

function frameOf(random: Random, scene: Scene, line: Line, startMs: number, traceId: string) {
  const pid = 4000 + (scene.service.length % 7)
  return {
    schema: 1 as const,
    id: uuid(random, startMs),
    trace_id: traceId,
    tags: scene.tags,
    metadata: scene.name === 'order-agent' ? { release: '2026.11.3', region: 'eu-central-1' } : {},
    user_id: scene.service === 'support-bot' ? `customer-${Math.floor(random() * 400)}` : null,
    conversation_id: null,
    session_id: null,
    name: scene.name,
    otel: { trace_id: hex(random, 32), span_id: hex(random, 16), parent_span_id: null },
    provider: 'openai',
    operation: line.operation,
    method: line.method,
    helper: line.helper ?? null,
    sdk: { name: 'openai', version: '6.49.0' },
    seen_by: 'patch' as const,
    server_address: 'api.openai.com',
    server_port: 443,
    url_path: line.path,
    started_at: ns(startMs),
    stream: line.stream ?? false,
    truncated: [],
    unplaced: [],
    service: scene.service,
    pid,
    hostname: 'web-1',
    node: '22.23.3',
  }
}

interface End {
  readonly status: Status
  readonly durationMs: number
  readonly attempts: readonly Attempt[]
  readonly error: CallError | null
}

function drawEnd(random: Random, line: Line, okMs: number): End {
  const die = random()
  const attempt = (status: number | null, ms: number | null, error: string | null = null): Attempt => ({
    started_at: '0',
    duration_ms: ms,
    status,
    request_id: status === null ? null : `req_${hex(random, 24)}`,
    retry_after: status === 429 ? '1' : null,
    error,
  })
  if (die < 0.012) {
    const error = apiError('RateLimitError', 'rate_limit_exceeded', 429, RATE_LIMIT.replace('%', line.model))
    return {
      status: 'error',
      durationMs: 3260.4,
      attempts: [attempt(429, 212), attempt(429, 198), attempt(429, 205)],
      error,
    }
  }
  if (die < 0.018 && (line.operation === 'chat' || line.operation === 'responses')) {
    const error = apiError('BadRequestError', 'context_length_exceeded', 400, CONTEXT_LENGTH, 'messages')
    return { status: 'error', durationMs: 143.2, attempts: [attempt(400, 143)], error }
  }
  if (die < 0.022) {
    const error = apiError('APIConnectionTimeoutError', null, null, 'Request timed out.')
    return {
      status: 'error',
      durationMs: 30_000,
      attempts: [attempt(null, 30_000, 'APIConnectionTimeoutError')],
      error,
    }
  }
  if (die < 0.03 && line.stream)
    return { status: 'aborted', durationMs: okMs * 0.6, attempts: [attempt(200, 230)], error: null }
  if (die < 0.033) return { status: 'incomplete', durationMs: 0, attempts: [attempt(null, null)], error: null }
  if (die < 0.045)
    return { status: 'ok', durationMs: okMs + 1400, attempts: [attempt(500, 320), attempt(200, okMs)], error: null }
  return { status: 'ok', durationMs: okMs, attempts: [attempt(200, Math.min(okMs, 240 + random() * 200))], error: null }
}

const RATE_LIMIT =
  '429 Rate limit reached for % in organization org-test on tokens per min (TPM): Limit 30000, Used 29412, Requested 1893. Please try again in 2.61s.'
const CONTEXT_LENGTH =
  "400 This model's maximum context length is 128000 tokens. However, your messages resulted in 131204 tokens. Please reduce the length of the messages."

function apiError(
  type: string,
  code: string | null,
  status: number | null,
  message: string,
  param: string | null = null,
): CallError {
  const stack = `${type}: ${message}\n    at APIError.generate (/app/node_modules/openai/core/error.js:45:20)\n    at OpenAI.makeRequest (/app/node_modules/openai/client.js:312:32)\n    at async answer (/app/src/answer.js:48:20)`
  return { type, code, message, param, status, stack }
}

function responseOf(line: Line, status: Status): CallRecord['response'] {
  const headers = {
    'openai-processing-ms': '412',
    'x-ratelimit-limit-requests': '10000',
    'x-ratelimit-remaining-requests': '9971',
    'x-ratelimit-remaining-tokens': '1998240',
  }
  if (status === 'error') return { id: null, model: null, finish_reasons: [], headers, body: null }
  if (status === 'incomplete') return { id: null, model: null, finish_reasons: [], headers: {}, body: null }
  const finish = status === 'ok' && line.finish !== '' ? [line.finish] : []
  return {
    id: `chatcmpl-${line.outputTokens}`,
    model: `${line.model}-2026-08-06`,
    finish_reasons: finish,
    headers,
    body: line.response,
  }
}

function usageOf(line: Line, isKnown: boolean): CallRecord['usage'] {
  const has = isKnown && line.operation !== 'moderation' && line.operation !== 'speech'
  return {
    input_tokens: has ? line.inputTokens : null,
    output_tokens: has ? line.outputTokens : null,
    total_tokens: has ? line.inputTokens + line.outputTokens : null,
    cache_read_input_tokens: has && line.isCached ? Math.floor(line.inputTokens * 0.6) : null,
    cache_write_input_tokens: null,
    reasoning_output_tokens: has && line.reasoningTokens ? line.reasoningTokens : null,
    text_input_tokens: null,
    text_output_tokens: null,
    image_input_tokens: null,
    image_output_tokens: null,
    audio_input_tokens: null,
    audio_output_tokens: null,
  }
}

/** Epoch milliseconds → epoch nanoseconds as the record has them. */
export function ns(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n)
}

function hex(random: Random, length: number): string {
  return Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('')
}

function uuid(random: Random, ms = Math.floor(random() * 2 ** 41)): string {
  const time = Math.floor(ms).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(random, 3)}-${pick(random, ['8', '9', 'a', 'b'])}${hex(random, 3)}-${hex(random, 12)}`
}

/** A record as one line of a record file. */
export function lineOf(record: CallRecord): string {
  const { pid, hostname, ...rest } = record
  const time = Number(BigInt(record.started_at) / 1_000_000n)
  const msg = `${record.method} ${record.request.model} ${record.status}`
  return `${JSON.stringify({ level: record.status === 'ok' ? 30 : 50, time, pid, hostname, msg, ...rest })}\n`
}

/** Writes records into `<dir>/records`, spread over as many processes' files; `flag` `a` appends. */
export function writeRecords(dir: string, records: readonly CallRecord[], fileCount = 1, flag: 'w' | 'a' = 'w'): void {
  const folder = join(dir, 'records')
  mkdirSync(folder, { recursive: true })
  for (let file = 0; file < fileCount; file++) {
    const lines = records.filter((_, at) => at % fileCount === file).map(lineOf)
    writeFileSync(join(folder, `web-1-${4000 + file}.ndjson`), lines.join(''), { flag })
  }
}
