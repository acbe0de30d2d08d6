// Builds a Next.js project of fixtures/apps beside Next's packages, and visits a started one as browsers do. In: the project's
// name; what to ask. Out: its folder; the same run result as any program's, with the answers after its stdout.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { placeApp, ROOT } from '../integration/place.ts'
import { makeTemp, PATIENT, type RunOptions, type RunResult, runNode } from '../integration/run.ts'

const FOLDER = 'programs/next'
const nextOf = (folder: string): string => join(ROOT, 'fixtures', folder, 'node_modules/next/dist/bin/next')
export const NEXT = nextOf(FOLDER)
/** The hook as the README has it, found from the project's folder. */
export const HOOK = '--import neatlogs/register'
const READY = /Local: +(http:\/\/\S+)[\s\S]*Ready in/

/** Times and the port of the service, which no two runs share. */
export const PER_RUN = /✓ Running .*\n|\b[\d.]+m?s\b|(?<=127\.0\.0\.1):(?!PORT)\d+/g

export interface Built {
  readonly folder: string
  readonly code: number | null
  readonly stderr: string
}

export interface BuildOptions {
  /** The fixture folder that has the Next.js to build with. */
  readonly packages?: string
  readonly args?: readonly string[]
  readonly hook?: string
  /** By `neatlogs run`, where NODE_OPTIONS hold somebody's `--import` already: Next.js passes those on to its own workers. */
  readonly isByRun?: boolean
}

/** Runs `next build`, as in a container whose NODE_OPTIONS name the hook. */
export async function buildNext(project: string, neatlogsDir: string, options: BuildOptions = {}): Promise<Built> {
  const {
    packages = FOLDER,
    args = [],
    isByRun = false,
    hook = isByRun ? '--import data:text/javascript,0' : HOOK,
  } = options
  const folder = dirname(placeApp(`${project}/next.config.mjs`, packages))
  rmSync(join(folder, '.next'), { recursive: true, force: true })
  const env = { ...SETTINGS, PATH: process.env.PATH, HOME: makeTemp('home'), OPENAI_API_KEY: 'sk-test-build' }
  const run = isByRun ? [join(ROOT, 'dist/cli.js'), 'run', process.execPath] : []
  const child = spawn(process.execPath, [...run, nextOf(packages), 'build', ...args], {
    cwd: folder,
    env: { ...env, NODE_OPTIONS: hook, NEATLOGS_DIR: neatlogsDir },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { folder, code, stderr }
}

const SETTINGS = { NEXT_TELEMETRY_DISABLED: '1' }

/** Asks a started service; gives what was answered. */
export type Ask = (url: string) => Promise<readonly string[]>

/** Starts a service, asks it, ends it with SIGTERM. */
export async function visitNext(
  options: Partial<RunOptions> & { readonly script: string },
  ask: Ask,
): Promise<RunResult> {
  let answers: readonly string[] = []
  const go = async (url: string) => {
    answers = await ask(url)
  }
  const env = { ...SETTINGS, ...PATIENT, ...options.env }
  const run = await runNode({ app: 'next', how: 'none', ...options, env, visit: { when: READY, go } })
  return { ...run, stdout: run.stdout + answers.join('\n') }
}

/** POSTs JSON; gives status and text. */
export async function post(url: string, value: object): Promise<string> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(value) })
  return `${response.status} ${await response.text()}`
}

/** A free port, for a service that takes PORT=0 for its default. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
