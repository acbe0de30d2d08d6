// Runs a fixture program in a real Node beside a real `openai` copy, with or without the hook, and reads its records.
// In: `RunOptions`. Out: what the program printed, how it ended, what the server served, what was recorded.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { nodeBinary } from '../../fixtures/node.mjs'
import { type OpenAIServer, type Served, startOpenAI } from '../../fixtures/servers/openai.mjs'
import type { CallRecord } from '../../src/record.ts'
import { placeApp, ROOT } from './place.ts'

export { ROOT } from './place.ts'

const DEFAULT_TIMEOUT_MS = 45_000 // a program that hangs, not one that is slow on two shared cores

/** How the hook reaches the program; `none` is the bare program. */
export type How = 'none' | 'import' | 'require' | 'env' | 'env-require' | 'loader'

export interface RunOptions {
  /**
   * A file in fixtures/apps; its first-line comment `// files: a.mjs b.json` names what is copied with it.
   * `NAME.cjs` may be asked for when only `NAME.mjs` exists.
   */
  readonly app: string
  /** A program that is in its place already: its path, instead of `app` (which then only names the run). */
  readonly script?: string
  /** A program that is its own Node (a single executable): it is run, under NODE_OPTIONS only. */
  readonly executable?: string
  /** Default the program's own folder. */
  readonly cwd?: string
  /** A program that serves: visited once stdout holds `when`, whose first group is its URL; then it gets SIGTERM. */
  readonly visit?: { readonly when: RegExp; go(url: string): Promise<void> }
  /** Version of the fixture folder, `6.49.0`, or another folder's name, `frameworks`. Default `6.49.0`. */
  readonly openai?: string
  /** Major or exact version. Default `20`. */
  readonly node?: string
  /** Default `import`. */
  readonly how?: How
  /** Added to the clean environment; `undefined` removes a variable. */
  readonly env?: { readonly [name: string]: string | undefined }
  readonly args?: readonly string[]
  /** Flags for Node itself, before the program's path. */
  readonly nodeArgs?: readonly string[]
  /** A server to use; default a fresh one, closed at the end. */
  readonly server?: OpenAIServer
  readonly stdin?: string
  readonly timeoutMs?: number
  /** Sends the signal once stdout holds the text. */
  readonly signal?: { readonly name: NodeJS.Signals; readonly after: string }
  /** Folder that holds register.mjs and loader.mjs. Default the repository. */
  readonly hookRoot?: string
  /** NEATLOGS_DIR of an earlier run. Default a fresh one. */
  readonly dir?: string
}

/** One line of a record file: the record and pino's own fields. */
export type RecordLine = CallRecord & { readonly level: number; readonly time: number; readonly msg: string }

export interface RunResult {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly pid: number
  readonly records: readonly RecordLine[]
  readonly recordFiles: readonly string[]
  /** Its NEATLOGS_DIR. */
  readonly dir: string
  readonly served: readonly Served[]
  readonly port: number
}

/** Runs one program to its end. Rejects when it had to be killed after `timeoutMs`. */
export async function runNode(options: RunOptions): Promise<RunResult> {
  const server = options.server ?? (await startOpenAI())
  const servedBefore = server.served.length
  const dir = options.dir ?? join(makeTemp('run'), 'neatlogs')
  try {
    const script = options.executable ?? options.script ?? placeApp(options.app, options.openai ?? '6.49.0')
    const binary = await nodeBinary(options.node ?? '20')
    const flags = [...hookFlags(options), ...(options.nodeArgs ?? []), script]
    const command = options.executable === undefined ? [binary, ...flags] : [options.executable]
    const child = spawn(command[0] as string, [...command.slice(1), ...(options.args ?? [])], {
      cwd: options.cwd ?? dirname(script),
      env: cleanEnv(options, server, dir),
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    })
    const ended = await endOf(child, options)
    const served = server.served.slice(servedBefore)
    return { ...ended, ...readRecords(dir), dir, served, port: server.port }
  } finally {
    if (options.server === undefined) await server.close()
  }
}

/** Runs the program without and with the hook, each with its own server and folder. */
export async function runTwice(options: RunOptions): Promise<{ bare: RunResult; hooked: RunResult }> {
  const bare = await runNode({ ...options, how: 'none' })
  const hooked = await runNode(options)
  return { bare, hooked }
}

