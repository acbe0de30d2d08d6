// The record: one finished API call as data. Leaf: shapes only, imported everywhere. `null` means unknown, never 0;
// times are epoch nanoseconds as decimal strings; durations are milliseconds from a monotonic clock.

/** What kind of endpoint a call went to. */
export type Operation =
  | 'chat'
  | 'text_completion'
  | 'responses'
  | 'embeddings'
  | 'image'
  | 'speech'
  | 'transcription'
  | 'moderation'
  | 'fetch_response'
  | 'realtime'
  | 'other'

/**
 * How a call ended. `ok`: the answer was read to its end. `error`: the program got an error, or the answer carried one.
 * `aborted`: the program left early (abort, break, cancel), or the user spoke in between. `incomplete`: the process died, nobody read
 * the answer, or the other side closed the socket before its end.
 */
export type Status = 'ok' | 'error' | 'aborted' | 'incomplete'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** One HTTP request of a call; retries make several. `status` is null when no answer came. */
export interface Attempt {
  readonly started_at: string
  readonly duration_ms: number | null
  readonly status: number | null
  readonly request_id: string | null
  readonly retry_after: string | null
  readonly error: string | null
}

/** Counts as the server states them. The parts (`cache_…`, `reasoning_…`, text, image, audio) are within input and output. */
export interface Usage {
  readonly input_tokens: number | null
  /** Reasoning included, also where the server counts it apart (xAI, Gemini): then output and input add up to its total. */
  readonly output_tokens: number | null
  readonly total_tokens: number | null
  readonly cache_read_input_tokens: number | null
  readonly cache_write_input_tokens: number | null
  readonly reasoning_output_tokens: number | null
  readonly text_input_tokens: number | null
  readonly text_output_tokens: number | null
  readonly image_input_tokens: number | null
  readonly image_output_tokens: number | null
  readonly audio_input_tokens: number | null
  readonly audio_output_tokens: number | null
}

export interface CallError {
  readonly type: string
  readonly code: string | null
  readonly message: string
  readonly param: string | null
  readonly status: number | null
  readonly stack: string | null
}

export interface CallRecord {
  readonly schema: 1
  /** UUIDv7 made at call start; the key by which a receiver drops what it already has. */
  readonly id: string
  /** The session the user names (`NEATLOGS_TRACE_ID`, `withContext({traceId})`), else one UUID per process. */
  readonly trace_id: string
  readonly tags: readonly string[]
  readonly metadata: { readonly [key: string]: Json }
  readonly user_id: string | null
  readonly conversation_id: string | null
  /** The connection of a call that went over a WebSocket: the server's session, else an id of ours. Null for one of its own request. */
  readonly session_id: string | null
  /** Name of the enclosing `withContext({name})`: calls that share `otel.parent_span_id` and this name share one root. */
  readonly name: string | null
  readonly otel: {
    readonly trace_id: string
    readonly span_id: string
    readonly parent_span_id: string | null
    /** The application's span that is not sampled, so that it cannot be the parent. */
    readonly link?: { readonly trace_id: string; readonly span_id: string }
    /** Not to be sent to an OpenTelemetry backend, by its own rules of sampling. */
    readonly sampled?: false
  }
  readonly provider: string
  readonly operation: Operation
  /** The SDK's own name for the call, e.g. `chat.completions.create`. */
  readonly method: string
  readonly helper: string | null
  readonly sdk: { readonly name: string; readonly version: string | null }
  /**
   * How the call was seen. `wire`: by its requests, where its class could not be patched (a bundle): an error is then told as the
   * server or the connection told it, and a timeout of the SDK's is `aborted`.
   */
  readonly seen_by: 'patch' | 'wire'
  readonly server_address: string | null
  readonly server_port: number | null
  readonly url_path: string | null
  readonly started_at: string
  readonly ended_at: string | null
  readonly duration_ms: number | null
  /** Until the first byte of the answer's body, whatever it was: a keep-alive comment, a role, a filter's result. */
  readonly time_to_first_byte_ms: number | null
  /** Until the first chunk of a stream that brought content, reasoning or a tool call; null when none did, or without a stream. */
  readonly time_to_first_token_ms: number | null
  readonly status: Status
  readonly http_status: number | null
  readonly attempts: readonly Attempt[]
  readonly request_id: string | null
  readonly stream: boolean
  /** Server-sent data events received, `[DONE]` not counted; null when the call did not stream. */
  readonly chunk_count: number | null
  readonly request: { readonly model: string | null; readonly body: Json }
  readonly response: {
    readonly id: string | null
    readonly model: string | null
    readonly finish_reasons: readonly string[]
    /** Rate-limit, processing-time and content headers; never a credential. */
    readonly headers: { readonly [name: string]: string }
    readonly body: Json
  }
  readonly usage: Usage
  readonly cost_usd: number | null
  /** Who says what it cost: the `server`, or a price `list` by the tokens; null while the cost is. */
  readonly cost_source: 'server' | 'list' | null
  readonly error: CallError | null
  /** JSON pointers into this record whose values were cut to the size limit. */
  readonly truncated: readonly string[]
  /**
   * JSON pointers into this record of raw stream events (`/response/body/raw_events`) that hold what no fold could place in the
   * answer. Empty for every stream that was understood whole.
   */
  readonly unplaced: readonly string[]
  readonly service: string
  readonly pid: number
  readonly hostname: string
  readonly node: string
}
