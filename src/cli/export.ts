// `neatlogs export`: records as a data set, in OpenAI's own file formats, CSV or JSONL. In: the record files of a folder. Out: lines on stdout, as
// they are read; on stderr what was left out and why. Memory does not grow with what is exported.
import { once } from 'node:events'
import type { Command } from 'commander'
import { FORMAT_NAMES, type FormatName } from '../export/exporter.ts'
import { addFilters, type FilterFlags, filterOf, isFiltered } from './filters.ts'
import { DIR_FLAG, DIR_TEXT } from './folder.ts'
import { wordParser } from './values.ts'

interface ExportFlags extends FilterFlags {
  readonly as: FormatName
  readonly dedupe?: boolean
  readonly includePartial?: boolean
  readonly json?: boolean
  readonly dir?: string
}

export function addExport(program: Command): void {
  const command = program
    .command('export')
    .description(
      "Write the recorded calls as a data set: OpenAI's fine-tuning, Batch API and evals files, CSV or JSONL.",
    )
    .requiredOption('--as <format>', `one of ${FORMAT_NAMES.join(', ')}`, wordParser(FORMAT_NAMES))
    .option('--dedupe', 'only the first of calls that would give the same line')
    .option(
      '--include-partial',
      'also calls that are not whole: redacted, cut, not captured, incomplete (default: left out)',
    )
    .option('--json', 'say as JSON on stderr what was exported and what was left out')
  addFilters(command).option(DIR_FLAG, DIR_TEXT).action(exportCalls)
}

async function exportCalls(flags: ExportFlags): Promise<void> {
  const { readyFolder } = await import('./adopt-records.ts')
  const { eachRecord, scanNotes } = await import('./each-record.ts')
  const { openExporter } = await import('../export/exporter.ts')
  const { addReason } = await import('../export/reasons.ts')
  const { summaryOf } = await import('./export/summary.ts')
  const root = await readyFolder(flags.dir)
  const filter = filterOf(flags)
  const exporter = openExporter(flags.as, flags)
  const write = await writerFor(process.stdout)
  const left = new Map<string, number>()
  let exported = 0
  if (exporter.head !== '') await write(exporter.head)
  const scan = await eachRecord(root, filter, (record, line) => {
    const taken = exporter.take(record, line)
    if ('left' in taken) return addReason(left, taken.left)
    exported++
    return write(taken.line)
  })
  const summary = summaryOf({ exported, left, damaged: scan.damaged }, flags.json === true)
  process.stderr.write(flags.json ? summary : scanNotes(scan, root, isFiltered(filter)) + summary)
}

/** Waits for a slow reader. What would drive a terminal is escaped there; a file gets the very lines. */
async function writerFor(stream: NodeJS.WriteStream): Promise<(text: string) => Promise<void> | undefined> {
  const { terminalJson } = await import('../safe-text.ts')
  return (text) => {
    const shown = stream.isTTY === true ? `${terminalJson(text.trimEnd())}\n` : text
    return stream.write(shown) ? undefined : once(stream, 'drain').then(() => undefined)
  }
}
