// The one filter of tail, stats, show, export and the page. In: what is wanted. Out: a test for each field, so that a table asks once for each
// distinct name, and a test of a whole record of any shape. Pure.
import { bag, finite, list, text } from '../narrow.ts'
import { globOf } from './glob.ts'
import { matchesValues, parseWords } from './words.ts'

/** What is not given does not filter. Of a list one must fit; all that is given must. */
export interface Filter {
  readonly status?: readonly string[]
  readonly operation?: readonly string[]
  readonly trace?: readonly string[]
  /** `*` stands for any characters in these; whatever their case. The model asked for or the one that answered. */
  readonly model?: readonly string[]
  readonly tag?: readonly string[]
  readonly service?: readonly string[]
  readonly user?: readonly string[]
  /** The error's code, its type, or the HTTP status. */
  readonly error?: readonly string[]
  /** Fields of `metadata` and the texts they must have, e.g. `['plan', 'pro']`. */
  readonly metadata?: readonly (readonly [field: string, value: string])[]
  /** When the call ended, epoch milliseconds: from, and before. */
  readonly sinceMs?: number
  readonly untilMs?: number
  readonly minCostUsd?: number
  readonly minLatencyMs?: number
  /** Words that must all occur in values of the record; those in "double quotes" belong together. */
  readonly text?: string
}

/** Filters that compare one text. */
export type NameField = 'status' | 'operation' | 'trace' | 'model' | 'tag' | 'service' | 'user' | 'error'
export type NameTest = (name: string) => boolean

const EXACT: readonly NameField[] = ['status', 'operation', 'trace']
const GLOBS: readonly NameField[] = ['model', 'tag', 'service', 'user', 'error']

/** A test for each field that the filter names. */
export function nameTests(filter: Filter): ReadonlyMap<NameField, NameTest> {
  const tests = new Map<NameField, NameTest>()
  for (const field of EXACT) {
    const wanted = filter[field]
    if (wanted !== undefined) tests.set(field, (name) => wanted.includes(name))
  }
  for (const field of GLOBS) {
    const globs = filter[field]?.map(globOf)
    if (globs !== undefined) tests.set(field, (name) => globs.some((glob) => glob(name)))
  }
  return tests
}

/** Makes the test of one record. */
export function compileFilter(filter: Filter): (record: unknown) => boolean {
  const tests = [...nameTests(filter)]
  const words = filter.text === undefined ? null : parseWords(filter.text)
  return (value) => {
    const record = bag(value)
    return (
      tests.every(([field, passes]) => NAMES[field](record).some((name) => passes(name))) &&
      passesNumbers(filter, record) &&
      (filter.metadata ?? []).every(([field, wanted]) => hasField(record.metadata, field, wanted)) &&
      (words === null || matchesValues(value, words))
    )
  }
}

type NamesOf = (record: ReturnType<typeof bag>) => readonly string[]

/** What of a record each filter compares. */
export const NAMES: { readonly [Field in NameField]: NamesOf } = {
  status: ({ status }) => texts(status),
  operation: ({ operation }) => texts(operation),
  trace: ({ trace_id }) => texts(trace_id),
  model: ({ request, response }) => texts(bag(request).model, bag(response).model),
  tag: ({ tags }) => texts(...list(tags)),
  service: ({ service }) => texts(service),
  user: ({ user_id }) => texts(user_id),
  error: ({ error, http_status, status }) => {
    const { code, type, status: ofError } = bag(error)
    const httpStatus = status === 'error' ? (finite(ofError) ?? finite(http_status)) : null
    return [...texts(code, type), ...(httpStatus === null ? [] : [String(httpStatus)])]
  },
}

function texts(...values: readonly unknown[]): readonly string[] {
  return values.flatMap((value) => text(value) ?? [])
}

function passesNumbers(
  { sinceMs, untilMs, minCostUsd, minLatencyMs }: Filter,
  record: ReturnType<typeof bag>,
): boolean {
  const { time, cost_usd, duration_ms } = record
  return (
    isAtLeast(time, sinceMs) &&
    (untilMs === undefined || (typeof time === 'number' && time < untilMs)) &&
    isAtLeast(cost_usd, minCostUsd) &&
    isAtLeast(duration_ms, minLatencyMs)
  )
}

function isAtLeast(value: unknown, least: number | undefined): boolean {
  return least === undefined || (typeof value === 'number' && value >= least)
}

function hasField(metadata: unknown, field: string, wanted: string): boolean {
  const value = bag(metadata)[field]
  if (value === undefined || value === null) return false
  return (typeof value === 'string' ? value : JSON.stringify(value)) === wanted
}
