// Runs one program of one subject as a child process beside the sink, and counts what has arrived when all is over: the program has ended,
// the sink is up again, and what was left has been delivered in the tool's documented way.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'

const LIMIT_MS = 180_000
const STDERR_KEPT = 600
/** One core for all threads of a program, as in a small container. */
const PINNED = ['taskset', '-c', '0']

/**
 * Gives `{ values, calls, whole, partial, code, signal, failure, left }`: `values` is the line the program printed last, `failure` says why
 * there is none, `left` why something could not be delivered.
 */
export async function runOnce(subject, program, { node, sink, env = {}, down = false, isPinned = false }) {
  const dir = mkdtempSync(join(tmpdir(), 'neatlogs-bench-'))
  sink.reset()
  sink.setDown(down)
  const whole = {
    PATH: process.env.PATH,
    HOME: dir,
    NODE_ENV: 'production',
    BENCH_SINK: sink.url,
    ...subject.env(sink.url, dir),
    ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value === 'SINK' ? sink.url : value])),
  }
  try {
    const command = [...(isPinned ? PINNED : []), node, ...subject.flags, join(subject.folder, program)]
    const ended = await runChild(command, whole)
    sink.setDown(false)
    const left = (await subject.leftovers?.(whole)) ?? null
    return { ...ended, left, ...(await sink.counts()) }
  } finally {
    sink.setDown(false)
    rmSync(dir, { recursive: true, force: true })
  }
}

async function runChild([program, ...argv], env) {
  const child = spawn(program, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, LIMIT_MS)
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (piece) => {
      texts[name] += piece
    })
  }
  const [code, signal] = await new Promise((resolve) => child.on('close', (...how) => resolve(how)))
  clearTimeout(timer)
  const values = lastLine(texts.stdout)
  const how = late ? `not done after ${LIMIT_MS / 1000} s` : `ended with ${signal ?? code}`
  const failure = values === null ? `${how} ${texts.stderr.slice(0, STDERR_KEPT)}` : null
  return { values, calls: values?.calls ?? 0, code, signal, failure }
}

function lastLine(text) {
  try {
    return JSON.parse(text.trim().split('\n').at(-1))
  } catch {
    return null // the program died before it had anything to say
  }
}

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** Runs each of `rounds` rounds over all subjects, another one first each time. Gives a list of runs per subject name. */
export async function alternate(subjects, rounds, once) {
  const runs = Object.fromEntries(subjects.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < subjects.length; at++) {
      const subject = subjects[(at + round) % subjects.length]
      runs[subject.name].push(await once(subject))
    }
  }
  return runs
}

/** The machine in a few words, as the documents name it. */
export const machine = () =>
  `${cpus()[0]?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 1e9)} GB, Linux`
