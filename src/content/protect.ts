// The content rules of a record, in their order: secrets scrubbed, content withheld, redaction, the user's own function,
// size. In: a decoded record. Out: what may touch disk and network. What throws costs the content, never the rule. Worker.

import { isObject, textOf, toJson } from '../json-walk.ts'
import type { CallRecord, Json } from '../record.ts'
import { limitBody, limitText } from './limit.ts'
import { limitFields } from './limit-fields.ts'
import { compileRedactor, type Redactor, redactRecord } from './redact.ts'
import { scrubRecord } from './scrub.ts'
import { withholdContent } from './withhold.ts'

export interface ProtectOptions {
  /** Limit of each body in bytes of JSON. */
  readonly maxBodyBytes: number
  readonly captureContent: boolean
  /** Names of patterns and paths, see `compileRedactor`. */
  readonly redact: readonly string[]
  /** The user's own function (`start({ redact })`). It may change bodies, metadata and error text; ids stay. */
  readonly redactRecord?: (record: CallRecord) => CallRecord
  /** Told when a rule threw and the record's content was dropped for it. */
  readonly onRedactionFailure?: (message: string) => void
}

/** Error texts are for people: beyond this nobody reads. */
const MAX_ERROR_BYTES = 64 * 1024

const redactors = new WeakMap<readonly string[], Redactor>()

/** Applies the content rules to a record. Throws only for one whose very fields are of the wrong kinds. */
export function protectRecord(record: CallRecord, options: ProtectOptions): CallRecord {
  try {
    let safe = scrubRecord(record)
    if (!options.captureContent) safe = withholdContent(safe)
    if (options.redact.length > 0) safe = redactRecord(safe, redactorOf(options.redact))
    if (options.redactRecord !== undefined) safe = redactByUser(safe, options.redactRecord)
    return limitFields(limitRecord(safe, options.maxBodyBytes))
  } catch (error) {
    tellFailure(error, options)
    return limitFields(dropContent(record))
  }
}

/** The record without anything that a person, a model or a server wrote. */
export function dropContent(record: CallRecord): CallRecord {
  const message = '[content dropped: redaction failed]'
  const truncated = ['/request/body', '/response/body', '/metadata', ...(record.error ? ['/error/message'] : [])]
  return {
    ...record,
    tags: [],
    metadata: {},
    user_id: null,
    conversation_id: null,
    name: null,
    attempts: record.attempts.map((attempt) => ({ ...attempt, error: attempt.error === null ? null : message })),
    request: { ...record.request, body: null },
    response: { ...record.response, headers: {}, body: null },
    error: record.error && { ...record.error, message, code: null, param: null, stack: null },
    truncated,
  }
}

function redactorOf(rules: readonly string[]): Redactor {
  const known = redactors.get(rules)
  if (known !== undefined) return known
  const compiled = compileRedactor(rules)
  redactors.set(rules, compiled)
  return compiled
}

/** Takes from the user's result what may change, made JSON again; anything else in it is not looked at. */
function redactByUser(record: CallRecord, redact: (record: CallRecord) => CallRecord): CallRecord {
  const result: unknown = redact(structuredClone(record))
  if (!isObject(result) || !isObject(result.request) || !isObject(result.response)) {
    throw new TypeError('the redact function did not return a record')
  }
  const { tags, metadata, error } = result
  return {
    ...record,
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [],
    metadata: toObject(metadata),
    user_id: textOf(result.user_id),
    conversation_id: textOf(result.conversation_id),
    name: textOf(result.name),
    request: { ...record.request, body: toJson(result.request.body) },
    response: { ...record.response, body: toJson(result.response.body) },
    error: record.error && {
      ...record.error,
      message: (isObject(error) && textOf(error.message)) || '',
      stack: isObject(error) ? textOf(error.stack) : null,
    },
  }
}

function toObject(value: Json | undefined): CallRecord['metadata'] {
  const json = toJson(value)
  return isObject(json) ? json : {}
}

function limitRecord(record: CallRecord, maxBytes: number): CallRecord {
  const request = limitBody(record.request.body, maxBytes, '/request/body')
  const response = limitBody(record.response.body, maxBytes, '/response/body')
  const metadata = limitBody(record.metadata, maxBytes, '/metadata')
  const error = limitError(record.error)
  const cutCount = request.truncated.length + response.truncated.length + metadata.truncated.length
  if (cutCount === 0 && error === record.error && record.truncated.length === 0) return record
  const ofError = (['message', 'stack'] as const).filter((name) => error?.[name] !== record.error?.[name])
  const truncated = [request, response, metadata].flatMap((limited) => limited.truncated)
  return {
    ...record,
    metadata: toObject(metadata.body),
    request: { ...record.request, body: request.body },
    response: { ...record.response, body: response.body },
    error,
    truncated: [...new Set([...record.truncated, ...truncated, ...ofError.map((name) => `/error/${name}`)])],
  }
}

function limitError(error: CallRecord['error']): CallRecord['error'] {
  if (error === null) return null
  const limited = (text: string): string => limitText(text, MAX_ERROR_BYTES)
  const message = limited(error.message)
  const stack = error.stack === null ? null : limited(error.stack)
  return message === error.message && stack === error.stack ? error : { ...error, message, stack }
}

function tellFailure(error: unknown, options: ProtectOptions): void {
  try {
    // The message of an error may quote content: its kind must do.
    const kind = error instanceof Error ? error.name : typeof error
    options.onRedactionFailure?.(`redaction failed with ${kind}; the content of this record was dropped`)
  } catch {
    // The callback is ours; should it throw, the record still goes on without content.
  }
}
