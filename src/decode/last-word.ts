// Whether a stream brought its last word: a finish reason for each choice, a terminal event. `[DONE]` alone is none where the answer
// tells itself what its end is. In: the folded stream. Out: true when the server stopped before its end. Worker thread.

import { isArray, isObject } from '../json-walk.ts'
import type { Json } from '../record.ts'
import type { SseStream } from './sse.ts'

/** Kinds of streams and the event that ends them. */
const ENDS: readonly (readonly [kind: RegExp, end: RegExp])[] = [
  [/^response\./, /^response\.(?:completed|failed|incomplete|cancelled|done)$/],
  [/^transcript\.text\./, /^transcript\.text\.done$/],
  [/^image_(?:generation|edit)\./, /^image_(?:generation|edit)\.completed$/],
  [/^speech\.audio\./, /^speech\.audio\.done$/],
]

/** Says whether the end of a stream is missing. A stream of an unknown kind cannot tell. */
export function lacksLastWord({ events, done }: Pick<SseStream, 'events' | 'done'>, body: Json): boolean {
  if (isObject(body) && isArray(body.choices)) return !body.choices.every(isFinished) || body.choices.length === 0
  const types = events.flatMap(({ data }) => (isObject(data) && typeof data.type === 'string' ? [data.type] : []))
  const row = ENDS.find(([kind]) => types.some((type) => kind.test(type)))
  if (row !== undefined) return !types.some((type) => row[1].test(type)) && !(done && row !== ENDS[0])
  return body === null
}

function isFinished(choice: Json): boolean {
  return isObject(choice) && typeof choice.finish_reason === 'string' && choice.finish_reason !== ''
}
