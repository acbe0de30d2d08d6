// One line of a record file → what the index keeps of it. In: parsed JSON of any shape. Out: an entry, or null when the
// line is not a call record (pino's own lines, a foreign file). Pure.

import { NAMES } from '../filter/filter.ts'
import { type Bag, bag, finite, list, msOfNs, text } from '../narrow.ts'
import { VIEW_STATUSES, type ViewStatus } from './api.ts'
import { answerPreview, firstWords, promptPreview } from './preview.ts'
import type { Entry } from './table.ts'

/** Reads a record defensively: every field but `id` and `started_at` may be missing or of another type. */
export function entryOf(value: unknown): Entry | null {
  const record = bag(value)
  const started = msOfNs(record.started_at)
  const id = text(record.id)
  if (id === null || id === '' || id.length > 200 || started === null) return null
  const request = bag(record.request)
  const response = bag(record.response)
  const usage = bag(record.usage)
  const error = bag(record.error)
  const session = short(record.session_id)
  const model = short(request.model) ?? short(response.model)
  const served = short(response.model)
  const errors = errorNames(record)
  return {
    id: own(id),
    started_ms: started,
    status: statusOf(record.status),
    http_status: finite(record.http_status),
    model,
    operation: short(record.operation) ?? 'other',
    method: short(record.method) ?? '',
    name: short(record.name),
    service: short(record.service) ?? '',
    stream: record.stream === true,
    attempts: list(record.attempts).length,
    duration_ms: finite(record.duration_ms),
    time_to_first_token_ms: finite(record.time_to_first_token_ms),
    input_tokens: finite(usage.input_tokens),
    output_tokens: finite(usage.output_tokens),
    total_tokens: finite(usage.total_tokens),
    cost_usd: finite(record.cost_usd),
    prompt: promptPreview(request.body),
    answer: answerPreview(response.body) || firstWords(text(error.message) ?? ''),
    trace_id: short(record.trace_id) ?? '',
    user_id: short(record.user_id),
    conversation_id: short(record.conversation_id),
    ...(session === null ? {} : { session_id: session }),
    ...(served === null || served === model ? {} : { served }),
    ...(errors.length === 0 ? {} : { errors }),
    tags: list(record.tags).flatMap((tag) => short(tag) ?? []),
  }
}

/** What the filter compares with `error`. */
function errorNames(record: Bag): string[] {
  return NAMES.error(record).map((name) => own(name.slice(0, 200)))
}

function statusOf(value: unknown): ViewStatus {
  return VIEW_STATUSES.find((status) => status === value && status !== 'in_flight') ?? 'incomplete'
}

/** Names are names: a megabyte of "model" is cut, so that one hostile record cannot fill the index. */
function short(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? own(value.slice(0, 200)) : null
}

/** A copy that does not keep the line it was cut from alive. */
function own(value: string): string {
  return Buffer.from(value).toString()
}
