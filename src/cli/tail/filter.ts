// Which records are printed. In: the filter of a command line. Out: a test of one record of any shape. Pure.
import { bag, list, text } from '../../viewer/narrow.ts'

export interface RecordFilter {
  readonly status?: readonly string[]
  /** `*` stands for any characters; the model asked for or the one that answered. */
  readonly model?: readonly string[]
  readonly operation?: readonly string[]
  readonly tag?: readonly string[]
  readonly trace?: readonly string[]
  /** Epoch milliseconds; a record's `time` is when its call ended. */
  readonly since?: number
}

/** Makes the test; what is not given does not filter. */
export function compileFilter(filter: RecordFilter): (record: unknown) => boolean {
  const models = filter.model?.map(globOf)
  return (value) => {
    const record = bag(value)
    const names = [text(bag(record.request).model), text(bag(record.response).model)]
    return (
      (filter.since === undefined || (typeof record.time === 'number' && record.time >= filter.since)) &&
      includes(filter.status, record.status) &&
      includes(filter.operation, record.operation) &&
      includes(filter.trace, record.trace_id) &&
      (filter.tag === undefined || list(record.tags).some((tag) => includes(filter.tag, tag))) &&
      (models === undefined || models.some((model) => names.some((name) => name !== null && model(name))))
    )
  }
}

function includes(wanted: readonly string[] | undefined, value: unknown): boolean {
  return wanted === undefined || (typeof value === 'string' && wanted.includes(value))
}

/** `gpt*mini`: each part in its turn at the first place it has. An expression of many `.*` would try all of them. */
function globOf(pattern: string): (name: string) => boolean {
  const parts = pattern.toLowerCase().split('*')
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  return (given) => {
    const name = given.toLowerCase()
    if (parts.length === 1) return name === first
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false
    let at = first.length
    const end = name.length - last.length
    for (const part of parts.slice(1, -1)) {
      const found = name.indexOf(part, at)
      if (found < 0 || found + part.length > end) return false
      at = found + part.length
    }
    return true
  }
}
