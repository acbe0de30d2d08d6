// Who a call belongs to: what `withContext` set, the application's active OpenTelemetry span, `TRACEPARENT`. Leaf, hot path.
// One AsyncLocalStorage however many copies of neatlogs are loaded; it exists only once `withContext` was used.

import type { AsyncLocalStorage } from 'node:async_hooks'
import { badArgument, NeatlogsError } from './errors.ts'
import type { FrameContext } from './frame.ts'
import { wallMs } from './originals.ts'

export const CONTEXT_STORE = Symbol.for('neatlogs.context')
const OTEL_API = Symbol.for('opentelemetry.js.api.1')
const OTEL_SPAN = Symbol.for('OpenTelemetry Context Key SPAN')
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/
const ZERO_TRACE = '0'.repeat(32)
/** The bit of W3C's trace flags. */
const SAMPLED = 1

interface OtelApi {
  readonly context?: { active?(): { getValue?(key: symbol): unknown } | undefined }
}
interface OtelSpan {
  spanContext?(): { readonly traceId?: string; readonly spanId?: string; readonly traceFlags?: number } | undefined
}
type Parent = NonNullable<FrameContext['parent']>

/** What the calls made inside a context belong to. Every field is optional; what is absent comes from the context around it. */
export interface Context {
  /** The session, e.g. a chat's id. Default the provider's, else the process's. */
  readonly traceId?: string
  /** Added to the tags of the contexts around this one. */
  readonly tags?: readonly string[]
  /** The end user. */
  readonly userId?: string
  /** One conversation of a session. */
  readonly conversationId?: string
  /** A JSON object; its fields are added to those of the contexts around, the inner one wins. */
  readonly metadata?: { readonly [key: string]: unknown }
  /** Groups the calls inside under one root of this name, for destinations that show trees. */
  readonly name?: string
}

const TEXT_FIELDS = ['traceId', 'userId', 'conversationId', 'name'] as const
/** A context stands in the head of every call's frame: larger ones would be a burden on each. */
const MAX_CONTEXT_CHARS = 64 * 1024

let envParent: Parent | null | undefined

/** Returns what the current call inherits, or undefined when nothing is set. Reads globals only; never throws by itself. */
export function currentContext(): FrameContext | undefined {
  const globals = globalThis as { [key: symbol]: unknown }
  const store = globals[CONTEXT_STORE] as AsyncLocalStorage<FrameContext> | undefined
  const own = store?.getStore() ?? undefined
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
  return parentOf(found.traceId, found.spanId, found.traceFlags ?? SAMPLED)
}

function parentOf(traceId: string, spanId: string, flags: number): Parent {
  return (flags & SAMPLED) === 0 ? { traceId, spanId, sampled: false } : { traceId, spanId }
}

function parentOfProcess(): Parent | null {
  if (envParent !== undefined) return envParent
  const match = TRACEPARENT.exec(process.env.TRACEPARENT ?? '')
  const [, traceId = ZERO_TRACE, spanId = '', flags = ''] = match ?? []
  envParent = traceId === ZERO_TRACE ? null : parentOf(traceId, spanId, Number.parseInt(flags, 16))
  return envParent
}

/** Joins what a listener says of its calls (`outer`) with what the context says: the inner one wins, tags and metadata add up. */
export function mergeContext(
  outer: FrameContext | undefined,
  inner: FrameContext | undefined,
): FrameContext | undefined {
  if (outer === undefined || inner === undefined) return outer ?? inner
  const { tags, metadata } = outer
  return {
    ...outer,
    ...inner,
    ...(tags && inner.tags ? { tags: [...new Set([...tags, ...inner.tags])] } : {}),
    ...(metadata && inner.metadata ? { metadata: { ...metadata, ...inner.metadata } } : {}),
  }
}

/**
 * Runs `fn` so that every OpenAI call made inside belongs to `context`, through awaits, timers and streams, e.g.
 * `await withContext({ userId: 'u1', tags: ['checkout'] }, () => client.responses.create(…))`. Gives what `fn` gives. Nested
 * contexts: the inner one wins, tags and metadata add up. Throws `ERR_NEATLOGS_ARGUMENT` for a field of the wrong kind.
 */
export function withContext<Result>(context: Context, fn: () => Result): Result {
  if (typeof fn !== 'function') throw badArgument('fn', fn, 'a function')
  return storage().run(enter(context), fn)
}

/**
 * Sets the context of the rest of the running async flow, where no function can be wrapped: in a request handler for that
 * request, at the top of a program for all of it. Joins what is set already as nested contexts do. Throws as `withContext`.
 */
export function setContext(context: Context): void {
  storage().enterWith(enter(context))
}

function storage(): AsyncLocalStorage<FrameContext> {
  const globals = globalThis as { [key: symbol]: unknown }
  if (globals[CONTEXT_STORE] === undefined) {
    const { AsyncLocalStorage: Storage } = process.getBuiltinModule('node:async_hooks')
    Object.defineProperty(globalThis, CONTEXT_STORE, { value: new Storage(), enumerable: false })
  }
  return globals[CONTEXT_STORE] as AsyncLocalStorage<FrameContext>
}

function enter(context: Context): FrameContext {
  const around = storage().getStore()
  const merged = mergeContext(around, { ...checkContext(context), ...rootOf(context, around) })
  const chars = JSON.stringify(merged).length
  if (chars > MAX_CONTEXT_CHARS)
    throw badArgument('context', `${chars} characters`, `at most ${MAX_CONTEXT_CHARS} as JSON`)
  return merged as FrameContext
}

/** A named context is a root: in the trace of the root around it or of the application's span, else of its own. */
function rootOf(context: Context, around: FrameContext | undefined): Pick<FrameContext, 'root'> {
  if (context.name === undefined) return {}
  const { randomBytes } = process.getBuiltinModule('node:crypto')
  const parent = currentContext()?.parent
  // A trace that is not sampled has no other spans: ours would stand alone in it, and be taken for what is left of it.
  const joined = parent?.sampled === false ? undefined : parent?.traceId
  const traceId = around?.root?.traceId ?? joined ?? randomBytes(16).toString('hex')
  return { root: { traceId, spanId: randomBytes(8).toString('hex'), startedAtMs: wallMs() } }
}

function checkContext(context: Context): FrameContext {
  if (typeof context !== 'object' || context === null || Array.isArray(context))
    throw badArgument('context', context, 'an object')
  const checked: { -readonly [Key in keyof Context]: Context[Key] } = {}
  for (const field of TEXT_FIELDS) {
    const value: unknown = context[field]
    if (value === undefined) continue
    if (typeof value !== 'string' || value === '') throw badArgument(field, value, 'a text that is not empty')
    checked[field] = value
  }
  const { tags, metadata } = context
  if (tags !== undefined) {
    const isList = Array.isArray(tags) && tags.every((tag) => typeof tag === 'string')
    if (!isList) throw badArgument('tags', tags, 'a list of texts')
    checked.tags = [...new Set(tags)]
  }
  if (metadata !== undefined) checked.metadata = toPlain(metadata)
  return checked
}

/** A copy as JSON: it is written with each call, so it must be plain, and later changes must not reach back. */
function toPlain(metadata: unknown): { readonly [key: string]: unknown } {
  const isObject = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)
  if (!isObject) throw badArgument('metadata', metadata, 'a JSON object')
  try {
    return JSON.parse(JSON.stringify(metadata)) as { readonly [key: string]: unknown }
  } catch (error) {
    throw new NeatlogsError('ERR_NEATLOGS_ARGUMENT', `metadata is no JSON: ${(error as Error).message}`)
  }
}
