// Deliver: what of an error may stand in a span without content. A server's text quotes the prompt whatever the status, its code and its
// parameter may, too: only short words of an API that stand in no text of the request are sent. Pure, worker thread.
import type { CallRecord, Json } from '../record.ts'

const CODE = /^(?:[a-z][a-z0-9_.-]{0,63}|[A-Z][A-Z0-9_]{0,63}|\d{1,6})$/
const PARAM = /^[a-zA-Z_][\w.[\]-]{0,127}$/
const TYPE = /^[A-Za-z_][\w.]{0,63}$/

export interface ErrorWords {
  readonly type: string
  readonly code: string | null
  readonly param: string | null
}

/** Type, code and parameter of a record's error as far as they are no content; null without an error. */
export function errorWords({ error, request }: CallRecord): ErrorWords | null {
  if (error === null) return null
  const plain = (word: string | null, shape: RegExp): string | null => {
    return word !== null && shape.test(word) && !isQuoted(word, request.body) ? word : null
  }
  return {
    type: plain(error.type, TYPE) ?? 'error',
    code: plain(error.code, CODE),
    param: plain(error.param, PARAM),
  }
}

/** True when a text of the request holds the word. */
function isQuoted(word: string, value: Json): boolean {
  if (typeof value === 'string') return value.includes(word)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((inner) => isQuoted(word, inner as Json))
}

/** Whether a server has spoken, over HTTP or a socket: the error of a request that got no answer is Node's or the SDK's own. */
export function isServersText({ error, http_status, session_id, response }: CallRecord): boolean {
  return (error?.status ?? http_status) !== null || session_id !== null || response.body !== null
}
