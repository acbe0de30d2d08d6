// `NEATLOGS_CAPTURE_CONTENT=false`: a record keeps its structure, numbers and names of the API, and no text that a person,
// a model or a tool wrote. In: a record. Out: the same with everything else withheld; what is not known to be safe is. Worker.

import { isObject, type JsonObject, mapJson, type Site } from '../json-walk.ts'
import type { CallError, CallRecord, Json } from '../record.ts'
import { isWord, wordOr, wordsOnly } from './words-only.ts'

/** What stands in the place of withheld text. */
export const NOT_CAPTURED = '[content not captured]'

/** Fields whose text is the API's own: ids, kinds, choices among given words. */
const SAFE_TEXT: ReadonlySet<string> = new Set(
  (
    'id object type role model status finish_reason stop_reason service_tier system_fingerprint call_id tool_call_id item_id ' +
    'previous_response_id response_id conversation conversation_id file_id file_ids vector_store_ids container_id batch_id ' +
    'assistant_id thread_id run_id encoding encoding_format response_format media_type output_format format size quality style ' +
    'background moderation voice effort verbosity summary_type tool_choice truncation modalities include ' +
    'timestamp_granularities prompt_cache_retention input_fidelity ' +
    'search_context_size reasoning_effort required_action provider stream_format chunking_strategy connector_id language'
  ).split(' '),
)
/** Fields that hold free keys, or numbers that spell text: nothing of them stays. */
const OPAQUE: ReadonlySet<string> = new Set(
  (
    'metadata variables logprobs top_logprobs logit_bias attributes env headers arguments parsed parsed_arguments results ' +
    'user_location client_metadata tokens state_variables sample inputs kwargs chat_template_kwargs extra_body'
  ).split(' '),
)
/** Names that a program gives: one that is a person's has no digit, an id of a person has one. */
const GIVEN_IDS: ReadonlySet<string> = new Set(['user', 'safety_identifier', 'prompt_cache_key'])
/** The longest of these words are ids and names of models; all others are choices of an API. */
const LONG_WORDS: ReadonlySet<string> = new Set(
  (
    'id model call_id tool_call_id item_id previous_response_id response_id conversation conversation_id file_id file_ids vector_store_ids ' +
    'container_id batch_id assistant_id thread_id run_id connector_id system_fingerprint name server_label user safety_identifier prompt_cache_key'
  ).split(' '),
)
/** `thread.message.delta`: the name of a server-sent event. */
const EVENT_NAME = /^[a-z][a-z0-9_.]{0,63}$/
/** The API's own but for the name of a person who speaks. */
const NAMES: ReadonlySet<string> = new Set(['name', 'server_label'])

/** Withholds the content of a record: both bodies, and of its error what may quote them. */
export function withholdContent(record: CallRecord): CallRecord {
  const words = wordsOnly(record)
  return {
    ...words,
    request: { ...words.request, body: withholdBody(record.request.body) },
    response: { ...words.response, body: withholdBody(record.response.body) },
    error: record.error && withholdError(record.error),
  }
}

/** How closely a picture is looked at. Elsewhere `detail` is what FastAPI has to say of an error. */
const DETAILS: ReadonlySet<string> = new Set(['low', 'high', 'auto', 'original'])
/** A number under one of these was said. */
const SAID: ReadonlySet<string> = new Set(['content', 'input', 'text', 'prompt', 'query', 'output', 'answer', 'value'])
/** `$ref`, `include[]`: any other name of a field is somebody's own. */
const FIELD_NAME = /^\$?[A-Za-z0-9_\-.:/]{1,64}(?:\[\w*\])?$/

/** Withholds the content of one body. */
export function withholdBody(body: Json): Json {
  return mapJson(body, (value, site) => {
    if (isObject(value) && !Object.keys(value).every((name) => FIELD_NAME.test(name))) return NOT_CAPTURED
    if (OPAQUE.has(site.key) && typeof value === 'object' && value !== null) return NOT_CAPTURED
    if (typeof value === 'string') return value === '' || isSafe(value, site) ? value : NOT_CAPTURED
    // Lists of numbers are tokens or bytes of a text.
    if (typeof value === 'number' && (site.inArray || SAID.has(site.key))) return null
    if (isObject(value) && (site.key === 'error' || site.key === 'last_error')) return withholdErrorBody(value)
    return undefined
  })
}

function isSafe(value: string, { key, holder }: Site): boolean {
  if (key === 'event') return EVENT_NAME.test(value)
  if (key === 'detail') return DETAILS.has(value)
  if (!isWord(value, LONG_WORDS.has(key) ? MAX_ID_CHARS : MAX_WORD_CHARS)) return false
  if (SAFE_TEXT.has(key)) return true
  if (GIVEN_IDS.has(key)) return /\d/.test(value)
  if (!NAMES.has(key) || !isObject(holder)) return false
  // A tool's name, not that of the person who speaks.
  const { role } = holder
  return role === undefined || role === 'tool' || role === 'function'
}

const MAX_WORD_CHARS = 64
/** Of an id, or the name of a model. */
const MAX_ID_CHARS = 256

/** `messages[0].content` */
const PARAM = /^[A-Za-z0-9_.:[\]/-]{1,128}$/

function withholdErrorBody(error: JsonObject): Json {
  const kept = Object.entries(error).map(([key, value]) => {
    const isCode = (key === 'code' || key === 'type') && typeof value === 'string' && isWord(value, MAX_WORD_CHARS)
    const isParam = key === 'param' && typeof value === 'string' && PARAM.test(value)
    return [key, isCode || isParam || typeof value === 'number' ? value : withholdBody(value)]
  })
  return Object.fromEntries(kept) as JsonObject
}

function withholdError(error: CallError): CallError {
  return {
    ...error,
    type: wordOr(error.type, 'error'),
    code: error.code === null || isWord(error.code, MAX_WORD_CHARS) ? error.code : NOT_CAPTURED,
    message: error.message === '' ? '' : NOT_CAPTURED,
    param: error.param === null || PARAM.test(error.param) ? error.param : NOT_CAPTURED,
    stack: error.stack && framesOf(error.stack, error.message),
  }
}

/** The frames of a stack without the message before them, whose lines may look like frames. */
function framesOf(stack: string, message: string): string | null {
  const at = message === '' ? -1 : stack.indexOf(message)
  // A message that is not found whole may stand there in part: no frame can be told from its lines then.
  if (message !== '' && at < 0) return null
  const frames = stack.slice(at < 0 ? 0 : at + message.length).split('\n')
  return frames.filter((line) => /^\s+at \S/.test(line)).join('\n') || null
}
