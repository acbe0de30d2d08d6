// Doctor: the record that is sent to see what a server answers. Pure.
import { randomBytes, randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { uuid7 } from '../../clock.ts'
import { NO_USAGE } from '../../decode/usage.ts'
import type { CallRecord } from '../../record.ts'

const NS_PER_MS = 1_000_000n

/** A finished call without content that says what it is: service, method and tag are `neatlogs doctor`. */
export function testRecord(nowMs: number): CallRecord {
  const at = String(BigInt(Math.floor(nowMs)) * NS_PER_MS)
  return {
    schema: 1,
    id: uuid7(nowMs),
    trace_id: randomUUID(),
    tags: ['neatlogs-doctor'],
    metadata: {},
    user_id: null,
    conversation_id: null,
    session_id: null,
    name: null,
    otel: { trace_id: randomBytes(16).toString('hex'), span_id: randomBytes(8).toString('hex'), parent_span_id: null },
    provider: 'openai',
    operation: 'chat',
    method: 'neatlogs.doctor',
    helper: null,
    sdk: { name: 'openai', version: null },
    seen_by: 'patch',
    server_address: null,
    server_port: null,
    url_path: null,
    started_at: at,
    ended_at: at,
    duration_ms: 0,
    time_to_first_byte_ms: null,
    time_to_first_token_ms: null,
    status: 'ok',
    http_status: null,
    attempts: [],
    request_id: null,
    stream: false,
    chunk_count: null,
    request: { model: null, body: null },
    response: { id: null, model: null, finish_reasons: [], headers: {}, body: null },
    usage: NO_USAGE,
    cost_usd: null,
    cost_source: null,
    error: null,
    truncated: [],
    unplaced: [],
    service: 'neatlogs doctor',
    pid: process.pid,
    hostname: hostname(),
    node: process.versions.node,
  }
}
