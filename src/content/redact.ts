// What the user asked to be redacted: paths and named patterns over a record. In: rules, compiled once. Out: the record
// with `[Redacted]` in their places. It may throw; the caller then drops the content. Worker thread.

import { isArray, isObject, type JsonObject, mapJson } from '../json-walk.ts'
import { isPatternName, type Path, parsePath } from '../options/redact-rules.ts'
import type { CallRecord, Json } from '../record.ts'
import { CENSOR, maskRanges } from '../secrets/shapes.ts'
import { openScan } from './own-pattern-scan.ts'
import { type Finder, PATTERNS } from './redact-pattern.ts'
import { redactLines, redactPieces } from './redact-pieces.ts'
import { redactPaths } from './redact-record.ts'
import { unescaped } from './spelled.ts'

export interface Redactor {
  readonly paths: readonly Path[]
  readonly find: Finder | null
}

/** Numbers with fewer digits are no card or phone. */
const MIN_NUMBER = 1_000_000_000

/** Compiles rules: names of patterns (`email`, `phone` …), expressions and paths. Throws `ERR_NEATLOGS_OPTION` for a bad one. */
export function compileRedactor(rules: readonly string[]): Redactor {
  const isOwn = (rule: string): boolean => rule.startsWith('/')
  const named = rules.flatMap((rule) => PATTERNS.get(rule.toLowerCase()) ?? [])
  const finders = [...named, ...rules.filter(isOwn).map((rule) => sparingCensor(openScan(rule)))]
  const paths = rules.filter((rule) => !isPatternName(rule) && !isOwn(rule)).flatMap((rule) => pathsOf(rule))
  return {
    paths,
    find: finders.length === 0 ? null : inEscapesToo((text) => finders.flatMap((finder) => finder(text))),
  }
}

/** `alice%40example.com` in a path, `alice\u0040…` in the arguments of a tool. */
function inEscapesToo(find: Finder): Finder {
  return (text) => {
    const plain = unescaped(text)
    if (plain === null) return find(text)
    return [...find(text), ...find(plain.text).map(([start, end]) => plain.rangeOf(start, end))]
  }
}

/** What stands for something that was taken away stays as it is: records may be redacted again by who carries them on. */
function sparingCensor(find: Finder): Finder {
  return (text) => {
    const ranges = find(text)
    if (ranges.length === 0 || !text.includes(CENSOR)) return ranges
    return ranges.filter(([start, end]) => {
      const at = text.lastIndexOf(CENSOR, start)
      return at < 0 || end > at + CENSOR.length
    })
  }
}

/** `request.messages[*].content` means `request.body.messages[*].content`. */
function pathsOf(rule: string): readonly Path[] {
  const path = parsePath(rule)
  const [root, next, ...rest] = path
  const isSide = root === 'request' || root === 'response'
  if (!isSide || next === undefined || next === 'body') return [path]
  return [path, [root, 'body', next, ...rest]]
}

/** Redacts a record. Ids, times, counts and names of the call itself are out of reach. */
export function redactRecord(record: CallRecord, redactor: Redactor): CallRecord {
  const byPath = redactor.paths.length === 0 ? record : redactPaths(record, redactor.paths)
  return redactor.find === null ? byPath : redactPatterns(byPath, redactor.find)
}

function redactPatterns(record: CallRecord, find: Finder): CallRecord {
  const text = <Text extends string | null>(value: Text): Text => {
    return (value === null ? value : maskRanges(value, find(value))) as Text
  }
  const { error } = record
  return {
    ...record,
    tags: record.tags.map(text),
    metadata: redactJson(record.metadata, find) as JsonObject,
    user_id: text(record.user_id),
    conversation_id: text(record.conversation_id),
    name: text(record.name),
    attempts: record.attempts.map((attempt) => ({
      ...attempt,
      request_id: text(attempt.request_id),
      error: text(attempt.error),
    })),
    url_path: text(record.url_path),
    truncated: record.truncated.map(text),
    unplaced: record.unplaced?.map(text),
    request_id: text(record.request_id),
    request: { model: text(record.request.model), body: redactJson(record.request.body, find) },
    response: {
      id: text(record.response.id),
      model: text(record.response.model),
      finish_reasons: record.response.finish_reasons.map(text),
      headers: Object.fromEntries(Object.entries(record.response.headers).map(([name, value]) => [name, text(value)])),
      body: redactJson(record.response.body, find),
    },
    error: error && {
      ...error,
      code: text(error.code),
      message: text(error.message),
      param: text(error.param),
      stack: text(error.stack),
    },
  }
}

/** Redacts strings, long numbers and names of fields, and texts that stand in pieces. */
export function redactJson(body: Json, find: Finder): Json {
  return mapJson(redactSplit(body, find), (value) => {
    if (typeof value === 'string') return maskRanges(value, find(value))
    if (typeof value === 'number')
      return Math.abs(value) >= MIN_NUMBER && find(String(value)).length > 0 ? CENSOR : value
    if (!isObject(value) || !Object.keys(value).some((key) => find(key).length > 0)) return undefined
    // Its new names are not looked at again: an expression may find something in `[Redacted]` itself.
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [maskRanges(key, find(key)), redactJson(inner, find)]),
    )
  })
}

/** Events that no fold joined are matched as one text. Log probabilities spell the answer again, token by token. */
function redactSplit(body: Json, find: Finder): Json {
  if (typeof body === 'string') return redactLines(body, find)
  const joined = isObject(body) && isArray(body.events) ? { ...body, events: redactPieces(body.events, find) } : body
  return mapJson(joined, (value, { key, inArray }) => {
    if (key !== 'logprobs' || inArray || typeof value !== 'object' || value === null) return undefined
    return find(tokensOf(value)).length > 0 ? CENSOR : value
  })
}

function tokensOf(logprobs: Json): string {
  if (isArray(logprobs)) return logprobs.map((item) => tokenOf(item)).join('')
  if (!isObject(logprobs)) return ''
  const lists = [logprobs.content, logprobs.tokens, logprobs.refusal].filter(isArray)
  return lists.map((list) => list.map(tokenOf).join('')).join('\n')
}

function tokenOf(item: Json): string {
  if (typeof item === 'string') return item
  return isObject(item) && typeof item.token === 'string' ? item.token : ''
}
