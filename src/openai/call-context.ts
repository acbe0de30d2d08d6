// Step 3, call: what the program says of a call by `withContext`, as its `open` frame carries it: on the disk it has no secrets. In: what a
// listener says of its calls, and the context around the call. Out: both as one. Main thread, hot path.
import { mergeContext } from '../context.ts'
import type { FrameContext } from '../frame.ts'
import type { Json } from '../record.ts'
import { scrubJson } from '../secrets/json.ts'
import { scrubText } from '../secrets/text.ts'

const TEXTS = ['traceId', 'userId', 'conversationId', 'name'] as const

/** Metadata and tags of a context are looked through once, however many calls are made in it. */
const looked = new WeakMap<object, unknown>()

/** Joins what a listener says with what the context says, without secrets. */
export function contextOfCall(
  own: FrameContext | undefined,
  around: FrameContext | undefined,
): FrameContext | undefined {
  return mergeContext(withoutSecrets(own), withoutSecrets(around))
}

function withoutSecrets(context: FrameContext | undefined): FrameContext | undefined {
  if (context === undefined) return undefined
  const safe: { -readonly [Key in keyof FrameContext]: FrameContext[Key] } = { ...context }
  for (const name of TEXTS) if (safe[name] !== undefined) safe[name] = scrubText(safe[name], true)
  if (safe.tags !== undefined) safe.tags = scrubbed(safe.tags)
  if (safe.metadata !== undefined) safe.metadata = scrubbed(safe.metadata)
  return safe
}

function scrubbed<Value extends object>(value: Value): Value {
  const known = looked.get(value) as Value | undefined
  const kept = known ?? (scrubJson(value as unknown as Json, true) as unknown as Value)
  if (known === undefined) looked.set(value, kept)
  return kept
}
