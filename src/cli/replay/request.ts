// The request to send again. In: a record, and what is to be different. Out: path and body; refuses what is not whole or was no request of its own. Pure.

import { InvalidArgumentError } from 'commander'
import { NeatlogsError } from '../../errors.ts'
import { BATCH_ENDPOINTS } from '../../export/batch.ts'
import { lackOf } from '../../export/whole.ts'
import { isObject } from '../../json-walk.ts'
import { type Bag, bag, text } from '../../narrow.ts'

export interface Replay {
  /** Below the base URL: `/chat/completions`. */
  readonly path: string
  readonly body: Bag
  readonly isStream: boolean
}

/** One `--set`. */
export interface Change {
  readonly path: readonly string[]
  readonly value: unknown
}

/** Where Azure and proxies put other things before it. */
const ENDINGS = [...BATCH_ENDPOINTS, '/audio/speech']
const BASE = '/v1/'
const UNSAFE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/** Reads `temperature=0`, `reasoning.effort="low"`, `stop=["a"]`: a JSON value, else a text; and adds it to those before. */
export function parseChange(words: string, before: readonly Change[] = []): readonly Change[] {
  const [, name = '', written = ''] = /^([^=]+)=([\s\S]*)$/.exec(words) ?? []
  const path = name.trim().split('.')
  if (name === '' || path.some((key) => key === '' || UNSAFE_KEYS.has(key)))
    throw new InvalidArgumentError(
      'It must be a field of the request and a JSON value, such as temperature=0 or reasoning.effort=low.',
    )
  return [...before, { path, value: jsonOrText(written) }]
}

function jsonOrText(written: string): unknown {
  try {
    return JSON.parse(written)
  } catch {
    return written // a text without quotes
  }
}

/** Makes the request. Throws `ERR_NEATLOGS_ARGUMENT` with the reason why it cannot be sent again. */
export function replayOf(record: Bag, model: string | undefined, changes: readonly Change[]): Replay {
  const path = pathOf(record)
  const lack = lackOf(record, 'request')
  if (lack !== null) throw refused(record, `its request is not whole: ${lack}`)
  const sent = bag(record.request).body
  if (!isObject(sent)) throw refused(record, 'its request is no JSON object')
  const body = structuredClone(sent) as { [field: string]: unknown }
  for (const { path: keys, value } of changes) setField(body, keys, value)
  if (model !== undefined) body.model = model
  return { path, body, isStream: body.stream === true }
}

function pathOf(record: Bag): string {
  const path = text(record.url_path)?.replace(/\/+$/, '') ?? ''
  if (record.operation === 'realtime' || text(record.session_id) !== null)
    throw refused(record, 'it went over a socket')
  if (record.operation === 'fetch_response') throw refused(record, 'it only reads an answer that another call made')
  const ending = ENDINGS.find((one) => path.endsWith(one))
  if (ending !== undefined) return ending
  const at = path.indexOf(BASE)
  if (at < 0) throw refused(record, `its path is not known: ${path === '' ? 'none in the record' : path}`)
  return path.slice(at + BASE.length - 1)
}

function setField(body: { [field: string]: unknown }, path: readonly string[], value: unknown): void {
  const [key = '', ...rest] = path
  if (rest.length === 0) {
    body[key] = value
    return
  }
  const inner = isObject(body[key]) ? { ...(body[key] as object) } : {}
  setField(inner, rest, value)
  body[key] = inner
}

function refused(record: Bag, reason: string): NeatlogsError {
  const name = text(record.method) ?? 'call'
  return new NeatlogsError('ERR_NEATLOGS_ARGUMENT', `${name} ${text(record.id) ?? ''} cannot be sent again: ${reason}`)
}
