// Paths of `NEATLOGS_REDACT` over a whole record. In: a record, paths. Out: the record without what the paths lead to, and without the
// copies of it that other fields hold. Worker thread.

import { isArray, isObject, type JsonObject, mapJson, textOf } from '../json-walk.ts'
import type { Path } from '../options/redact-rules.ts'
import type { CallRecord, Json } from '../record.ts'
import { CENSOR } from '../secrets/shapes.ts'
import { dropCopies } from './redact-copies.ts'
import { censorPath } from './redact-path.ts'

/** Redacts by paths. What is no text of the call (ids of ours, times, counts, the method's name) is out of reach. */
export function redactPaths(record: CallRecord, paths: readonly Path[]): CallRecord {
  const texts: string[] = []
  let view: Json = viewOf(record)
  for (const path of paths) view = censorPath(view, path, (value) => collectTexts(value, texts))
  const seen = isObject(view) ? view : {}
  const reachesAnswer = paths.some(([root]) => typeof root !== 'string' || root === 'response')
  const redacted = withoutUnread(fromView(record, seen, reachesAnswer), record, reachesAnswer)
  return dropCopies(redacted, [...new Set(texts)])
}

/** What paths can reach. */
function viewOf({ request, response, error, ...record }: CallRecord): Json {
  const { id, model, finish_reasons, headers, body } = response
  return {
    request: { model: request.model, body: request.body },
    response: { id, model, finish_reasons, headers, body },
    tags: record.tags,
    metadata: record.metadata,
    user_id: record.user_id,
    conversation_id: record.conversation_id,
    name: record.name,
    error: error && { message: error.message, code: error.code, param: error.param, stack: error.stack },
  }
}

function fromView(record: CallRecord, seen: JsonObject, reachesAnswer: boolean): CallRecord {
  const { error } = record
  const request = sideOf(seen.request)
  const response = sideOf(seen.response)
  const failed = isObject(seen.error) ? seen.error : { message: CENSOR, code: null, param: null, stack: null }
  const didAnswerChange = response.body !== record.response.body
  return {
    ...record,
    tags: textsOf(seen.tags),
    metadata: isObject(seen.metadata) ? seen.metadata : { redacted: CENSOR },
    user_id: textOf(seen.user_id),
    conversation_id: textOf(seen.conversation_id),
    name: textOf(seen.name),
    request: { model: textOf(request.model), body: request.body ?? null },
    response: {
      id: textOf(response.id),
      model: textOf(response.model),
      finish_reasons: textsOf(response.finish_reasons),
      headers: headersOf(response.headers),
      body: withoutSpelling(withoutEvents(response.body ?? null, reachesAnswer), didAnswerChange),
    },
    error: error && {
      ...error,
      message: textOf(failed.message) ?? '',
      code: textOf(failed.code),
      param: textOf(failed.param),
      stack: textOf(failed.stack),
    },
  }
}

/** A rule that takes a whole side takes all that is known of it. */
function sideOf(side: Json | undefined): JsonObject {
  if (isObject(side)) return side
  return { model: CENSOR, id: CENSOR, finish_reasons: [CENSOR], headers: {}, body: CENSOR }
}

function textsOf(list: Json | undefined): readonly string[] {
  return isArray(list) ? list.map(String) : list === null || list === undefined ? [] : [CENSOR]
}

function headersOf(headers: Json | undefined): { readonly [name: string]: string } {
  if (!isObject(headers)) return {}
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

/** Events that no fold joined hold the answer at other places than a path to the answer names. */
function withoutEvents(body: Json, isReached: boolean): Json {
  if (!isReached || !isObject(body) || !isArray(body.events)) return body
  return { ...body, events: CENSOR }
}

/** Log probabilities spell the answer again, token by token. */
function withoutSpelling(body: Json, isRedacted: boolean): Json {
  if (!isRedacted) return body
  return mapJson(body, (value, { key }) => {
    return key === 'logprobs' && typeof value === 'object' && value !== null ? CENSOR : undefined
  })
}

/** The error of an answer that could not be read quotes it. */
function withoutUnread(record: CallRecord, { response, error }: CallRecord, reachesAnswer: boolean): CallRecord {
  if (record.error === null || error === null || !reachesAnswer) return record
  const isUnread = typeof response.body === 'string' || /^SyntaxError$/.test(error.type)
  if (!isUnread || record.error.message === '') return record
  return { ...record, error: { ...record.error, message: CENSOR, stack: null } }
}

/** Smaller numbers stand everywhere. */
const MIN_NUMBER = 100_000

/** Adds the texts below a value, long numbers too. */
export function collectTexts(value: Json, texts: string[]): void {
  if (typeof value === 'string' && value !== '' && value !== CENSOR) texts.push(value)
  else if (typeof value === 'number' && Math.abs(value) >= MIN_NUMBER) texts.push(String(value))
  else if (isArray(value)) for (const item of value) collectTexts(item, texts)
  else if (isObject(value)) for (const key of Object.keys(value)) collectTexts(value[key] as Json, texts)
}
