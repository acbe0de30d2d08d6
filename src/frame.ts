// Frames: what the main thread appends and the worker reads. Leaf: their shapes. On disk a frame is one JSON head line,
// `bytes` raw bytes, one newline. The raw bytes are the request as sent or the answer as received, never re-encoded.
import type { Status } from './record.ts'

/** What the raw bytes of an open frame are. `form` and `binary` bodies are described by JSON, not copied. */
export type BodyKind = 'json' | 'form' | 'binary' | 'none'

/** What a call over a WebSocket is: a response of the Responses API, one of a Realtime session, a transcript of such a session. */
export type SocketCall = 'responses' | 'realtime' | 'transcription'

/** What a call inherits from `withContext`, an OpenTelemetry span or a provider; absent fields come from the lane. */
export interface FrameContext {
  readonly traceId?: string
  readonly tags?: readonly string[]
  readonly userId?: string
  readonly conversationId?: string
  readonly metadata?: { readonly [key: string]: unknown }
  readonly name?: string
  /** Root shared by the calls of one named context: hex32 trace and hex16 span. */
  readonly root?: { readonly traceId: string; readonly spanId: string; readonly startedAtMs: number }
  /** The application's own active span (OpenTelemetry or `TRACEPARENT`); `sampled: false`: no backend will ever see it. */
  readonly parent?: { readonly traceId: string; readonly spanId: string; readonly sampled?: false }
}

/** The begin of a call: on disk before its request leaves. */
export interface OpenHead {
  readonly t: 'open'
  readonly id: string
  /** Epoch milliseconds, fractional. */
  readonly at: number
  readonly provider: string
  readonly sdk: string | null
  readonly verb: string
  /** Full URL without credentials and without a secret query. */
  readonly url: string
  readonly helper?: string
  readonly stream?: boolean
  readonly ctx?: FrameContext
  /** An endpoint that nobody has told us of: recorded when a model is named, or the answer has usage. */
  readonly unsure?: true
  readonly body: BodyKind
  /** Seen on the wire only: the answer's bytes have the `content-encoding` of its headers. Absent: by the patch, decoded. */
  readonly seen?: 'wire'
  /** The call went over a WebSocket: its raw bytes are events, sent and received, not a request and an answer. */
  readonly socket?: SocketCall
  /** The socket's session: the server's `session.id`, else an id of ours for the connection. */
  readonly session?: string
}

/** Bytes of an answer that is still arriving. */
export interface PartHead {
  readonly t: 'part'
  readonly id: string
  /** Place in `attempts` of the one that got them; absent: they are the call's, whichever attempt was the last. */
  readonly attempt?: number
  /** What the head of the answer told, of a call whose answer nobody reads: its close frame does not say it again. */
  readonly known?: Pick<CloseHead, 'attempts' | 'httpStatus' | 'headers'>
}

/** One HTTP request of the call: begin and duration in milliseconds since the call's `at`. */
export interface AttemptHead {
  readonly at: number
  readonly ms: number | null
  readonly status: number | null
  readonly requestId?: string
  readonly retryAfter?: string
  /** Class of the error that came instead of an answer, and the code of what caused it (`ECONNREFUSED`). */
  readonly error?: string
  readonly code?: string
}

export interface FrameError {
  readonly type: string
  readonly code?: string
  readonly message: string
  readonly param?: string
  readonly status?: number
  readonly stack?: string
}

/** The end of a call. Raw bytes: the rest of the last attempt's answer after that attempt's `part` frames. */
export interface CloseHead {
  readonly t: 'close'
  readonly id: string
  readonly status: Status
  /** Milliseconds since the call began. */
  readonly ms: number
  readonly firstChunkMs?: number
  /** When the first pieces of an answer came: offset in it and milliseconds since the call began, in turns. Absent: all at once. */
  readonly marks?: readonly number[]
  readonly httpStatus?: number
  readonly attempts: readonly AttemptHead[]
  readonly headers?: { readonly [name: string]: string }
  readonly error?: FrameError
  /** A body that left as a stream, as it was known once it had: the fields of a form, JSON, or what there is to say of bytes. */
  readonly form?: { readonly [name: string]: unknown }
  /** The session, when the server told it after the begin. */
  readonly session?: string
  /** True when `status` is final although the bytes stop early (kept only up to a limit). */
  readonly cut?: number
}

/** Calls that could not be written; counted, so that the loss is reported. */
export interface LostHead {
  readonly t: 'lost'
  /** So that the loss is reported once. */
  readonly id: string
  readonly count: number
  readonly reason: string
}

/** A finished record written by the worker itself (after redaction, or carried over from an old segment). */
export interface RecordHead {
  readonly t: 'record'
  readonly id: string
}

export type FrameHead = OpenHead | PartHead | CloseHead | LostHead | RecordHead

/** A head and the bytes it announces. Strings are written as UTF-8. */
export type FrameBody = string | Uint8Array | readonly Uint8Array[]

/** Appends one frame. Returns false when it was dropped (counted, never thrown). */
export type Append = (head: FrameHead, body?: FrameBody) => boolean

/**
 * What may be kept, sent, sampled and cut of a lane's records, and what they are labelled with. Decided by the program that made them:
 * whoever delivers them, with whatever settings, has no say.
 */
export interface LaneRules {
  readonly captureContent: boolean
  /** Content in spans to an OpenTelemetry backend. */
  readonly otlpContent: boolean
  readonly redact: readonly string[]
  /** `NEATLOGS_SECRET_NAMES`; absent: none. */
  readonly secretNames?: readonly string[]
  readonly maxBodyBytes: number
  readonly sampleRate: number
  /** `OTEL_RESOURCE_ATTRIBUTES`, decoded. */
  readonly resource: readonly (readonly [key: string, value: string])[]
  /** Longest attribute value in characters; null: no limit. */
  readonly valueLengthLimit: number | null
  /** Absent: as much as there is. */
  readonly counts?: SpanCounts
}

/** How much a span may hold: `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT` and its kin. */
export interface SpanCounts {
  readonly attributes?: number
  readonly events?: number
  readonly links?: number
  readonly eventAttributes?: number
  readonly linkAttributes?: number
}

/** What of a lane goes to an OpenTelemetry backend: the parent's flag where there is a parent, else this part of all traces. */
export interface OtelSampling {
  readonly isParentBased: boolean
  /** 0 to 1. */
  readonly ratio: number
}

/** Static facts of the process that owns a lane: `lane.json`. Absent context fields of a call come from here. */
export interface LaneInfo {
  readonly v: 1
  readonly pid: number
  readonly hostname: string
  readonly node: string
  readonly neatlogs: string
  readonly service: string
  readonly traceId: string
  readonly tags: readonly string[]
  readonly userId: string | null
  readonly metadata: { readonly [key: string]: unknown }
  /** Absent in the lane of an older version: nothing beyond its frames was decided then (shipper/rules.ts). */
  readonly rules?: LaneRules
  /** Absent or null: all calls are sent. */
  readonly sampling?: OtelSampling | null
  /** Destination URL and a hash of its key; another key never ships this lane. */
  readonly fingerprint: string
  /** Identity of the owner beyond its pid. */
  readonly startTime: string
  readonly bootId: string
  readonly pidNamespace: string
}
