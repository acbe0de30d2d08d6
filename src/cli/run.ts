// `neatlogs run node app.js`: runs a program with the preload in NODE_OPTIONS. In: the program's words. Out: its own input,
// output, exit code and ending signal.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { PRELOAD_FLAG, REQUIRE_FLAG } from './register-path.ts'

/** Signals that are passed on. SIGKILL and SIGSTOP cannot be; SIGCHLD, SIGPIPE and the faults are about this process. */
const FORWARDED = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGCONT', 'SIGWINCH'] as const
/** A terminal sends these to the program itself, as to all of the foreground: passed on, they would come twice. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGWINCH']
/** What a shell answers for a command that is not there, and for one that cannot be run. */
const NOT_FOUND_EXIT_CODE = 127
const NOT_RUNNABLE_EXIT_CODE = 126
const SIGNAL_EXIT_BASE = 128

export function addRun(program: Command): void {
  program
    .command('run')
    .description('Run a program with recording on: sets NODE_OPTIONS for it and all its child processes.')
    .argument('<command...>', 'the program and its arguments, e.g. `node app.js`')
    .passThroughOptions()
    .action(run)
}

function run([command = '', ...args]: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', env: withPreload(process.env, command) })
    const stopForwarding = forwardSignals((signal) => child.kill(signal))
    child.once('error', (error: NodeJS.ErrnoException) => {
      stopForwarding()
      process.exitCode = error.code === 'ENOENT' ? NOT_FOUND_EXIT_CODE : NOT_RUNNABLE_EXIT_CODE
      const reason = error.code === 'ENOENT' ? 'there is no such command' : error.message
      process.stderr.write(`neatlogs: cannot run ${JSON.stringify(command)}: ${reason}\n`)
      resolve()
    })
    child.once('exit', (code, signal) => {
      stopForwarding()
      endLike(code, signal)
      resolve()
    })
  })
}

/**
 * The environment with the preload appended to NODE_OPTIONS, so that what is there comes first. By `--require`: Node leaves `--import` out in
 * eval workers and single executables, and with it `node -r ts-node/register app.ts` (Node 20), `.cts` entries (22) and `next build` end.
 * Deno (2.9) reads it there without the `=` only; Bun has a variable of its own.
 */
export function withPreload(env: NodeJS.ProcessEnv, command = ''): NodeJS.ProcessEnv {
  const flag = basename(command) === 'deno' ? REQUIRE_FLAG.replace('=', ' ') : REQUIRE_FLAG
  return {
    ...env,
    NODE_OPTIONS: withFlag(env.NODE_OPTIONS, flag),
    BUN_OPTIONS: withFlag(env.BUN_OPTIONS, PRELOAD_FLAG),
  }
}

function withFlag(options: string | undefined, flag: string): string {
  const before = options?.trim() ?? ''
  if (before.includes(flag)) return options as string
  return before === '' ? flag : `${before} ${flag}`
}

function forwardSignals(send: (signal: NodeJS.Signals) => void): () => void {
  const listeners = FORWARDED.map((signal) => {
    const isSentByTerminal = process.stdin.isTTY === true && FROM_TERMINAL.includes(signal)
    const listener = (): void => {
      if (!isSentByTerminal) send(signal)
    }
    process.on(signal, listener)
    return () => process.off(signal, listener)
  })
  return () => {
    for (const stop of listeners) stop()
  }
}

function endLike(code: number | null, signal: NodeJS.Signals | null): void {
  if (signal === null) {
    process.exitCode = code ?? 0
    return
  }
  // Raised again, so that a shell or supervisor sees the same ending. Process 1 survives it: then the code a shell would give.
  process.exitCode = SIGNAL_EXIT_BASE + (constants.signals[signal] ?? 0)
  process.kill(process.pid, signal)
}
