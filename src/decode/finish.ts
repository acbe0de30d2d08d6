// Why the model stopped, one word per choice. In: the answer's body. Out: `finish_reasons`. Worker thread.

import { isArray, isObject, type JsonObject, textOf } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { runsInProgram } from './tool-items.ts'

/**
 * Reads the finish reasons: as sent for chat and completions, in chat's words (`stop`, `length`, `tool_calls`,
 * `content_filter`) for responses. `brokeOff`: a choice that never finished counts as `error`.
 */
export function readFinishReasons(body: Json, brokeOff: boolean): readonly string[] {
  if (!isObject(body)) return []
  if (isArray(body.choices)) {
    const reasons: string[] = []
    for (const choice of body.choices) {
      const reason = isObject(choice) ? (textOf(choice.finish_reason) ?? (brokeOff ? 'error' : null)) : null
      if (reason !== null) reasons.push(reason)
    }
    return reasons
  }
  const reason = body.object === 'response' || isArray(body.output) ? responseReason(body) : null
  return reason === null ? [] : [reason]
}

function responseReason(body: JsonObject): string | null {
  const status = textOf(body.status)
  if (status === 'completed') return hasCall(body.output) ? 'tool_calls' : 'stop'
  if (status === 'failed') return 'error'
  const details = body.incomplete_details ?? body.status_details
  const reason = isObject(details) ? textOf(details.reason) : null
  // Of a Realtime response that was interrupted: `turn_detected`, `client_cancelled`.
  if (status !== 'incomplete') return status === 'cancelled' ? (reason ?? status) : null
  return reason === 'max_output_tokens' ? 'length' : (reason ?? 'incomplete')
}

function hasCall(output: Json | undefined): boolean {
  return isArray(output) && output.some((item) => isObject(item) && runsInProgram(item))
}
