// Starts commands of the examples in a process group of their own, which ends with the test. In: a command line. Out: what it printed.
import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const STATE_LIMIT_MS = 240_000

export interface Started {
  readonly child: ChildProcess
  readonly pid: number
  stdout(): string
  /** stdout and stderr, as they came. */
  output(): string
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  /** To the whole group, as Ctrl+C does. */
  signal(name: NodeJS.Signals): void
}

export interface StartOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

const running = new Set<Started>()
process.on('exit', () => {
  for (const started of running) started.signal('SIGKILL')
})

/** Starts a command in a group of its own. */
export function start(command: readonly string[], { cwd, env = plainEnv() }: StartOptions = {}): Started {
  const [file = '', ...args] = command
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let stdout = ''
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (stream === child.stdout) stdout += text
    })
  }
  const pid = child.pid ?? 0
  const started: Started = {
    child,
    pid,
    stdout: () => stdout,
    output: () => output,
    ended: new Promise((resolve) => {
      child.on('error', (error) => {
        output += error.message
        resolve({ code: 127, signal: null })
      })
      child.on('close', (code, signal) => {
        running.delete(started)
        resolve({ code, signal })
      })
    }),
    signal: (name) => {
      try {
        process.kill(-pid, name)
      } catch {
        // the group has ended
      }
    },
  }
  running.add(started)
  return started
}

/** Runs a command to its end. Resolves with its stdout; throws with all its output when it fails. */
export async function run(command: readonly string[], options: StartOptions = {}): Promise<string> {
  const started = start(command, options)
  const { code, signal } = await started.ended
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${signal ?? code}\n${started.output()}`)
  return started.stdout()
}

/** Runs a line of a README. */
export function shell(line: string, options: StartOptions = {}): Promise<string> {
  return run(['sh', '-c', line], options)
}

/** What a user's shell has, without what this test run was started with. */
export function plainEnv(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env
  return { PATH, HOME, NO_COLOR: '1', npm_config_audit: 'false', npm_config_fund: 'false', ...more }
}

/** Waits for a state, however long a busy machine takes. */
export async function until(
  isReached: () => boolean | Promise<boolean>,
  what: string,
  detail = () => '',
): Promise<void> {
  const endMs = performance.now() + STATE_LIMIT_MS
  while (!(await isReached())) {
    if (performance.now() > endMs) throw new Error(`not reached: ${what}\n${detail()}`)
    await sleep(50)
  }
}

/** A port that nobody listens to now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/** True when the URL answers at all. */
export async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).arrayBuffer()
    return true
  } catch {
    return false
  }
}
