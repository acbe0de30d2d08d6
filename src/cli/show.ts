// `neatlogs show`: one call, or the calls of a trace, as a conversation. In: an id or its beginning, `last`, or a trace id. Out: text through the
// user's pager on a terminal; text or NDJSON elsewhere. Exit code 1 when there is no such call.

import type { Command } from 'commander'
import type { Bag } from '../narrow.ts'
import { printable } from '../secrets/printable.ts'
import { addFilters, type FilterFlags, filterOf } from './filters.ts'
import { DIR_FLAG, DIR_TEXT } from './folder.ts'
import type { Meant } from './show/find.ts'

interface ShowFlags extends FilterFlags {
  readonly full?: boolean
  readonly json?: boolean
  readonly pager: boolean
  readonly dir?: string
}

export function addShow(program: Command): void {
  const command = program
    .command('show')
    .description('Show one call, or the calls of a trace, as a conversation.')
    .argument('[call]', 'id of a call or its beginning, a trace id, or `last` for the newest', 'last')
    .option('--full', 'do not fold long texts; of a trace, all turns of each call')
    .option('--json', 'the records themselves, as NDJSON')
    .option('--no-pager', 'print at once; else a terminal pages through $PAGER (default: less)')
  addFilters(command)
    .option(DIR_FLAG, DIR_TEXT)
    .addHelpText('after', '\nExit code: 0 shown, 1 there is no such call, 2 bad command line.')
    .action(show)
}

async function show(call: string, flags: ShowFlags): Promise<void> {
  const { readyFolder } = await import('./adopt-records.ts')
  const { findMeant } = await import('./show/find.ts')
  const { page } = await import('./show/pager.ts')
  const root = await readyFolder(flags.dir)
  const meant = await findMeant(root, call, filterOf(flags))
  if (meant.calls.length === 0) {
    process.stderr.write(`neatlogs: ${noSuchCall(call, root)}\n`)
    process.exitCode = 1
    return
  }
  await page(flags.json ? await jsonOf(meant) : await textOf(meant, flags), process.env, flags.pager && !flags.json)
}

/** Says that nothing was found, and where calls are listed. */
export function noSuchCall(call: string, root: string): string {
  const what = call === 'last' ? 'no call' : `no call or trace ${JSON.stringify(call.slice(0, 100))}`
  return `${what} in ${printable(root)} (\`npx neatlogs tail\` lists the calls, \`--json\` with their ids)`
}

async function jsonOf({ calls }: Meant): Promise<string> {
  const { terminalJson } = await import('../safe-text.ts')
  const lines = calls.map(({ line }) => (process.stdout.isTTY === true ? terminalJson(line) : line))
  return `${lines.join('\n')}\n`
}

async function textOf({ calls, isTrace, leftOut }: Meant, { full = false }: ShowFlags): Promise<string> {
  const { callLines } = await import('./show/conversation.ts')
  const { paintFor } = await import('./paint.ts')
  const paint = paintFor(process.stdout, process.env)
  const look = { full, paint, columns: process.stdout.isTTY ? process.stdout.columns : undefined }
  const left = leftOut > 0 ? [paint('dim', `${leftOut.toLocaleString('en-US')} earlier calls left out`), ''] : []
  const rule = ['', paint('dim', '─'.repeat(Math.min(look.columns ?? 80, 80))), '']
  const lines = calls.flatMap(({ record }, at) => [
    ...(at === 0 ? [] : rule),
    ...callLines(record as Bag, look, isTrace && at > 0),
  ])
  return `${[...left, ...lines].join('\n')}\n`
}
