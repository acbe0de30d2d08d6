// Runs one program in a real Node, bare or with the hooks, and reads what the printing start wrote.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { nodeBinary } from '../../../fixtures/node.mjs'

const TIMEOUT_MS = 50_000 // a program that hangs, not one that is slow

/** `flag` goes before the program, `env` into NODE_OPTIONS. */
export interface Way {
  readonly flag?: readonly string[]
  readonly env?: string
}

/** Node's flags for a neatlogs in `folder`. */
export const WAYS = {
  import: (folder) => ({ flag: ['--import', join(folder, 'register.mjs')] }),
  'import URL': (folder) => ({ flag: ['--import', pathToFileURL(join(folder, 'register.mjs')).href] }),
  'import bare name': () => ({ flag: ['--import', 'neatlogs/register'] }),
  require: (folder) => ({ flag: ['--require', join(folder, 'register.mjs')] }),
  'require bare name': () => ({ flag: ['--require', 'neatlogs/register'] }),
  'NODE_OPTIONS import': (folder) => ({ env: `--import ${pathToFileURL(join(folder, 'register.mjs')).href}` }),
  'NODE_OPTIONS require': (folder) => ({ env: `--require ${join(folder, 'register.mjs')}` }),
  'flags and NODE_OPTIONS': (folder) => ({
    flag: ['--require', join(folder, 'register.mjs'), '--import', 'neatlogs/register'],
    env: `--import ${pathToFileURL(join(folder, 'register.mjs')).href}`,
  }),
  loader: (folder) => ({ flag: ['--no-warnings', '--loader', pathToFileURL(join(folder, 'loader.mjs')).href] }),
} as const satisfies { readonly [name: string]: (folder: string) => Way }

export interface Child {
  readonly node: string
  /** Absolute; the working directory too. */
  readonly cwd: string
  /** After Node's own flags: the program and its arguments. */
  readonly args: readonly string[]
  /** Absent for the bare program. */
  readonly way?: Way
  readonly flags?: readonly string[]
  readonly env?: { readonly [name: string]: string }
  readonly stdin?: string
}

export interface Ended {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly lines: readonly Line[]
}

/** A line of start-prints.mjs. */
export interface Line {
  readonly name?: string
  readonly file?: string
  readonly version?: string
  readonly format?: string
  readonly via?: string
  readonly problem?: string
  readonly started?: boolean
  readonly used?: number
  readonly unreported?: readonly string[]
}

/** Runs a child to its end. */
export async function runChild({ node, cwd, args, way = {}, flags = [], env = {}, stdin = '' }: Child): Promise<Ended> {
  const foundFile = join(tmpdir(), `neatlogs-found-${randomUUID()}.ndjson`)
  const options = way.env === undefined ? {} : { NODE_OPTIONS: way.env }
  const child = spawn(await nodeBinary(node), [...(way.flag ?? []), ...flags, ...args], {
    cwd,
    env: { PATH: `${dirname(await nodeBinary(node))}:${process.env.PATH}`, FOUND_FILE: foundFile, ...options, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.on('error', () => {}).end(stdin) // a program that never reads may be gone first
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS)
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (...ending) => resolve(ending))
  })
  clearTimeout(timer)
  return { stdout: stdout(), stderr: stderr(), code, signal, lines: readLines(foundFile) }
}

/** The copies found, e.g. `OpenAI esm 6.49.0`, sorted; the same copy in two threads or processes counts twice. */
export function copiesOf(ended: Ended): string[] {
  const found = ended.lines.filter((line) => line.file !== undefined)
  return found.map((line) => `${line.name} ${line.format} ${line.version}`).sort()
}

/**
 * What went wrong by the printing start's own account: problems of the hooks, and classes in use that were never
 * reported.
 */
export function complaintsOf(ended: Ended): Line[] {
  return ended.lines.filter((line) => line.problem !== undefined || (line.unreported ?? []).length > 0)
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    text += chunk
  })
  return () => text
}

function readLines(file: string): Line[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  rmSync(file)
  return lines.map((line) => JSON.parse(line) as Line)
}
