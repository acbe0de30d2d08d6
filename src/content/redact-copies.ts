// Copies of what a path took away: a model's name in the URL, a prompt that an error quotes, an id in a header. In: a record, the texts that
// were taken. Out: the record without them. Linear in the record's size: texts are looked for by hashes of their pieces. Worker thread.

import { mapJson } from '../json-walk.ts'
import type { CallRecord, Json } from '../record.ts'
import { CENSOR, maskRanges, type Range } from '../secrets/shapes.ts'
import { plainForm, plainText } from './spelled.ts'
import { commonRuns, openFinder } from './text-runs.ts'

/** In letters and digits. Shorter texts are looked for as whole fields only: `m` or `user` stand in every sentence. */
const MIN_PART_CHARS = 4
/** In bodies, where words of the API stand, only texts that are none. */
const MIN_BODY_CHARS = 8
const MIN_BODY_PART_CHARS = 12
/** Longer ones are found as a part, too. */
const LONG_CHARS = 1000
const API_WORD = /^[a-z_.]{1,32}$/
/** A run that an error text shares with a taken text is a quotation; in scripts that write a word with two signs, half of it. */
const QUOTED_CHARS = 8
const QUOTED_WIDE_CHARS = 4
const WIDE = /[\u0300-\uffff]/
/** What may be a text in base64, and where in a group of four it may begin. */
const BASE64 = /[A-Za-z0-9+/_-]{16,}={0,2}/g
const BASE64_BEGINS = [0, 1, 2, 3]

type Mask = <Text extends string | null>(text: Text) => Text

/** Removes the copies of `texts` from all fields that hold what others wrote. */
export function dropCopies(record: CallRecord, texts: readonly string[]): CallRecord {
  if (texts.length === 0) return record
  const { error, request, response } = record
  // A prompt may be long: it is made plain once.
  const plain = plainTexts(texts)
  const field = nullable(maskField(texts, plain))
  const quote = error === null ? field : nullable(maskQuotes(plain, field))
  const inRequest = maskBody(texts, null, plain)
  const inBody = error === null ? inRequest : maskBody(texts, quote, plain)
  return {
    ...record,
    tags: record.tags.map(field),
    metadata: mapJson(record.metadata, inBody) as CallRecord['metadata'],
    user_id: field(record.user_id),
    conversation_id: field(record.conversation_id),
    name: field(record.name),
    session_id: field(record.session_id),
    // Of an endpoint that nobody knows it is made of the path's words.
    method: record.operation === 'other' ? partsWithout(record.method, '.', field) : record.method,
    truncated: record.truncated.map((pointer) => partsWithout(pointer, '/', field)),
    unplaced: record.unplaced?.map((pointer) => partsWithout(pointer, '/', field)),
    server_address: field(record.server_address),
    url_path: record.url_path === null ? null : partsWithout(record.url_path, '/', field),
    request_id: field(record.request_id),
    attempts: record.attempts.map((attempt) => ({
      ...attempt,
      request_id: field(attempt.request_id),
      retry_after: field(attempt.retry_after),
      error: field(attempt.error),
    })),
    request: { model: field(request.model), body: mapJson(request.body, inRequest) },
    response: {
      id: field(response.id),
      model: field(response.model),
      finish_reasons: response.finish_reasons.map(field),
      headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, field(value)])),
      body: mapJson(response.body, inBody),
    },
    error: error && {
      ...error,
      type: quote(error.type),
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
export function maskField(texts: readonly string[], plain = plainTexts(texts)): (text: string) => string {
  const whole = new Set(texts)
  const find = inAnySpelling(openFinder(plain, MIN_PART_CHARS))
  return (text) => (whole.has(text) ? CENSOR : maskRanges(text, find(text)))
}

/** The same for a text that may quote a part of one. */
function maskQuotes(plain: readonly string[], field: Mask): (text: string) => string {
  const wide = plain.filter((text) => WIDE.test(text))
  const find = inAnySpelling((text) => [
    ...commonRuns(text, plain, QUOTED_CHARS),
    ...commonRuns(text, wide, QUOTED_WIDE_CHARS),
  ])
  return (text) => {
    const masked = field(text)
    return masked === CENSOR ? masked : maskRanges(masked, find(masked))
  }
}

/** Masks copies in a body. `quote`: in what a server says of an error, which may quote a part of one. */
export function maskBody(
  texts: readonly string[],
  quote: Mask | null,
  plain = plainTexts(texts),
): (value: Json) => Json | undefined {
  const whole = new Set(texts.filter((text) => text.length >= MIN_BODY_CHARS && !API_WORD.test(text)))
  const wholePlain = new Set(
    [...whole].filter((text) => text.length < LONG_CHARS).flatMap((text) => plainTexts([text])),
  )
  const findPart = openFinder(plain, MIN_BODY_PART_CHARS)
  const find = inAnySpelling((text) => {
    return text.length >= MIN_BODY_CHARS && wholePlain.has(text) ? [[0, text.length]] : findPart(text)
  })
  return (value) => {
    if (typeof value !== 'string' || value === CENSOR) return undefined
    if (whole.has(value)) return CENSOR
    return quote === null ? maskRanges(value, find(value)) : quote(value)
  }
}

function plainTexts(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.map(plainText))].filter((text) => text !== '')
}

/** Finds in the plain form of a text, and of what it holds in base64, where there is such. */
function inAnySpelling(find: (plain: string) => readonly Range[]): (text: string) => readonly Range[] {
  return (text) => {
    const form = plainForm(text)
    const ranges = find(form.text).map(([start, end]) => form.rangeOf(start, end))
    for (const { 0: run, index } of text.matchAll(BASE64)) {
      const isFound = BASE64_BEGINS.some((begin) => find(plainText(decodedFrom(run, begin))).length > 0)
      if (isFound) ranges.push([index, index + run.length])
    }
    return ranges
  }
}

function decodedFrom(base64: string, begin: number): string {
  return Buffer.from(base64.slice(begin), 'base64').toString('utf8')
}

/** Part by part: the marks between them say nothing. */
function partsWithout(path: string, mark: string, field: Mask): string {
  return path.split(mark).map(field).join(mark)
}
