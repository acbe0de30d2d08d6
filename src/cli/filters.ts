// The filters that every command over records takes. In: a command. Out: its options; the filter of what was given.
import type { Command } from 'commander'
import type { Filter } from '../filter/filter.ts'
import type { Operation } from '../record.ts'
import { listParser, parseDuration, parseSince, parseUsd } from './values.ts'

const STATUSES = ['ok', 'error', 'aborted', 'incomplete']
/** What `--operation` takes: all there are. */
export const OPERATIONS: readonly Operation[] = [
  'chat',
  'text_completion',
  'responses',
  'embeddings',
  'image',
  'speech',
  'transcription',
  'moderation',
  'fetch_response',
  'realtime',
  'other',
]

const GLOB = '* stands for any characters, here and in tag, service, user, error'

/** What commander makes of the options. */
export interface FilterFlags {
  readonly status?: readonly string[]
  readonly operation?: readonly string[]
  readonly model?: readonly string[]
  readonly tag?: readonly string[]
  readonly service?: readonly string[]
  readonly user?: readonly string[]
  readonly trace?: readonly string[]
  readonly error?: readonly string[]
  readonly since?: number
  readonly until?: number
  readonly minCost?: number
  readonly minLatency?: number
  readonly text?: string | undefined
}

/** Adds the options. `tail` has a `--text` of its own, `replay` a `--model`. */
export function addFilters(command: Command, of: 'tail' | 'replay' | 'other' = 'other'): Command {
  command
    .option('--since <time>', 'calls that ended since: 15m, 2h, 7d, today, yesterday, 2026-11-22T15:04', parseSince)
    .option('--until <time>', 'calls that ended before that time', parseSince)
    .option('--status <list>', `comma list of ${STATUSES.join(', ')}`, listParser(STATUSES))
    .option('--operation <list>', `comma list of ${OPERATIONS.join(', ')}`, listParser(OPERATIONS))
    .option('--tag <list>', 'calls with one of these tags', listParser())
    .option('--service <list>', 'calls of these programs (NEATLOGS_SERVICE)', listParser())
    .option('--user <list>', 'calls for these users (NEATLOGS_USER_ID)', listParser())
    .option('--trace <list>', 'calls of these traces', listParser())
    .option('--error <list>', 'calls that failed with this code, type or HTTP status', listParser())
    .option('--min-cost <usd>', 'calls that cost at least so many US dollars', parseUsd)
    .option('--min-latency <time>', 'calls that took at least so long: 500ms, 2s', parseDuration)
  if (of !== 'replay') command.option('--model <list>', `comma list of models; ${GLOB}`, listParser())
  if (of !== 'tail')
    command.option('--text <words>', 'calls that hold all these words; "double quotes" keep words together')
  return command
}

/** The filter of a command line. */
export function filterOf(flags: FilterFlags): Filter {
  const { status, operation, model, tag, service, user, trace, error, since, until, minCost, minLatency, text } = flags
  const given = {
    ...{ status, operation, model, tag, service, user, trace, error, text },
    ...{ sinceMs: since, untilMs: until, minCostUsd: minCost, minLatencyMs: minLatency },
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Filter
}

/** True when anything is filtered. */
export function isFiltered(filter: Filter): boolean {
  return Object.keys(filter).length > 0
}
