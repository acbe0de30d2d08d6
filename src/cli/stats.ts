// `neatlogs stats`: what was called, how long it took and what it cost, by model, tag, day, prompt … In: the record files of a folder. Out: a table
// on a terminal, JSON or CSV elsewhere. Memory is bounded by the number of groups.
import type { Command } from 'commander'
import { addFilters, type FilterFlags, filterOf, isFiltered } from './filters.ts'
import { DIR_FLAG, DIR_TEXT } from './folder.ts'
import { GROUPINGS, type Grouping } from './stats/group-key.ts'
import type { Figures, Result, Tally } from './stats/tally.ts'
import { parseCount, wordParser } from './values.ts'

interface StatsFlags extends FilterFlags {
  readonly by: Grouping
  readonly json?: boolean
  readonly csv?: boolean
  readonly table?: boolean
  readonly lines?: number
  readonly dir?: string
}

export function addStats(program: Command): void {
  const command = program
    .command('stats')
    .description('Count the recorded calls: errors, latency, tokens and cost, by model, tag, day, prompt and more.')
    .option('--by <what>', `one of ${GROUPINGS.join(', ')}`, wordParser(GROUPINGS), 'model')
    .option('-n, --lines <count>', 'only the first so many groups (default: all)', parseCount)
    .option('--json', 'JSON, also on a terminal (default in a pipe)')
    .option('--csv', 'CSV, a row for each group')
    .option('--table', 'the table, also in a pipe')
  addFilters(command).option(DIR_FLAG, DIR_TEXT).action(stats)
}

async function stats(flags: StatsFlags): Promise<void> {
  const { readyFolder } = await import('./adopt-records.ts')
  const { eachRecord, scanNotes } = await import('./each-record.ts')
  const { addRecord, makeTally, resultOf } = await import('./stats/tally.ts')
  const root = await readyFolder(flags.dir)
  const filter = filterOf(flags)
  const tally = makeTally(flags.by)
  const scan = await eachRecord(root, filter, (record) => addRecord(tally, record))
  process.stderr.write(scanNotes(scan, root, isFiltered(filter)))
  const result = resultOf(tally)
  const shown = { ...result, groups: result.groups.slice(0, flags.lines) }
  process.stdout.write(await print(shown, tally, flags, scan.damaged))
}

async function print(result: Result, tally: Tally, flags: StatsFlags, damaged: number): Promise<string> {
  const { terminalJson } = await import('../safe-text.ts')
  if (flags.csv) return csvOf(result, flags.by)
  if (flags.json || !(flags.table || process.stdout.isTTY === true))
    return `${terminalJson(JSON.stringify(reportOf(result, tally, damaged), null, 2))}\n`
  if (tally.all.calls === 0) return ''
  const { statsTable } = await import('./stats/table.ts')
  const { paintFor } = await import('./paint.ts')
  const paint = paintFor(process.stdout, process.env)
  return statsTable(result, flags.by, tally, paint, process.stdout.isTTY ? process.stdout.columns : undefined)
}

function reportOf({ total, groups, limits }: Result, { by, fromMs, toMs }: Tally, damaged: number): object {
  const iso = (ms: number): string | null => (Number.isFinite(ms) ? new Date(ms).toISOString() : null)
  return { by, from: iso(fromMs), to: iso(toMs), total, groups, rate_limits: limits, damaged_lines: damaged }
}

async function csvOf({ groups }: Result, by: Grouping): Promise<string> {
  const { csvRow } = await import('../export/csv.ts')
  const { terminalText } = await import('../safe-text.ts')
  const rows = groups.map((figures) => csvRow(Object.values(flat(figures, by))))
  const head = csvRow(Object.keys(flat(groups[0] ?? NOTHING, by)))
  return `${terminalText([head, ...rows].join('\n'))}\n`
}

const NO_TIMES = { p50: null, p95: null, p99: null }
const NOTHING: Figures = {
  ...{ key: '', label: '', calls: 0, errors: 0, latency_ms: NO_TIMES, first_token_ms: NO_TIMES, input_tokens: 0 },
  ...{ cached_tokens: 0, output_tokens: 0, cost_usd: null, unpriced_calls: 0, share: 0, dearest_call: null },
}

function flat(
  { key, label, latency_ms, first_token_ms, ...rest }: Figures,
  by: Grouping,
): { [column: string]: unknown } {
  const prefixed = (name: string, values: object): object =>
    Object.fromEntries(Object.entries(values).map(([share, ms]) => [`${name}_${share}_ms`, ms]))
  return {
    [by]: key,
    ...(by === 'prompt' ? { words: label } : {}),
    ...rest,
    ...prefixed('latency', latency_ms),
    ...prefixed('first_token', first_token_ms),
  }
}
