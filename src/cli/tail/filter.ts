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
      (models === undefined || models.some((model) => names.some((name) => name !== null && model.test(name))))
    )
  }
}

function includes(wanted: readonly string[] | undefined, value: unknown): boolean {
  return wanted === undefined || (typeof value === 'string' && wanted.includes(value))
}

function globOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 'is')
}
