// The short fields of a record as far as they are words of an API: ids, names of models, reasons. A server, or a program that calls paths of its
// own, may put a sentence of a person into any of them. In: a record. Out: the same without such. Pure, worker thread.
import type { CallRecord } from '../record.ts'
import { CENSOR } from '../secrets/shapes.ts'

/** LiteLLM's ids of responses hold a coded text of their own. */
const MAX_ID_CHARS = 256
const MAX_SEGMENT_CHARS = 128
const WORD = /^@?[A-Za-z0-9_\-.:/]+$/
/** `text/event-stream; charset=utf-8` · `Wed, 21 Oct 2026 07:28:00 GMT` */
const HEADER_FORMS: ReadonlyMap<string, RegExp> = new Map([
  ['content-type', /^[\w.+-]{1,64}\/[\w.+-]{1,64}(?:; ?[\w-]{1,32}="?[\w.+-]{1,64}"?){0,4}$/],
  ['retry-after', /^(?:[\d.]{1,16}|\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT)$/],
  ['x-ms-region', /^[A-Z][A-Za-z]{1,15}(?: [A-Z][A-Za-z]{1,15}){0,2}(?: \d)?$/],
])

/**
 * A word of an API is short and of ASCII letters, digits and `_-.:/`: a sentence under a safe name is not safe, one in a script without
 * spaces least of all. `@cf/meta/llama` is the one kind of name with an `@`.
 */
export function isWord(value: string, maxChars = MAX_ID_CHARS): boolean {
  return value.length <= maxChars && WORD.test(value)
}

/** The word, or what stands for a text that is none; null stays null. */
export function wordOr<Text extends string | null, Other extends string | null>(
  text: Text,
  other: Other,
): Text | Other {
  return text === null || text === CENSOR || isWord(text) ? text : other
}

/** The record with no text but words outside of its bodies, its error and what the program labels its calls with. */
export function wordsOnly(record: CallRecord): CallRecord {
  const { request, response } = record
  return {
    ...record,
    session_id: wordOr(record.session_id, null),
    url_path: record.url_path === null ? null : wordsOfPath(record.url_path),
    truncated: record.truncated.map(wordsOfPath),
    unplaced: record.unplaced?.map(wordsOfPath),
    request_id: wordOr(record.request_id, null),
    attempts: record.attempts.map((attempt) => ({
      ...attempt,
      request_id: wordOr(attempt.request_id, null),
      retry_after: headerValue('retry-after', attempt.retry_after ?? ''),
      error: attemptError(attempt.error),
    })),
    request: { ...request, model: wordOr(request.model, null) },
    response: {
      ...response,
      id: wordOr(response.id, null),
      model: wordOr(response.model, null),
      finish_reasons: response.finish_reasons.map((reason) => wordOr(reason, 'other')),
      headers: Object.fromEntries(
        Object.entries(response.headers).flatMap(([name, value]) => {
          const kept = headerValue(name, value)
          return kept === null ? [] : [[name, kept]]
        }),
      ),
    },
  }
}

function headerValue(name: string, value: string): string | null {
  const form = HEADER_FORMS.get(name)
  const isKept = value === CENSOR || (form === undefined ? isWord(value, MAX_SEGMENT_CHARS) : form.test(value))
  return isKept && value !== '' ? value : null
}

/** Of a URL's path, or a pointer to a field, whose names may be anything. */
function wordsOfPath(path: string): string {
  return path.split('/').map(segment).join('/')
}

/** `org%2Fmodel` is a word, a name with a blank is none. */
function segment(part: string): string {
  return part === '' || part === CENSOR || isWord(decoded(part), MAX_SEGMENT_CHARS) ? part : CENSOR
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part // a stray `%` is in no word
  }
}

/** Names of errors stay (`APIConnectionError`, `TypeError (ECONNRESET)`), sentences do not. */
function attemptError(error: string | null): string | null {
  return error === null || /^\w{1,64}(?: \(\w{1,64}\))?$/.test(error) ? error : CENSOR
}
