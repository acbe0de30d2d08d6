// Doctor, the entry itself: whom it is written for, threads that it starts from a text, and whether it is no script but Node with a program
// inside. In: the file, what it loads. Out: findings. Reads only.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Environment } from '../../options/options.ts'
import { REGISTER_URL, REQUIRE_FLAG } from '../register-path.ts'
import { type Finding, say } from './finding.ts'
import { inlinedIn, judgeInlined } from './inlined.ts'
import type { Program } from './program.ts'

/** Of ELF, PE, and Mach-O in its four forms. */
const MAGIC = /^(?:7f454c46|4d5a|feedface|feedfacf|cefaedfe|cffaedfe)/
/** Turned over when a program is put in (https://nodejs.org/api/single-executable-applications.html). */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1'

/** What the files of a program say beside what they load. */
export function aboutProgram(entry: string, { evalWorker, runtime }: Program, env: Environment): Finding[] {
  const findings: Finding[] = []
  const flag = `--preload=${fileURLToPath(REGISTER_URL)}`
  if (runtime !== null) findings.push(say(runtime === 'bun' ? 'FOR_BUN' : 'FOR_DENO', { entry, flag }))
  if (evalWorker !== null && !isByRequire(env))
    findings.push(say('EVAL_WORKER', { file: evalWorker, flag: REQUIRE_FLAG }))
  return findings
}

/** Null for what is no executable. One without openai inside, and any that is not Node's, records nothing. */
export async function checkExecutable(file: string, env: Environment): Promise<Finding[] | null> {
  if (!MAGIC.test(firstBytes(file))) return null
  const text = readFileSync(file, 'latin1')
  const inside = inlinedIn(file, text)
  const isSingle = text.includes(FUSE)
  if (!isSingle || inside === null) return [say('OPENAI_NONE', { from: file })]
  const findings = [await judgeInlined(inside)]
  if (!isByRequire(env)) findings.unshift(say('SINGLE_EXECUTABLE', { file, flag: REQUIRE_FLAG }))
  return findings
}

function isByRequire(env: Environment): boolean {
  return /(?:^|\s)(?:--require|-r)[ =]"?[^\s"]*(?:neatlogs|register)\b/.test(env.NODE_OPTIONS ?? '')
}

function firstBytes(file: string): string {
  const bytes = Buffer.alloc(4)
  const fd = openSync(file, 'r')
  try {
    readSync(fd, bytes, 0, 4, 0)
  } finally {
    closeSync(fd)
  }
  return bytes.toString('hex')
}
