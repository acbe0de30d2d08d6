// Removes secrets that no record may hold, whatever is configured: values of key-like fields, credentials and keys in URLs,
// and in what a server or the SDK wrote about an error also anything that looks like a key. Worker thread.

import { isObject } from '../json-walk.ts'
import type { CallRecord, Json } from '../record.ts'
import { scrubJson } from '../secrets/json.ts'
import { hasMoreNames, isSecretName } from '../secrets/names.ts'
import { scrubText } from '../secrets/text.ts'
import { isCleanWire } from '../wire-text.ts'

/** Scrubs every part of a record that can hold a secret. */
export function scrubRecord(record: CallRecord): CallRecord {
  const failed = record.status === 'error' || (record.http_status ?? 0) >= 400
  const { error } = record
  return {
    ...record,
    tags: scrubTexts(record.tags),
    metadata: scrubJson(record.metadata, true) as CallRecord['metadata'],
    user_id: scrubNullable(record.user_id),
    conversation_id: scrubNullable(record.conversation_id),
    name: scrubNullable(record.name),
    url_path: scrubNullable(record.url_path),
    request_id: scrubNullable(record.request_id),
    attempts: record.attempts.map(scrubAttempt),
    request: { model: scrubNullable(record.request.model), body: scrubBody(record.request.body) },
    response: {
      id: scrubNullable(record.response.id),
      model: scrubNullable(record.response.model),
      finish_reasons: scrubTexts(record.response.finish_reasons),
      headers: scrubHeaders(record.response.headers),
      body: scrubAnswer(record.response.body, failed, record.operation === 'other'),
    },
    error: error && {
      ...error,
      code: scrubNullable(error.code),
      message: scrubText(error.message, true),
      param: scrubNullable(error.param),
      stack: scrubNullable(error.stack),
    },
  }
}

/**
 * Of a failed answer all text is the server's own, of another only what stands under `error`. Endpoints that are no model call make and list
 * keys: nobody's prompt is in there.
 */
function scrubAnswer(body: Json, failed: boolean, isOther: boolean): Json {
  if (isOther || (failed && (typeof body === 'string' || !hasAnswer(body)))) return scrubJson(body, true)
  const scrubbed = scrubBody(body)
  if (!isObject(scrubbed) || scrubbed.error === undefined || scrubbed.error === null) return scrubbed
  return { ...scrubbed, error: scrubJson(scrubbed.error, true) }
}

function scrubBody(body: Json): Json {
  return isCleanWire(body) ? body : scrubJson(body, false)
}

function hasAnswer(body: Json): boolean {
  return isObject(body) && (body.choices !== undefined || body.output !== undefined || body.text !== undefined)
}

function scrubAttempt(attempt: CallRecord['attempts'][number]): CallRecord['attempts'][number] {
  return { ...attempt, request_id: scrubNullable(attempt.request_id), error: scrubNullable(attempt.error) }
}

function scrubTexts(texts: readonly string[]): string[] {
  const scrubbed: string[] = []
  for (const text of texts) scrubbed.push(scrubText(text, true))
  return scrubbed
}

function scrubNullable(text: string | null): string | null {
  return text === null ? null : scrubText(text, true)
}

/** What a header said last, and what of it may stay: most say of each call what they said of the one before. */
const lastHeaders = new Map<string, { readonly value: string; readonly kept: string }>()
const MAX_LAST_HEADERS = 100

function scrubHeaders(headers: CallRecord['response']['headers']): CallRecord['response']['headers'] {
  let scrubbed: { [name: string]: string } | null = null
  for (const name of Object.keys(headers)) {
    const value = headers[name] as string
    const isKept = !isSecretName(name)
    const kept = isKept ? scrubHeader(name, value) : ''
    if (isKept && kept === value) continue
    scrubbed ??= { ...headers }
    if (isKept) scrubbed[name] = kept
    else delete scrubbed[name]
  }
  return scrubbed ?? headers
}

function scrubHeader(name: string, value: string): string {
  // A name may have been added since.
  if (hasMoreNames()) return scrubText(value, true)
  const last = lastHeaders.get(name)
  if (last?.value === value) return last.kept
  const kept = scrubText(value, true)
  if (lastHeaders.size >= MAX_LAST_HEADERS) lastHeaders.clear()
  lastHeaders.set(name, { value, kept })
  return kept
}
