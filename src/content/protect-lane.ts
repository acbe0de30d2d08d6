// The content rules over the facts of a lane, which lie in `lane.json` and are joined to each record. In: the facts, the rules. Out: what may
// touch the disk. A rule that throws costs the facts. Main thread, at the first frame, and only when there is something to look at.
import type { LaneInfo, LaneRules } from '../frame.ts'
import { isObject } from '../json-walk.ts'
import type { Json } from '../record.ts'
import { scrubJson } from '../secrets/json.ts'
import { isSecretName } from '../secrets/names.ts'
import { CENSOR } from '../secrets/shapes.ts'
import { scrubText } from '../secrets/text.ts'
import { compileRedactor } from './redact.ts'
import { redactFacts } from './redact-facts.ts'

/** Without what the program's own function would have to look at: it sees the facts in memory. */
export function withoutFacts(info: LaneInfo): LaneInfo {
  return { ...info, ...withoutKeys(info.rules), tags: [], userId: null, metadata: {} }
}

/** The resource of spans comes from a variable: `OTEL_RESOURCE_ATTRIBUTES=api.key=…`. */
function withoutKeys(rules: LaneRules | undefined): Pick<LaneInfo, 'rules'> {
  if (rules === undefined) return {}
  const resource = rules.resource.map(([name, value]) => {
    return [name, isSecretName(name) ? CENSOR : scrubText(value, true)] as const
  })
  return { rules: { ...rules, resource } }
}

/** The facts without secrets, and without what the rules take away. */
export function protectLane(info: LaneInfo, redact: readonly string[]): LaneInfo {
  try {
    const metadata = scrubJson(info.metadata as { readonly [key: string]: Json }, true)
    const facts = {
      tags: info.tags.map((tag) => scrubText(tag, true)),
      metadata: isObject(metadata) ? metadata : {},
      user_id: info.userId === null ? null : scrubText(info.userId, true),
    }
    const safe = redact.length === 0 ? facts : redactFacts(facts, compileRedactor(redact))
    return { ...info, ...withoutKeys(info.rules), tags: safe.tags, metadata: safe.metadata, userId: safe.user_id }
  } catch {
    return withoutFacts(info)
  }
}
