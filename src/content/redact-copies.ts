// Copies of what a path took away: a model's name in the URL, a prompt that an error quotes, an id in a header. In: a record, the texts that
// were taken. Out: the record without them. Linear in the record's size: texts are looked for by hashes of their pieces. Worker thread.

import { mapJson } from '../json-walk.ts'
import type { CallRecord, Json } from '../record.ts'
import { CENSOR, maskRanges, type Range } from '../secrets/shapes.ts'
import { commonRuns, openFinder } from './text-runs.ts'

/** Shorter texts are looked for as whole fields only: `m` or `user` stand in every sentence. */
const MIN_PART_CHARS = 4
/** In bodies, where words of the API stand, only texts that are none. */
const MIN_BODY_CHARS = 8
const MIN_BODY_PART_CHARS = 16
const API_WORD = /^[a-z_.]{1,32}$/
/** A run that an error text shares with a taken text is a quotation; in scripts that write a word with two signs, half of it. */
const QUOTED_CHARS = 8
const QUOTED_WIDE_CHARS = 4
const WIDE = /[\u0300-\uffff]/

type Mask = <Text extends string | null>(text: Text) => Text

/** Removes the copies of `texts` from all fields that hold what others wrote. */
export function dropCopies(record: CallRecord, texts: readonly string[]): CallRecord {
  if (texts.length === 0) return record
  const field = nullable(maskField(texts))
  const quote = nullable(maskQuotes(texts, field))
  const { error, request, response } = record
  const inBody = maskBody(texts, error === null ? null : quote)
  return {
    ...record,
    tags: record.tags.map(field),
    metadata: mapJson(record.metadata, inBody) as CallRecord['metadata'],
    user_id: field(record.user_id),
    conversation_id: field(record.conversation_id),
    name: field(record.name),
    url_path: pathWithout(record.url_path, field),
    request_id: field(record.request_id),
    attempts: record.attempts.map((attempt) => ({
      ...attempt,
      request_id: field(attempt.request_id),
      retry_after: field(attempt.retry_after),
      error: field(attempt.error),
    })),
    request: { model: field(request.model), body: mapJson(request.body, maskBody(texts, null)) },
    response: {
      id: field(response.id),
      model: field(response.model),
      finish_reasons: response.finish_reasons.map(field),
      headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, field(value)])),
      body: mapJson(response.body, inBody),
    },
    error: error && {
      ...error,
      type: field(error.type),
      code: quote(error.code),
      message: quote(error.message),
      param: quote(error.param),
      stack: quote(error.stack),
    },
  }
}

function nullable(mask: (text: string) => string): Mask {
  return (text) => (text === null || text === CENSOR ? text : mask(text)) as typeof text
}

/** Masks a field that is such a text, or holds one. */
export function maskField(texts: readonly string[]): (text: string) => string {
  const whole = new Set(texts)
  const find = openFinder(texts.flatMap(spellings), MIN_PART_CHARS)
  return (text) => (whole.has(text) ? CENSOR : maskRanges(text, find(text)))
}

/** The same for a text that may quote a part of one. */
function maskQuotes(texts: readonly string[], field: Mask): (text: string) => string {
  const spelled = texts.flatMap(spellings)
  const wide = spelled.filter((text) => WIDE.test(text))
  return (text) => {
    const masked = field(text)
    if (masked === CENSOR) return masked
    const ranges: Range[] = [
      ...commonRuns(masked, spelled, QUOTED_CHARS),
      ...commonRuns(masked, wide, QUOTED_WIDE_CHARS),
    ]
    return maskRanges(masked, ranges)
  }
}

function maskBody(texts: readonly string[], quote: Mask | null): (value: Json) => Json | undefined {
  const whole = new Set(texts.filter((text) => text.length >= MIN_BODY_CHARS && !API_WORD.test(text)))
  const find = openFinder(texts, MIN_BODY_PART_CHARS)
  return (value) => {
    if (typeof value !== 'string' || value === CENSOR) return undefined
    if (whole.has(value)) return CENSOR
    return quote === null ? maskRanges(value, find(value)) : quote(value)
  }
}

/** The text, and as it stands inside of JSON and of a URL. */
function spellings(text: string): string[] {
  const inJson = JSON.stringify(text).slice(1, -1)
  return [...new Set([text, inJson, inUrl(text)])]
}

function inUrl(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    return text // half of a surrogate pair: no URL holds it
  }
}

function pathWithout(path: string | null, field: Mask): string | null {
  return path === null ? null : path.split('/').map(field).join('/')
}
