// Paths and patterns of `NEATLOGS_REDACT` over what a process says of all its calls: tags, metadata, user. Main thread, at the first frame.
import { isArray, isObject, type JsonObject, mapJson } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { CENSOR, maskRanges } from '../secrets/shapes.ts'
import { type Redactor, redactJson } from './redact.ts'
import { maskBody, maskField } from './redact-copies.ts'
import { censorPath } from './redact-path.ts'
import { collectTexts } from './redact-record.ts'

export interface Facts {
  readonly tags: readonly string[]
  readonly metadata: JsonObject
  readonly user_id: string | null
}

/** The facts without what the rules lead to, or find. May throw. */
export function redactFacts({ tags, metadata, user_id }: Facts, { paths, find }: Redactor): Facts {
  const taken: string[] = []
  let view: Json = { tags, metadata, user_id }
  for (const path of paths) view = censorPath(view, path, (value) => collectTexts(value, taken))
  const seen = isObject(view) ? view : { tags: [CENSOR], metadata: { redacted: CENSOR }, user_id: CENSOR }
  const field = maskField(taken)
  const text = (value: string): string => field(find === null ? value : maskRanges(value, find(value)))
  const metadataSeen = isObject(seen.metadata) ? seen.metadata : { redacted: CENSOR }
  const kept = taken.length === 0 ? metadataSeen : (mapJson(metadataSeen, maskBody(taken, null)) as JsonObject)
  return {
    tags: isArray(seen.tags) ? seen.tags.map((tag) => text(String(tag))) : [CENSOR],
    metadata: find === null ? kept : (redactJson(kept, find) as JsonObject),
    user_id: typeof seen.user_id === 'string' ? text(seen.user_id) : null,
  }
}
