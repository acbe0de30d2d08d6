// `neatlogs ship`: delivers what ended programs have left on disk. In: the folder, the configured destination. Out: a summary;
// exit code 0 when nothing is left, 1 when something is. Programs that still run ship their own.
import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { chooseExporters } from '../options/options.ts'
import { printable } from '../secrets/printable.ts'
import { configure, DIR_FLAG, DIR_TEXT, requireFolder } from './folder.ts'
import { parseDuration } from './values.ts'

const DEFAULT_TIMEOUT_MS = 60_000

interface ShipFlags {
  readonly dir?: string
  readonly timeout: number
  readonly rejected?: boolean
}

export function addShip(program: Command): void {
  program
    .command('ship')
    .description('Deliver what ended programs have left on disk: for cron, or as the last step of a container.')
    .option(DIR_FLAG, DIR_TEXT)
    .option('-t, --timeout <time>', 'longest time in all: 30 (seconds), 30s, 5m', parseDuration, DEFAULT_TIMEOUT_MS)
    .option('--rejected', 'send again what the server refused and was kept in rejected.ndjson')
    .addHelpText('after', '\nExit code: 0 all delivered, 1 something is left or was refused, 2 bad command line.')
    .action(ship)
}

async function ship({ dir, timeout, rejected: isAgain = false }: ShipFlags): Promise<void> {
  const { describeLane } = await import('../recorder/lane-info.ts')
  const { mendPrivate } = await import('../spool/root.ts')
  const { shipOnce } = await import('../shipper/ship-once.ts')
  const { listBacklog } = await import('../shipper/backlog.ts')
  const { leftOf, matching, summaryOf } = await import('./ship/summary.ts')
  const { openProgress } = await import('./ship/progress.ts')
  const { options, warnings, root } = configure(dir, process.env)
  for (const warning of warnings) process.stderr.write(`neatlogs: ${printable(warning)}\n`)
  requireFolder(dir)
  if (existsSync(root)) mendPrivate(root)
  const exporters = chooseExporters(options, process.env)
  const { owner, info } = describeLane({ ...options, dir: root }, process.env, exporters, '')
  const { fingerprint } = info
  const before = listBacklog(root, owner, Date.now())
  const progress = openProgress(process.stderr, matching(before, fingerprint))
  const signal = stopSignal(timeout)
  const result = await shipOnce({
    root,
    self: owner,
    fingerprint,
    options,
    exporters,
    env: process.env,
    signal,
    rejected: isAgain,
    onSettled: progress.add,
    onWaiting: progress.wait,
  })
  progress.close()
  const left = leftOf(listBacklog(root, owner, Date.now()), owner)
  const problem = result.problem ?? (signal.aborted ? String(signal.reason) : null)
  // Records may go to stdout themselves.
  const out = exporters.includes('stdout') ? process.stderr : process.stdout
  out.write(printable(summaryOf({ root, ...result, left, problem, fingerprint })))
  const { rejected, dropped } = result.settled
  process.exitCode = left.dead.length > 0 || rejected + dropped + result.damagedCount > 0 ? 1 : 0
}

/** Aborts after the limit, or when the process is asked to end: what is under way stays on disk. */
function stopSignal(timeoutMs: number): AbortSignal {
  const stop = new AbortController()
  const end = (): void => stop.abort('interrupted')
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end)
  setTimeout(() => stop.abort(`not enough time: ${timeoutMs} ms`), timeoutMs).unref()
  return stop.signal
}
