// `neatlogs tail`: records as lines. In: the record files of a folder. Out: one readable line each on a terminal, NDJSON
// elsewhere. Memory holds places of records, never their texts.
import type { Command } from 'commander'
import { configure, DIR_FLAG, DIR_TEXT, requireFolder } from './folder.ts'
import type { RecordFilter } from './tail/filter.ts'
import { listParser, parseCount, parseSince } from './values.ts'

const STATUSES = ['ok', 'error', 'aborted', 'incomplete']
const OPERATIONS = [
  'chat',
  'text_completion',
  'responses',
  'embeddings',
  'image',
  'speech',
  'transcription',
  'moderation',
  'fetch_response',
  'other',
]

interface TailFlags extends RecordFilter {
  readonly follow?: boolean
  readonly json?: boolean
  readonly text?: boolean
  readonly lines?: number
  readonly dir?: string
}

export function addTail(program: Command): void {
  program
    .command('tail')
    .description('Print the recorded calls, oldest first: lines for people on a terminal, NDJSON in a pipe.')
    .option('-f, --follow', 'go on as records come')
    .option('-n, --lines <count>', 'only the newest so many of what is there (default: all)', parseCount)
    .option('--json', 'NDJSON, also on a terminal')
    .option('--text', 'readable lines, also in a pipe')
    .option('--status <list>', `comma list of ${STATUSES.join(', ')}`, listParser(STATUSES))
    .option('--model <list>', 'comma list of models; * stands for any characters', listParser())
    .option('--operation <list>', `comma list of ${OPERATIONS.join(', ')}`, listParser(OPERATIONS))
    .option('--tag <list>', 'calls with one of these tags', listParser())
    .option('--trace <list>', 'calls of these traces', listParser())
    .option('--since <time>', 'calls that ended since: 15m, 2h, 7d, 2026-11-22T15:04', parseSince)
    .option(DIR_FLAG, DIR_TEXT)
    .action(tail)
}

async function tail(flags: TailFlags): Promise<void> {
  const { openRecords } = await import('./tail/records.ts')
  const { linePrinter } = await import('./tail/line.ts')
  const { follow } = await import('./tail/follow.ts')
  const { compileFilter } = await import('./tail/filter.ts')
  const { adoptRecords } = await import('./adopt-records.ts')
  if (!flags.follow) requireFolder(flags.dir)
  const { root, options } = configure(flags.dir, process.env)
  const adopting = adoptRecords(root, options)
  await adopting.first
  const form = flags.json ? 'json' : flags.text || process.stdout.isTTY === true ? 'text' : 'exact'
  const records = openRecords(root, compileFilter(flags))
  const print = linePrinter(form, process.stdout, process.env)
  if (flags.follow) await follow(records, print, flags.lines)
  else if ((await records.printNew(print, flags.lines)) === 0) sayNone(root, flags)
  adopting.stop()
}

function sayNone(root: string, flags: TailFlags): void {
  const filters = [flags.status, flags.model, flags.operation, flags.tag, flags.trace, flags.since]
  const what = filters.some((filter) => filter !== undefined) ? 'no record passes the filter' : 'no records'
  process.stderr.write(`neatlogs: ${what} in ${root} (\`npx neatlogs doctor\` says where records go)\n`)
}
