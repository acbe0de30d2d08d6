// Who a call belongs to: what `withContext` set, the application's active OpenTelemetry span, `TRACEPARENT`. Leaf, hot path.
// One AsyncLocalStorage however many copies of neatlogs are loaded; it exists only once `withContext` was used.
import type { AsyncLocalStorage } from 'node:async_hooks'
import type { FrameContext } from './frame.ts'

export const CONTEXT_STORE = Symbol.for('neatlogs.context')
const OTEL_API = Symbol.for('opentelemetry.js.api.1')
const OTEL_SPAN = Symbol.for('OpenTelemetry Context Key SPAN')
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/
const ZERO_TRACE = '0'.repeat(32)

interface OtelApi {
  readonly context?: { active?(): { getValue?(key: symbol): unknown } | undefined }
}
interface OtelSpan {
  spanContext?(): { readonly traceId?: string; readonly spanId?: string } | undefined
}
type Parent = NonNullable<FrameContext['parent']>

let envParent: Parent | null | undefined

/** Returns what the current call inherits, or undefined when nothing is set. Reads globals only; never throws by itself. */
export function currentContext(): FrameContext | undefined {
  const globals = globalThis as { [key: symbol]: unknown }
  const store = globals[CONTEXT_STORE] as AsyncLocalStorage<FrameContext> | undefined
  const own = store?.getStore()
  const parent = activeSpan(globals[OTEL_API] as OtelApi | undefined) ?? parentOfProcess()
  if (parent === null) return own
  return own === undefined ? { parent } : { ...own, parent }
}

/** The application's active span, found through the OpenTelemetry API's global without depending on it. */
function activeSpan(api: OtelApi | undefined): Parent | null {
  if (api === undefined) return null
  const span = api.context?.active?.()?.getValue?.(OTEL_SPAN) as OtelSpan | undefined
  const found = span?.spanContext?.()
  if (!found?.traceId || !found.spanId || found.traceId === ZERO_TRACE) return null
  return { traceId: found.traceId, spanId: found.spanId }
}

function parentOfProcess(): Parent | null {
  if (envParent !== undefined) return envParent
  const match = TRACEPARENT.exec(process.env.TRACEPARENT ?? '')
  envParent = match && match[1] !== ZERO_TRACE ? { traceId: match[1] as string, spanId: match[2] as string } : null
  return envParent
}
