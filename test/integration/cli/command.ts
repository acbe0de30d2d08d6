// Runs the built command in a real process. In: its words, environment, folder. Out: what it printed and how it ended.
import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { makeTemp, ROOT } from '../run.ts'

const DIST = process.env.NEATLOGS_TEST_DIST ?? join(ROOT, 'dist')
/** The folder that holds register.mjs beside the tested dist. */
export const PACKAGE = dirname(DIST)
export const CLI = join(DIST, 'cli.js')

const TIMEOUT_MS = 60_000 // one that hangs, not one that is slow on shared cores

export interface Command {
  readonly args: readonly string[]
  /** Added to a clean environment. */
  readonly env?: { readonly [name: string]: string | undefined }
  readonly cwd?: string
  readonly node?: string
  readonly stdin?: string
}

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Running {
  readonly child: ChildProcess
  stdout(): string
  stderr(): string
  readonly ended: Promise<Ended>
}

/** A clean environment with a home of its own, so that nothing of the machine is read. */
export function cleanEnv(env: Command['env'] = {}): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: makeTemp('home'), NO_COLOR: '1', TZ: 'UTC', ...env }
}

export function startCommand({ args, env, cwd, node = process.execPath, stdin }: Command): Running {
  return startProgram(node, [CLI, ...args], { env: cleanEnv(env), cwd: cwd ?? makeTemp('cwd') }, stdin)
}

export function startProgram(
  file: string,
  args: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd: string },
  stdin?: string,
): Running {
  const child = spawn(file, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.on('error', () => {}) // one that never reads may be gone first
  if (stdin !== undefined) child.stdin.end(stdin)
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)]
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS)
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ stdout: stdout(), stderr: stderr(), code, signal })
    })
  })
  return { child, stdout, stderr, ended }
}

export function runCommand(command: Command): Promise<Ended> {
  return startCommand({ stdin: '', ...command }).ended
}

/** Waits for a state, however long a busy machine takes. */
export function eventually<T>(read: () => T | Promise<T>) {
  return expect.poll(read, { timeout: 30_000, interval: 50 })
}

function textOf(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return () => text
}
