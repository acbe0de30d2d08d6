// `neatlogs tail`: records as lines. In: the record files of a folder. Out: one readable line each on a terminal, NDJSON
// elsewhere. Memory holds places of records, never their texts.
import type { Command } from 'commander'
import { addFilters, type FilterFlags, filterOf, isFiltered } from './filters.ts'
import { configure, DIR_FLAG, DIR_TEXT, noRecords, requireFolder } from './folder.ts'
import { parseCount } from './values.ts'

interface TailFlags extends Omit<FilterFlags, 'text'> {
  readonly follow?: boolean
  readonly json?: boolean
  /** Alone it asks for readable lines; with words it is the filter of that name. */
  readonly text?: boolean | string
  readonly lines?: number
  readonly dir?: string
}

export function addTail(program: Command): void {
  const command = program
    .command('tail')
    .description('Print the recorded calls, oldest first: lines for people on a terminal, NDJSON in a pipe.')
    .option('-f, --follow', 'go on as records come')
    .option('-n, --lines <count>', 'only the newest so many of what is there (default: all)', parseCount)
    .option('--json', 'NDJSON, also on a terminal')
  addFilters(command, 'tail')
    .option('--text [words]', 'with words: calls that hold all of them; alone: readable lines, also in a pipe')
    .option(DIR_FLAG, DIR_TEXT)
    .action(tail)
}

async function tail(flags: TailFlags): Promise<void> {
  const { openRecords } = await import('./tail/records.ts')
  const { linePrinter } = await import('./tail/line.ts')
  const { follow } = await import('./tail/follow.ts')
  const { compileFilter } = await import('../filter/filter.ts')
  const { adoptRecords } = await import('./adopt-records.ts')
  if (!flags.follow) requireFolder(flags.dir)
  const { root, options } = configure(flags.dir, process.env)
  const adopting = adoptRecords(root, options)
  await adopting.first
  const isReadable = flags.text === true || process.stdout.isTTY === true
  const form = flags.json ? 'json' : isReadable ? 'text' : 'exact'
  const filter = filterOf({ ...flags, text: typeof flags.text === 'string' ? flags.text : undefined })
  const records = openRecords(root, compileFilter(filter))
  const print = linePrinter(form, process.stdout, process.env)
  if (flags.follow) await follow(records, print, flags.lines)
  else if ((await records.printNew(print, flags.lines)) === 0) process.stderr.write(noRecords(root, isFiltered(filter)))
  adopting.stop()
}
