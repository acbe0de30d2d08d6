// `neatlogs replay`: sends a recorded request again, and shows old and new side by side. In: an id, what is to be different. Out: a comparison; the
// replays are recorded, tagged `replay`. It spends the user's money: it asks first. Exit code 1 when a replay failed or nobody agreed.
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { NeatlogsError } from '../errors.ts'
import { type Bag, finite, text } from '../narrow.ts'
import { printable, printableValue } from '../secrets/printable.ts'
import { counted, showUsd } from './figures.ts'
import { addFilters, type FilterFlags, filterOf } from './filters.ts'
import { configure, DIR_FLAG, DIR_TEXT, requireFolder } from './folder.ts'
import { type Change, parseChange, type Replay } from './replay/request.ts'
import { noSuchCall } from './show.ts'
import { parseTimes } from './values.ts'

interface ReplayFlags extends Omit<FilterFlags, 'model'> {
  readonly model?: string
  readonly set?: readonly Change[]
  readonly times: number
  readonly yes?: boolean
  readonly json?: boolean
  readonly dir?: string
}

const BASE_URL = 'https://api.openai.com/v1'

export function addReplay(program: Command): void {
  const command = program
    .command('replay')
    .description('Send a recorded request again, with your own key, and show old and new side by side.')
    .argument('<call>', 'id of a call or its beginning, or `last` for the newest')
    .option('--model <name>', 'ask this model instead')
    .option(
      '--set <field=value>',
      'another value in the request, as JSON: temperature=0, reasoning.effort="low"',
      parseChange,
    )
    .option('--times <count>', 'how often to send it, 1 to 100', parseTimes, 1)
    .option('--yes', 'do not ask: needed where there is no terminal')
    .option('--json', 'the comparison as JSON')
  addFilters(command, 'replay')
    .option(DIR_FLAG, DIR_TEXT)
    .addHelpText(
      'after',
      '\nSends by OPENAI_API_KEY and OPENAI_BASE_URL. Exit code: 0 done, 1 a replay failed, or no, 2 bad command line.',
    )
    .action(replay)
}

async function replay(call: string, flags: ReplayFlags): Promise<void> {
  const { replayOf } = await import('./replay/request.ts')
  const { findOpenai, sendAgain } = await import('./replay/run.ts')
  requireFolder(flags.dir)
  const { root, options } = configure(flags.dir, process.env)
  const record = await findOne(root, call, flags)
  if (record === null) return
  const request = replayOf(record, flags.model, flags.set ?? [])
  const openai = findOpenai(process.cwd())
  if (!process.env.OPENAI_API_KEY)
    throw new NeatlogsError('ERR_NEATLOGS_ARGUMENT', 'OPENAI_API_KEY is not set: replay sends with your own key')
  if (!(await isAgreed(record, request, flags))) {
    process.stderr.write('neatlogs: nothing was sent\n')
    process.exitCode = 1
    return
  }
  const of = text(record.id) ?? ''
  const sent = await sendAgain({ root, options, env: process.env, request, of, times: flags.times }, openai)
  await show(record, sent, flags)
}

async function findOne(root: string, call: string, flags: ReplayFlags): Promise<Bag | null> {
  const { findMeant } = await import('./show/find.ts')
  const { model: _model, ...filters } = flags
  const { calls, isTrace } = await findMeant(root, call, filterOf(filters))
  if (isTrace)
    throw new NeatlogsError(
      'ERR_NEATLOGS_ARGUMENT',
      `argument 'call': ${JSON.stringify(call)} is a trace of ${counted(calls.length, 'call')}; give the id of one (\`npx neatlogs show\` lists them)`,
    )
  const [found] = calls
  if (found !== undefined) return found.record
  process.stderr.write(`neatlogs: ${noSuchCall(call, root)}\n`)
  process.exitCode = 1
  return null
}

/** Asks on stderr, so that stdout is the comparison's. */
async function isAgreed(record: Bag, { path, body }: Replay, { yes, times }: ReplayFlags): Promise<boolean> {
  if (yes) return true
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true)
    throw new NeatlogsError(
      'ERR_NEATLOGS_ARGUMENT',
      'replay spends money, and there is no terminal to ask at: say --yes',
    )
  const cost = finite(record.cost_usd)
  const spent = cost === null ? 'what it cost is not known' : `it cost ${showUsd(cost)} when it was recorded`
  const base = printableValue(process.env.OPENAI_BASE_URL || BASE_URL)
  const what = `${counted(times, 'request')} of ${printable(text(body.model) ?? 'the same model')} to ${base}${printable(path)}`
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await asking.question(`Send ${what}? (${spent}) [y/N] `)).trim())
  } finally {
    asking.close()
  }
}

async function show(record: Bag, sent: readonly Bag[], flags: ReplayFlags): Promise<void> {
  const { comparison, sideOf } = await import('./replay/compare.ts')
  const { terminalJson } = await import('../safe-text.ts')
  const { paintFor } = await import('./paint.ts')
  const [old, fresh] = [sideOf(record), sent.map(sideOf)]
  if (fresh.some(({ status }) => status !== 'ok') || fresh.length < flags.times) process.exitCode = 1
  const trace = text(sent[0]?.trace_id) ?? ''
  const paint = paintFor(process.stdout, process.env)
  const words = flags.json
    ? `${terminalJson(JSON.stringify({ recorded: old, replays: fresh, trace_id: trace }, null, 2))}\n`
    : `${comparison(old, fresh, paint, process.stdout.isTTY ? process.stdout.columns : undefined)}\n${paint('dim', `recorded with the tag replay: npx neatlogs show ${trace}`)}\n`
  process.stdout.write(words)
}
