// Runs `fixtures/apps/endings.mjs` beside a NeatLogs endpoint in some state, ends it, and reads what arrived in the end.
import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type NeatlogsServer, startNeatlogs } from '../../../fixtures/servers/neatlogs.mjs'
import { placeApp } from '../place.ts'
import { makeTemp, ROOT } from '../run.ts'

const OPENAI = '6.49.0'
const KEY = 'nl-test-endings'
const HANGS_MS = 100_000

export interface Program {
  readonly child: ChildProcess
  /** All that it has printed so far. */
  lines(): readonly string[]
  stderr(): string
  /** Resolves with the first line that is `text`. */
  printed(text: string): Promise<void>
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; ms: number }>
}

export interface ProgramOptions {
  readonly app?: string
  readonly args?: readonly string[]
  readonly dir: string
  readonly endpoint?: string
  readonly hooked?: boolean
  readonly env?: { readonly [name: string]: string }
  /** Put before Node's binary: `unshare --pid --fork`. */
  readonly launcher?: readonly string[]
  readonly nodeArgs?: readonly string[]
}

/** Starts a program with the hook, or bare. NEATLOGS_TEST_PACKAGE names another build of the package. */
export function start(options: ProgramOptions): Program {
  const { app = 'endings.mjs', args = [], hooked = true, launcher = [], nodeArgs = [] } = options
  const script = placeApp(app, OPENAI)
  const register = pathToFileURL(join(process.env.NEATLOGS_TEST_PACKAGE ?? ROOT, 'register.mjs')).href
  const flags = hooked ? ['--import', register] : []
  const [command = '', ...rest] = [...launcher, process.execPath, ...nodeArgs, ...flags, script, ...args]
  const startedAtMs = performance.now()
  const child = spawn(command, rest, {
    cwd: dirname(script),
    env: {
      PATH: process.env.PATH,
      HOME: join(options.dir, '..', 'home'),
      NEATLOGS_DIR: options.dir,
      NEATLOGS_API_KEY: KEY,
      NEATLOGS_ENDPOINT: options.endpoint ?? 'http://127.0.0.1:9',
      NEATLOGS_LOG_LEVEL: 'error',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return watch(child, startedAtMs)
}

function watch(child: ChildProcess, startedAtMs: number): Program {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const lines = (): readonly string[] => stdout.split('\n').slice(0, -1)
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null; ms: number }>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), HANGS_MS)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      resolve({ code, signal, ms: performance.now() - startedAtMs })
    })
  })
  const printed = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (lines().includes(text)) resolve()
      }
      child.stdout?.on('data', look)
      child.on('close', () => reject(new Error(`ended before it printed ${text}: ${stdout.slice(-200)} ${stderr}`)))
      look()
    })
  return { child, lines, stderr: () => stderr, printed, ended }
}

/** The states a server can be in. */
export type SinkState = 'up' | 'slow' | 'down' | '503' | 'hanging'

export interface Sink {
  readonly server: () => NeatlogsServer
  readonly url: string
  /** Brings it up, whatever it was. */
  heal(): Promise<void>
  close(): Promise<void>
}

/** Starts the NeatLogs endpoint in a state. `down`: nobody listens at its port until `heal`. */
export async function startSink(state: SinkState): Promise<Sink> {
  let server = await startNeatlogs()
  const { port, url } = server
  if (state === 'slow') server.setFault({ delayMs: 200 })
  if (state === '503') server.setFault({ status: 503 })
  if (state === 'hanging') server.setFault({ hang: true })
  if (state === 'down') await server.close()
  return {
    server: () => server,
    url,
    async heal() {
      if (state === 'down') server = await startNeatlogs({ port })
      server.setFault(null)
    },
    close: () => server.close(),
  }
}

/** Starts the later program: it takes over what is left, and is asserted to have done so by the caller. */
export async function adopt(
  dir: string,
  endpoint: string,
  more: Pick<ProgramOptions, 'env' | 'args' | 'launcher'> = {},
): Promise<Program> {
  const later = start({ app: 'adopts.mjs', dir, endpoint, ...more })
  await later.ended
  return later
}

/** What the server has: answers' ids, with the records' own ids and statuses. */
export function received(server: NeatlogsServer) {
  const calls = server.spans().filter(({ attributes }) => attributes['neatlogs.record.id'] !== undefined)
  const answers = new Map<string, number>()
  for (const { attributes } of calls) {
    const id = String(attributes['gen_ai.response.id'] ?? attributes['neatlogs.llm.response_id'] ?? '')
    answers.set(id, (answers.get(id) ?? 0) + 1)
  }
  const ids = server.ids()
  return { calls, answers, ids, twice: ids.length - new Set(ids).size }
}

/** Resolves when `isTrue`; rejects after a minute. */
export async function until(isTrue: () => boolean, what: string): Promise<void> {
  const beganMs = performance.now()
  while (!isTrue()) {
    if (performance.now() - beganMs > HANGS_MS) throw new Error(`waited in vain: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Ends a program and resolves when it has. */
export async function end(program: Program, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  program.child.kill(signal)
  await program.ended
}

/** Ids that the program printed: what it had, and so must be on record. */
export function printedIds(program: Program): readonly string[] {
  return program.lines().filter((line) => /^(chatcmpl|early|first|round|closing|later)-/.test(line))
}

export function newDir(): string {
  return join(makeTemp('endings'), 'neatlogs')
}

/** Names of the folders that processes left in the spool. */
export function lanesOf(dir: string): readonly string[] {
  try {
    return readdirSync(join(dir, 'lanes'))
  } catch {
    return [] // nothing was ever written
  }
}
