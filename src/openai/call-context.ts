// Step 3, call: what the program says of a call by `withContext`, as its `open` frame carries it: on the disk it has no secrets. In: what a
// listener says of its calls, and the context around the call. Out: both as one. Main thread, hot path.
import { mergeContext } from '../context.ts'
import type { FrameContext } from '../frame.ts'
import type { Json } from '../record.ts'
import { scrubJson } from '../secrets/json.ts'

type Metadata = NonNullable<FrameContext['metadata']>

/** Metadata of a context is looked through once, however many calls are made in it. */
const looked = new WeakMap<Metadata, Metadata>()

/** Joins what a listener says with what the context says, without secrets in the metadata. */
export function contextOfCall(
  own: FrameContext | undefined,
  around: FrameContext | undefined,
): FrameContext | undefined {
  return mergeContext(withoutSecrets(own), withoutSecrets(around))
}

function withoutSecrets(context: FrameContext | undefined): FrameContext | undefined {
  const metadata = context?.metadata
  if (metadata === undefined) return context
  const known = looked.get(metadata)
  const kept = known ?? (scrubJson(metadata as Json, true) as Metadata)
  if (known === undefined) looked.set(metadata, kept)
  return { ...context, metadata: kept }
}
