// One call as a turn of a conversation: what was asked and what came. In: a record. Out: a history entry. Pure.
import type { CallError, CallRecord, Json, Status } from '../record.ts'

/** One call of a history. */
export interface ConversationEntry {
  /** Begin of the call, ISO 8601 with milliseconds. */
  readonly timestamp: string
  /** The model that answered, else the one that was asked for. */
  readonly model: string | null
  /** What was asked: the list of messages, the input or the prompt as sent; else the whole request. */
  readonly prompt: Json
  /** The answer's text; the answer itself where there is none (tool calls, embeddings). Null for a call that failed. */
  readonly completion: Json
  readonly metadata: {
    /** Null when the server did not say. */
    readonly total_tokens: number | null
    readonly tags: readonly string[]
    readonly trace_id: string
    readonly status: Status
  }
  /** Why the call failed. */
  readonly error?: CallError
  /** True when the call alone was larger than a history keeps: its texts are absent. */
  readonly truncated?: true
}

/** Makes the entry of a call. */
export function toEntry(record: CallRecord, isCut: boolean): ConversationEntry {
  const { request, response, status, error } = record
  return {
    timestamp: new Date(Number(BigInt(record.started_at) / 1_000_000n)).toISOString(),
    model: response.model ?? request.model,
    prompt: promptOf(request.body),
    completion: status === 'error' ? null : completionOf(response.body),
    metadata: { total_tokens: record.usage.total_tokens, tags: record.tags, trace_id: record.trace_id, status },
    ...(error === null ? {} : { error }),
    ...(isCut ? { truncated: true as const } : {}),
  }
}

function promptOf(body: Json): Json {
  return field(body, 'messages') ?? field(body, 'input') ?? field(body, 'prompt') ?? body
}

/** Chat's and completions' first choice, a response's output text, a transcription's text. */
function completionOf(body: Json): Json {
  const choice = first(field(body, 'choices'))
  const message = field(choice, 'message')
  const output = field(body, 'output')
  return (
    text(field(message, 'content')) ??
    text(field(choice, 'text')) ??
    outputText(output) ??
    text(field(body, 'text')) ??
    message ??
    output ??
    body
  )
}

function outputText(output: Json | undefined): string | undefined {
  if (!Array.isArray(output)) return undefined
  const parts = output.flatMap((item: Json) => field(item, 'content') ?? [])
  const texts = parts.flatMap((part: Json) =>
    field(part, 'type') === 'output_text' ? (text(field(part, 'text')) ?? []) : [],
  )
  return texts.length === 0 ? undefined : texts.join('')
}

function field(value: Json | undefined, name: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return (value as { readonly [key: string]: Json })[name] ?? undefined
}

function first(value: Json | undefined): Json | undefined {
  return Array.isArray(value) ? (value[0] as Json | undefined) : undefined
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
