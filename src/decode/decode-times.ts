// When a call began, answered and ended, and each of its attempts. In: the heads and the answer. Out: times of the record. Worker thread.
import type { CloseHead, OpenHead } from '../frame.ts'
import type { CallRecord } from '../record.ts'
import type { Answer } from './decode-events.ts'
import { nanosOf } from './decode-ids.ts'
import { msAt } from './first-token.ts'

export function timesOf(open: OpenHead, close: CloseHead | null, answer: Answer, streamed: boolean) {
  // An accepted stream that brought nothing has 0 chunks; a call that was refused never streamed.
  const accepted = close?.httpStatus !== undefined && close.httpStatus < 300
  return {
    started_at: nanosOf(open.at),
    ended_at: close === null ? null : nanosOf(open.at, close.ms),
    duration_ms: close?.ms ?? null,
    time_to_first_byte_ms: close?.firstChunkMs ?? null,
    // In a session the main thread has seen the first word, or sound, itself.
    time_to_first_token_ms: answer.heard === undefined ? msAt(close, answer.contentAt) : (close?.firstChunkMs ?? null),
    chunk_count: answer.chunkCount ?? (streamed && accepted && answer.body === null ? 0 : null),
  }
}

export function attemptsOf(open: OpenHead, close: CloseHead | null): CallRecord['attempts'] {
  const attempts: CallRecord['attempts'][number][] = []
  for (const attempt of close?.attempts ?? []) {
    attempts.push({
      started_at: nanosOf(open.at, attempt.at),
      duration_ms: attempt.ms,
      status: attempt.status,
      request_id: attempt.requestId ?? null,
      retry_after: attempt.retryAfter ?? null,
      error: attempt.code === undefined ? (attempt.error ?? null) : `${attempt.error} (${attempt.code})`,
    })
  }
  return attempts
}
