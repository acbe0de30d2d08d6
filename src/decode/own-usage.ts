// Whose tokens an answer tells. A call's are its own; who only looks at an answer repeats those of the call that made it. An answer made
// in the background is told by nobody but those who look: its tokens count with the first record that has them. Worker thread.
import type { OpenHead } from '../frame.ts'
import { isArray, isObject, type JsonObject, textOf } from '../json-walk.ts'
import type { CallRecord, Json, Usage } from '../record.ts'
import type { Kind } from './endpoints.ts'

/** Says whether the usage in an answer may count for the call that got it. */
export function ownsUsage(kind: Kind, body: Json): boolean {
  return kind === 'call' || kind === 'unsure' || (kind === 'read' && backgroundId(body) !== null)
}

/** Objects that a model works on while nobody waits for an answer. */
const RUNS: ReadonlySet<unknown> = new Set(['thread.run', 'agent.session.turn'])
const UNFINISHED: ReadonlySet<unknown> = new Set(['queued', 'in_progress', 'requires_action', 'cancelling'])

/**
 * The id of what was made in the background and has ended: a Response that says so, an assistant's run, also as events, an agent's
 * turn. Else null.
 */
export function backgroundId(body: Json): string | null {
  if (!isObject(body)) return null
  if (isArray(body.events)) {
    const runs = body.events.filter(isObject).flatMap(({ data }) => (isObject(data) && isRun(data) ? [data] : []))
    return textOf(runs.at(-1)?.id)
  }
  const isBackground = isRun(body) || (body.object === 'response' && body.background === true)
  return isBackground && !UNFINISHED.has(body.status) ? textOf(body.id) : null
}

function isRun(value: JsonObject): boolean {
  return RUNS.has(value.object)
}

/** An endpoint that nobody has told us of, and no model is named on either side: it is no model call. */
export function worksNoModel(open: OpenHead, { request, response, usage, status }: CallRecord): boolean {
  if (open.unsure !== true || request.model !== null || response.model !== null || hasUsage(usage)) return false
  return status !== 'incomplete' // the answer would have told
}

/** Says whether any count is known. */
export function hasUsage(usage: Usage): boolean {
  for (const name in usage) if (usage[name as keyof Usage] !== null) return true
  return false
}
