// How a call ended, from what the program saw (the close head) and what the answer said. In: both. Out: status and error of
// the record. Worker thread.
import type { AttemptHead, CloseHead, FrameError } from '../frame.ts'
import type { CallError, Status } from '../record.ts'
import { type AnswerError, errorIn, errorOf } from '../shapes/error-forms.ts'
import type { Answer } from './decode-events.ts'

export interface Outcome {
  readonly status: Status
  readonly httpStatus: number | null
  readonly error: CallError | null
}

/**
 * Reads the outcome. An error found inside the answer makes the call `error`, whatever the main thread, which parses
 * nothing, thought of it; a stream that brought its last word is `ok` though the reader closed it (openai 7 does), and one that
 * ended well without it is `incomplete`.
 */
export function readOutcome(
  close: CloseHead | null,
  answer: Answer,
  thrownByHelper: AnswerError | null = null,
): Outcome {
  const httpStatus = close?.httpStatus ?? close?.attempts.at(-1)?.status ?? null
  const seen = close?.error === undefined ? null : fromFrame(close.error, httpStatus, close.attempts.at(-1))
  // The program got its own abort, whatever an attempt before it had brought: the retry of a 503 was left in its pause.
  if (close?.status === 'aborted' && seen !== null) return { status: 'aborted', httpStatus, error: seen }
  const found = answer.error === null ? refusalOf(httpStatus, answer) : fromAnswer(answer.error, httpStatus)
  if (found !== null) return { status: 'error', httpStatus, error: mergeErrors(seen, found) }
  if (answer.ending !== undefined) return { status: answer.ending, httpStatus, error: null }
  const status = close?.status ?? 'incomplete'
  const isWhole = status === 'ok' || (status === 'aborted' && answer.complete)
  if (isWhole && seen === null && thrownByHelper !== null)
    return { status: 'error', httpStatus, error: fromAnswer(thrownByHelper, httpStatus) }
  // openai 7 leaves the body at `[DONE]`, whatever is missing before it.
  if (isWhole && answer.unfinished)
    return { status: 'incomplete', httpStatus, error: fromAnswer(NO_LAST_WORD, httpStatus) }
  if (status === 'aborted' && answer.complete) return { status: 'ok', httpStatus, error: null }
  return { status, httpStatus, error: seen }
}

const NO_LAST_WORD: AnswerError = {
  type: 'IncompleteStream',
  code: null,
  message: 'The stream ended without its last word: no finish reason for each choice, no terminal event',
  param: null,
}

/** An HTTP error that nobody threw: the program asked for the raw response. */
function refusalOf(httpStatus: number | null, answer: Answer): CallError | null {
  if (httpStatus === null || httpStatus < 400) return null
  const { body } = answer
  if (body === null)
    return fromAnswer(
      { type: 'APIError', code: null, message: `${httpStatus} status code (no body)`, param: null },
      httpStatus,
    )
  return fromAnswer(errorIn(body) ?? errorOf(body), httpStatus)
}

/** What the program got comes first; the answer fills what it left out. */
function mergeErrors(seen: CallError | null, found: CallError): CallError {
  if (seen === null) return found
  // The SDK reads `error` alone, and says `400 status code (no body)` of a body in any other form.
  const isBlind = seen.message.endsWith('status code (no body)') && !found.message.endsWith('(no body)')
  return {
    ...seen,
    message: isBlind ? `${seen.status ?? found.status} ${found.message}` : seen.message,
    code: seen.code ?? found.code,
    param: seen.param ?? found.param,
    status: seen.status ?? found.status,
  }
}

/** Some versions of the SDK name no cause: the attempt that got no answer does. */
function fromFrame(error: FrameError, httpStatus: number | null, last: AttemptHead | undefined): CallError {
  const cause = last?.status == null ? last?.code : undefined
  return {
    type: error.type,
    code: error.code ?? cause ?? null,
    message: error.message,
    param: error.param ?? null,
    status: error.status ?? httpStatus,
    stack: error.stack ?? null,
  }
}

function fromAnswer(error: AnswerError, httpStatus: number | null): CallError {
  return { ...error, status: httpStatus, stack: null }
}
