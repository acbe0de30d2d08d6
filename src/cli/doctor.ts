// `neatlogs doctor`: tries everything a record needs to arrive. In: the program's file, the environment. Out: a report; exit code
// 1 when records would not arrive. Sends one test record; leaves nothing on disk.
import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { VERSION } from '../destinations/version.ts'
import { NeatlogsError } from '../errors.ts'
import { mapJson } from '../json-walk.ts'
import { chooseExporters } from '../options/options.ts'
import type { Json } from '../record.ts'
import { printable } from '../secrets/printable.ts'
import type { Report } from './doctor/print.ts'
import { type Configured, configure, DIR_FLAG, DIR_TEXT } from './folder.ts'
import { paintFor } from './paint.ts'

interface DoctorFlags {
  readonly json?: boolean
  readonly dir?: string
}

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Check that records would arrive: Node, openai, destination, key, folder, backlog, configuration.')
    .argument('[app]', "the program's entry file or folder (default: this folder)")
    .option('--json', 'machine-readable')
    .option(DIR_FLAG, DIR_TEXT)
    .addHelpText('after', '\nExit code: 0 records would arrive, 1 they would not, 2 bad command line.')
    .action(doctor)
}

async function doctor(app: string | undefined, { json, dir }: DoctorFlags): Promise<void> {
  const report = safeReport(await examine(entryFile(app), app !== undefined, dir))
  const { printReport } = await import('./doctor/print.ts')
  const text = json
    ? `${JSON.stringify(report, null, 2)}\n`
    : printReport(report, paintFor(process.stdout, process.env))
  process.stdout.write(text)
  process.exitCode = report.ok ? 0 : 1
}

/** Servers, lanes and variables are quoted in it: none of it may drive a terminal, or hold a key when it is pasted into an issue. */
function safeReport(report: Report): Report {
  return mapJson(report as unknown as Json, (value) => {
    return typeof value === 'string' ? printable(value) : undefined
  }) as unknown as Report
}

async function examine(app: string, isNamed: boolean, dir: string | undefined): Promise<Report> {
  const { env } = process
  const { canHook, checkNode } = await import('./doctor/node.ts')
  const { listSettings } = await import('./doctor/configuration.ts')
  const { options, warnings, root } = configure(dir, env)
  const findings = checkNode(options, env)
  // Nothing else matters there, and much of it does not run.
  const rest = canHook() ? await examineRest({ app, isNamed, options: { ...options, dir: root }, warnings, root }) : []
  const sections = [{ name: 'Node', findings }, ...rest]
  const ok = !sections.some((section) => section.findings.some(({ level }) => level === 'problem'))
  return { version: VERSION, ok, sections, settings: listSettings(env) }
}

interface Subject extends Configured {
  readonly app: string
  readonly isNamed: boolean
}

async function examineRest({ app, isNamed, options, warnings, root }: Subject): Promise<Report['sections']> {
  const { env } = process
  const { checkOpenai } = await import('./doctor/openai.ts')
  const { checkDestinations } = await import('./doctor/destination.ts')
  const { checkFolder } = await import('./doctor/folder.ts')
  const { checkBacklog } = await import('./doctor/backlog.ts')
  const { checkConfiguration } = await import('./doctor/configuration.ts')
  const { describeLane } = await import('../recorder/lane-info.ts')
  const exporters = chooseExporters(options, env)
  const { owner, info } = describeLane(options, env, exporters, '')
  return [
    { name: 'openai', findings: await checkOpenai(app, isNamed, env) },
    { name: 'Destination', findings: await checkDestinations(options, env) },
    { name: 'Folder', findings: checkFolder(root, exporters.includes('file')) },
    { name: 'Backlog', findings: await checkBacklog(root, owner, info.fingerprint) },
    { name: 'Variables', findings: checkConfiguration(warnings, env) },
  ]
}

/** The file that openai is looked for from; a folder stands for a file in it. */
function entryFile(app: string | undefined): string {
  const path = resolve(app ?? '.')
  if (!existsSync(path)) {
    throw new NeatlogsError('ERR_NEATLOGS_ARGUMENT', `the program ${JSON.stringify(app)} does not exist (${path})`)
  }
  return statSync(path).isDirectory() ? join(path, 'index.js') : path
}
