#!/usr/bin/env node
// The `neatlogs` command. In: the words after its name. Out: exit code 0; 1 when the command says that something is wrong;
// 2 for words it does not understand. Each command loads what it needs when it runs. A process of its own.
import { Command, CommanderError } from 'commander'
import { addDoctor } from './cli/doctor.ts'
import { addExport } from './cli/export.ts'
import { addRegisterPath } from './cli/register-path.ts'
import { addReplay } from './cli/replay.ts'
import { addRun } from './cli/run.ts'
import { addShip } from './cli/ship.ts'
import { addShow } from './cli/show.ts'
import { addStats } from './cli/stats.ts'
import { addTail } from './cli/tail.ts'
import { addView } from './cli/view.ts'
import { VERSION } from './destinations/version.ts'
import { NeatlogsError } from './errors.ts'
import { printable } from './secrets/printable.ts'

const COMMANDS = [
  addView,
  addTail,
  addShow,
  addStats,
  addExport,
  addReplay,
  addDoctor,
  addShip,
  addRun,
  addRegisterPath,
]
const USAGE_EXIT_CODE = 2

/** Runs one command line. Resolves to the exit code, undefined when the command has set it or goes on. */
async function runCommandLine(argv: readonly string[]): Promise<number | undefined> {
  const program = new Command('neatlogs')
    .description('Records every OpenAI call of a Node program; these commands show, check and deliver the records.')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'neatlogs: ')) })
  for (const add of COMMANDS) add(program)
  for (const command of [program, ...program.commands]) {
    const names =
      command === program
        ? `commands: ${program.commands.map((one) => one.name()).join(', ')}`
        : `\`neatlogs ${command.name()} --help\` lists the options`
    command.version(VERSION, '-v, --version', 'print the version').helpOption('-h, --help', 'print this help')
    command.showHelpAfterError(`(${names})`)
  }
  try {
    await program.parseAsync(argv)
    return undefined
  } catch (error) {
    // Commander has printed its own; help and version that were asked for end here with code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_EXIT_CODE
    if (!(error instanceof NeatlogsError)) throw error
    process.stderr.write(`neatlogs: ${printable(error.message)}\n`)
    return error.code === 'ERR_NEATLOGS_SPOOL' ? 1 : USAGE_EXIT_CODE
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader has left (`| head`): there is nobody to write for.
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})
const exitCode = await runCommandLine(process.argv)
if (exitCode !== undefined) process.exitCode = exitCode