function hookFlags({ how = 'import', hookRoot = ROOT }: RunOptions): string[] {
  const register = pathToFileURL(join(hookRoot, 'register.mjs')).href
  if (how === 'import') return ['--import', register]
  if (how === 'require') return ['--require', join(hookRoot, 'register.mjs')]
  return how === 'loader' ? ['--loader', pathToFileURL(join(hookRoot, 'loader.mjs')).href] : []
}

function cleanEnv({ how, env, hookRoot = ROOT }: RunOptions, server: OpenAIServer, dir: string): NodeJS.ProcessEnv {
  const home = join(dirname(dir), 'home')
  mkdirSync(home, { recursive: true })
  const clean: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: home,
    NEATLOGS_DIR: dir,
    OPENAI_API_KEY: 'sk-test-fixture',
    OPENAI_BASE_URL: `${server.url}/v1`,
  }
  if (how === 'env') clean.NODE_OPTIONS = `--import ${pathToFileURL(join(hookRoot, 'register.mjs')).href}`
  if (how === 'env-require') clean.NODE_OPTIONS = `--require ${join(hookRoot, 'register.mjs')}`
  return { ...clean, ...env }
}

type Ended = Pick<RunResult, 'stdout' | 'stderr' | 'code' | 'signal' | 'pid'>

function endOf(child: ChildProcess, options: RunOptions): Promise<Ended> {
  const { app, stdin, timeoutMs = DEFAULT_TIMEOUT_MS } = options
  return new Promise((resolve, reject) => {
    let stdout = ''
    let stderr = ''
    let step = stepAfter(child, options, reject)
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      if (step?.(stdout)) step = undefined
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    if (stdin !== undefined) child.stdin?.end(stdin)
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`${app} did not end within ${timeoutMs} ms\n--- stdout\n${stdout}\n--- stderr\n${stderr}`))
    }, timeoutMs)
    child.on('error', reject)
    child.on('close', (code, killedBy) => {
      clearTimeout(timer)
      resolve({ stdout, stderr, code, signal: killedBy, pid: child.pid ?? 0 })
    })
  })
}

/** What happens to the child once it has printed something; gives whether that was now. */
function stepAfter(
  child: ChildProcess,
  { signal, visit }: RunOptions,
  onProblem: (error: unknown) => void,
): ((stdout: string) => boolean) | undefined {
  if (signal) return (stdout) => stdout.includes(signal.after) && child.kill(signal.name)
  if (visit === undefined) return undefined
  return (stdout) => {
    const url = visit.when.exec(stdout)?.[1]
    if (url === undefined) return false
    const ended = visit.go(url).catch(onProblem)
    ended.finally(() => child.kill('SIGTERM'))
    return true
  }
}

/** Reads every whole line of the record files under a NEATLOGS_DIR. */
export function readRecords(dir: string): { records: readonly RecordLine[]; recordFiles: readonly string[] } {
  const recordFiles = filesBelow(join(dir, 'records')).filter((file) => file.endsWith('.ndjson'))
  const lines = recordFiles.flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(0, -1))
  return { records: lines.map((line) => JSON.parse(line) as RecordLine), recordFiles }
}

function filesBelow(folder: string): string[] {
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    return names.sort().map((name) => join(folder, name))
  } catch {
    return [] // nothing was recorded, so there is no folder
  }
}

const temporaryFolders: string[] = []

/** For programs whose records are read as they end: a busy machine needs more than the two seconds that the exit waits. */
export const PATIENT = { NEATLOGS_EXIT_TIMEOUT_MS: '20000' }

/** Makes a folder in tmp that goes when the test process ends; NEATLOGS_TEST_KEEP=1 keeps it. */
export function makeTemp(name: string): string {
  if (temporaryFolders.length === 0) process.on('exit', removeTemps)
  const folder = mkdtempSync(join(tmpdir(), `neatlogs-${name}-`))
  temporaryFolders.push(folder)
  return folder
}

function removeTemps(): void {
  if (process.env.NEATLOGS_TEST_KEEP) return
  for (const folder of temporaryFolders) rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
}
