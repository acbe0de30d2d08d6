// Deliver: lists of pairs in OpenTelemetry variables, `key=value,key=value` with URL-encoded parts. Pure; also used by the main
// thread for the name of the program, so nothing heavy is imported.
import type { SpanCounts } from '../frame.ts'
import type { Environment } from '../options/options.ts'
import { printableName } from '../secrets/printable.ts'

export interface Pairs {
  readonly pairs: ReadonlyMap<string, string>
  /** Keys (or positions) that could not be read; never values, which may be secret. */
  readonly bad: readonly string[]
}

/** Splits on `,`, then on the first `=` (base64 ends in `=`), and decodes both sides: `Basic%20abc=` is `Basic abc=`. */
export function parsePairs(text: string): Pairs {
  const pairs = new Map<string, string>()
  const bad: string[] = []
  text.split(',').forEach((entry, index) => {
    if (entry.trim() === '') return
    const at = entry.indexOf('=')
    const key = decode(entry.slice(0, Math.max(at, 0)).trim())
    const value = decode(entry.slice(at + 1).trim())
    if (at > 0 && key && value !== null) pairs.set(key, value)
    else bad.push((key && printableName(key)) || `entry ${index + 1}`)
  })
  return { pairs, bad }
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null // a stray `%`: the caller says which entry
  }
}

/** The attributes of `OTEL_RESOURCE_ATTRIBUTES`; by the specification all or none of them. */
export function resourceFromEnvironment(env: Environment): Pairs {
  const read = parsePairs(env.OTEL_RESOURCE_ATTRIBUTES ?? '')
  return read.bad.length === 0 ? read : { pairs: new Map(), bad: read.bad }
}

/** The name that OpenTelemetry variables give the program: `OTEL_SERVICE_NAME`, else `service.name` of the resource, else null. */
export function serviceFromEnvironment(env: Environment): string | null {
  return env.OTEL_SERVICE_NAME?.trim() || resourceFromEnvironment(env).pairs.get('service.name') || null
}

/** Longest attribute value of a span in characters, by the two variables of OpenTelemetry; null: no limit, or none that can be read. */
export function valueLengthLimit(env: Environment): number | null {
  const text = env.OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT?.trim() || env.OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT?.trim()
  return text && /^\d+$/.test(text) ? Number(text) : null
}

/** Variables that limit how much a span holds; the first that is set counts. */
const COUNTS: { readonly [count in keyof SpanCounts]-?: readonly string[] } = {
  attributes: ['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
  events: ['OTEL_SPAN_EVENT_COUNT_LIMIT'],
  links: ['OTEL_SPAN_LINK_COUNT_LIMIT'],
  eventAttributes: ['OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
  linkAttributes: ['OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
}

/** How much a span may hold; null when no variable says so. Their default of 128 is more than our spans have. */
export function spanCounts(env: Environment): SpanCounts | null {
  const found = Object.entries(COUNTS).flatMap(([count, variables]) => {
    const text = variables.map((name) => env[name]?.trim()).find(Boolean)
    return text !== undefined && /^\d+$/.test(text) ? [[count, Number(text)] as const] : []
  })
  return found.length === 0 ? null : Object.fromEntries(found)
}
