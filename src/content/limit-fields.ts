// Fields that are copied out of a body, a header or a context are names and ids: a model's name of 20 MB is cut like a body would be. In: a
// record. Out: the same with short fields. Worker.
import type { CallRecord } from '../record.ts'
import { cutChars } from '../safe-text.ts'

const MAX_FIELD_CHARS = 1024
const MAX_LIST = 128
const FIELDS = [
  'id',
  'trace_id',
  'provider',
  'method',
  'helper',
  'session_id',
  'server_address',
  'service',
  'hostname',
  'node',
  'user_id',
  'conversation_id',
  'name',
  'url_path',
  'request_id',
] as const

/** Cuts every text outside of bodies, metadata and error texts, and lists of them. */
export function limitFields(record: CallRecord): CallRecord {
  return fits(record) ? record : cutFields(record)
}

/** Says whether there is nothing to cut, as nearly always. */
function fits(record: CallRecord): boolean {
  const { request, response, error, attempts, tags } = record
  for (const name of FIELDS) if (!isShort(record[name])) return false
  if (!isShort(request.model) || !isShort(response.id) || !isShort(response.model)) return false
  if (!isShort(record.sdk.version) || attempts.length > MAX_LIST) return false
  if (error !== null && !(isShort(error.type) && isShort(error.code) && isShort(error.param))) return false
  for (const attempt of attempts) {
    if (!isShort(attempt.request_id) || !isShort(attempt.retry_after) || !isShort(attempt.error)) return false
  }
  return areShort(tags) && areShort(response.finish_reasons) && areShortHeaders(response.headers)
}

function areShort(list: readonly string[]): boolean {
  if (list.length > MAX_LIST) return false
  for (const text of list) if (!isShort(text)) return false
  return true
}

function areShortHeaders(headers: CallRecord['response']['headers']): boolean {
  const names = Object.keys(headers)
  if (!areShort(names)) return false
  for (const name of names) if (!isShort(headers[name] as string)) return false
  return true
}

/** What is no text at all, of a planted head, is for `cutFields` to stumble over. */
function isShort(text: string | null): boolean {
  return text === null || text.length <= MAX_FIELD_CHARS
}

function cutFields(record: CallRecord): CallRecord {
  const cut = <Text extends string | null>(text: Text): Text => {
    return (text === null || isShort(text) ? text : `${cutChars(text, MAX_FIELD_CHARS)}…[cut]`) as Text
  }
  const { request, response, error } = record
  const headers = Object.entries(response.headers).slice(0, MAX_LIST)
  const fields = Object.fromEntries(FIELDS.map((name) => [name, cut(record[name])]))
  return {
    ...record,
    ...fields,
    sdk: { ...record.sdk, version: cut(record.sdk.version) },
    tags: record.tags.slice(0, MAX_LIST).map(cut),
    // The last ones tell how it ended.
    attempts: record.attempts.slice(-MAX_LIST).map((attempt) => ({
      ...attempt,
      request_id: cut(attempt.request_id),
      retry_after: cut(attempt.retry_after),
      error: cut(attempt.error),
    })),
    request: { ...request, model: cut(request.model) },
    response: {
      ...response,
      id: cut(response.id),
      model: cut(response.model),
      finish_reasons: response.finish_reasons.slice(0, MAX_LIST).map(cut),
      headers: Object.fromEntries(headers.map(([name, value]) => [cut(name), cut(value)])),
    },
    error: error && { ...error, type: cut(error.type), code: cut(error.code), param: cut(error.param) },
  }
}
