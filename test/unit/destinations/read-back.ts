// Rebuilds a record from what arrived: shares no line with the encoders. In: a span of the sink. Out: the CallRecord it tells of.
import { requestOf, responseOf } from '../../../fixtures/servers/neatlogs/content.mjs'
import type { ReceivedSpan } from '../../../fixtures/servers/neatlogs.mjs'
import type { CallRecord, Json, Operation, Status } from '../../../src/record.ts'

/** At NeatLogs trace and parent are those of the root, so the record's own are read from its attributes. */
export function recordOfSpan(span: ReceivedSpan): CallRecord {
  const { attributes, resource = {} } = span
  const text = (key: string): string | null => (attributes[key] as string | undefined) ?? null
  const number = (key: string): number | null => (attributes[key] as number | undefined) ?? null
  const list = (key: string): string[] => (attributes[key] as string[] | undefined) ?? []
  const json = (key: string): Json => (text(key) === null ? null : (JSON.parse(text(key) as string) as Json))
  return {
    schema: 1,
    id: text('neatlogs.record.id') as string,
    trace_id: text('session.id') as string,
    tags: list('tag.tags'),
    metadata: (json('neatlogs.record.metadata') ?? {}) as CallRecord['metadata'],
    user_id: text('user.id'),
    conversation_id: text('gen_ai.conversation.id'),
    session_id: text('neatlogs.record.session_id'),
    name: text('neatlogs.record.name'),
    otel: {
      trace_id: text('neatlogs.record.otel.trace_id') as string,
      span_id: span.spanId as string,
      parent_span_id: text('neatlogs.record.otel.parent_span_id'),
    },
    provider: text('gen_ai.provider.name') as string,
    operation: text('neatlogs.record.operation') as Operation,
    method: text('neatlogs.record.method') as string,
    helper: text('neatlogs.record.helper'),
    sdk: { name: text('neatlogs.record.sdk.name') as string, version: text('neatlogs.record.sdk.version') },
    seen_by: 'patch',
    server_address: text('server.address'),
    server_port: number('server.port'),
    url_path: text('url.path'),
    started_at: span.start as string,
    ended_at: span.end as string,
    duration_ms: number('neatlogs.record.duration_ms'),
    time_to_first_byte_ms: number('neatlogs.record.time_to_first_byte_ms'),
    time_to_first_token_ms: number('neatlogs.record.time_to_first_token_ms'),
    status: text('neatlogs.record.status') as Status,
    http_status: number('http.response.status_code'),
    attempts: json('neatlogs.record.attempts') as unknown as CallRecord['attempts'],
    request_id: text('neatlogs.record.request_id'),
    stream: attributes['gen_ai.request.stream'] === true,
    chunk_count: number('neatlogs.record.chunk_count'),
    request: { model: text('gen_ai.request.model'), body: requestOf(attributes) as Json },
    response: {
      id: text('gen_ai.response.id'),
      model: text('gen_ai.response.model'),
      finish_reasons: list('gen_ai.response.finish_reasons'),
      headers: json('neatlogs.record.response_headers') as { [name: string]: string },
      body: responseOf(attributes) as Json,
    },
    usage: {
      input_tokens: number('gen_ai.usage.input_tokens'),
      output_tokens: number('gen_ai.usage.output_tokens'),
      total_tokens: number('neatlogs.record.usage.total_tokens'),
      cache_read_input_tokens: number('gen_ai.usage.cache_read.input_tokens'),
      cache_write_input_tokens: number('gen_ai.usage.cache_write.input_tokens'),
      reasoning_output_tokens: number('gen_ai.usage.reasoning.output_tokens'),
      text_input_tokens: number('gen_ai.usage.text.input_tokens'),
      text_output_tokens: number('gen_ai.usage.text.output_tokens'),
      image_input_tokens: number('gen_ai.usage.image.input_tokens'),
      image_output_tokens: number('gen_ai.usage.image.output_tokens'),
      audio_input_tokens: number('gen_ai.usage.audio.input_tokens'),
      audio_output_tokens: number('gen_ai.usage.audio.output_tokens'),
    },
    cost_usd: number('neatlogs.record.cost_usd'),
    cost_source: text('neatlogs.record.cost_source') as CallRecord['cost_source'],
    error: errorOf(span),
    truncated: list('neatlogs.record.truncated'),
    unplaced: list('neatlogs.record.unplaced'),
    service: resource['service.name'] as string,
    pid: resource['process.pid'] as number,
    hostname: resource['host.name'] as string,
    node: resource['process.runtime.version'] as string,
  }
}

function errorOf({ attributes, events }: ReceivedSpan): CallRecord['error'] {
  const exception = events.find(({ name }) => name === 'exception')?.attributes
  if (exception === undefined) return null
  const text = (key: string): string | null => (attributes[key] as string | undefined) ?? null
  return {
    type: exception['exception.type'] as string,
    code: text('neatlogs.record.error.code'),
    message: exception['exception.message'] as string,
    param: text('neatlogs.record.error.param'),
    status: (attributes['neatlogs.record.error.status'] as number | undefined) ?? null,
    stack: (exception['exception.stacktrace'] as string | undefined) ?? null,
  }
}
