// Doctor, openai: the copies a program could load, each really loaded in a child under the preload. In: the program's file. Out:
// findings, by the marks on the classes and the preload's own diagnostics.
import { spawn } from 'node:child_process'
import { realpathSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copiesIn, findCopies } from '../../hook/find.ts'
import type { CopyPlace } from '../../hook/target.ts'
import { OPENAI_TARGET } from '../../openai/targets.ts'
import { aboutProgram, checkExecutable } from './entry.ts'
import { type Finding, say } from './finding.ts'
import { findInlined, judgeInlined } from './inlined.ts'
import type { LoadedCopy } from './load-copies.ts'
import { preloadFlags } from './node.ts'
import { checkPnp, pnpFolders } from './pnp.ts'
import { type Program, readProgram } from './program.ts'

const TIMEOUT_MS = 30_000
const FORMATS = { esm: 'ES module', commonjs: 'CommonJS' } as const

/** What the preload says of a copy it found, as attach.ts logs it. */
interface FoundLine {
  readonly file: string
  readonly missing: readonly string[]
}

interface Probe {
  readonly found: readonly FoundLine[]
  /** Null: the child ended before it could say anything. */
  readonly copies: readonly LoadedCopy[] | null
  readonly stderr: string
}

/** `app` is the program's file; `isNamed`: the user gave it, so that a program without openai is a problem. */
export async function checkOpenai(app: string, isNamed: boolean, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const isFile = isNamed && statSync(app, { throwIfNoEntry: false })?.isFile() === true
  const pnp = checkPnp(app)
  if (pnp !== null) return [pnp]
  const executable = isFile ? await checkExecutable(app, env) : null
  if (executable !== null) return executable
  const program = isFile ? readProgram(realpathSync(app)) : null
  const found = program?.inlined ?? []
  const hidden = found.length > 0 || program?.isWhole || !isNamed ? found : [findInlined(app) ?? []].flat()
  const findings = [
    ...(program ? aboutProgram(app, program, env) : []),
    ...(await Promise.all(hidden.map(judgeInlined))),
  ]
  const places = reachedOf(
    [...findCopies([OPENAI_TARGET], app), ...copiesIn([OPENAI_TARGET], pnpFolders(app))],
    program,
  )
  if (places.length === 0 && hidden.length > 0) return findings
  if (places.length === 0) return [...findings, say(isNamed ? 'OPENAI_NONE' : 'OPENAI_NONE_HERE', { from: app })]
  const isReached = program === null || program.folders.size > 0 || hidden.length > 0
  if (!isReached && program.isWhole) return [...findings, say('OPENAI_NOT_REACHED', { entry: app })]
  if (!isReached) findings.push(say('OPENAI_MAYBE_REACHED', { entry: app }))
  let probe = await loadCopies(places, env)
  if (probe.copies === null && env.NODE_OPTIONS) {
    findings.push(say('PRELOAD_FAILS', { reason: reasonOf(probe.stderr) }))
    const { NODE_OPTIONS: _, ...without } = env
    probe = await loadCopies(places, without)
  }
  return [...findings, ...places.map((place) => judge(place, probe))]
}

/** The copies that the program loads by name; all of them where that is not known. */
function reachedOf(places: readonly CopyPlace[], program: Program | null): readonly CopyPlace[] {
  if (program === null || program.folders.size === 0) return program?.inlined.length ? [] : places
  return places.filter(({ folder }) => program.folders.has(folder))
}

function judge({ file, version, format }: CopyPlace, { found, copies, stderr }: Probe): Finding {
  const values = { file, version: version ?? 'of unknown version', format: FORMATS[format] }
  const missing = found.find((one) => one.file === file)?.missing ?? []
  if (missing.length > 0) return say('OPENAI_PARTLY', { ...values, missing: missing.join(', ') })
  const copy = copies?.find((one) => one.file === file)
  const reason = copies === null ? reasonOf(stderr) : copy?.reason
  if (reason) return say('OPENAI_NOT_LOADED', { ...values, node: process.versions.node, reason })
  return say(copy?.isPatched ? 'OPENAI_PATCHED' : 'OPENAI_NOT_PATCHED', values)
}

async function loadCopies(places: readonly CopyPlace[], env: NodeJS.ProcessEnv): Promise<Probe> {
  const script = fileURLToPath(new URL('./load-copies.js', import.meta.url))
  const child = spawn(process.execPath, [...preloadFlags(), script, JSON.stringify(places)], {
    env: probeEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
  })
  const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)]
  await new Promise((resolve) => {
    child.once('error', resolve)
    child.once('close', resolve)
  })
  const answer = /^neatlogs-doctor (.*)$/m.exec(stdout())?.[1]
  return {
    found: stderr().split('\n').flatMap(foundLine),
    copies: answer === undefined ? null : (JSON.parse(answer) as LoadedCopy[]),
    stderr: stderr(),
  }
}

/** Recording is on and talkative, and has nothing to record: no folder is made. */
function probeEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Object.entries(env).filter(([name]) => !name.startsWith('NEATLOGS_'))
  return {
    ...Object.fromEntries(own),
    NEATLOGS_EXPORTER: 'file',
    NEATLOGS_DIR: join(tmpdir(), `neatlogs-doctor-${process.pid}`),
    NEATLOGS_LOG_LEVEL: 'debug',
  }
}

function textOf(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return () => text
}

function foundLine(line: string): FoundLine[] {
  if (!line.includes('"found openai ')) return []
  try {
    return [JSON.parse(line) as FoundLine]
  } catch {
    return [] // another tool wrote into our line
  }
}

/** The line of Node's report that names the error, else the last one. */
function reasonOf(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  return (lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? 'it ended without a word').slice(0, 300)
}
