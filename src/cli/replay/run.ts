// Sends and waits for the records. In: a request, how often. Out: the records of the replays, oldest first.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NeatlogsError } from '../../errors.ts'
import type { Bag } from '../../narrow.ts'
import { chooseExporters, type Options } from '../../options/options.ts'
import { adoptOnceFor } from '../adopt-records.ts'
import { REGISTER_URL } from '../register-path.ts'
import { findMeant } from '../show/find.ts'
import type { Replay } from './request.ts'

export const REPLAY_TAG = 'replay'
const SENDER = fileURLToPath(new URL('./send.js', import.meta.url))
/** What is in the kernel at the end is delivered before the process goes. */
const EXIT_TIMEOUT_MS = '10000'

export interface Sending {
  readonly root: string
  readonly options: Options
  readonly env: NodeJS.ProcessEnv
  readonly request: Replay
  /** The id of the call that is sent again. */
  readonly of: string
  readonly times: number
}

/** The file of the program's own openai, looked for from a folder. Throws when there is none, or one before 4. */
export function findOpenai(folder: string): string {
  const require = createRequire(join(folder, 'index.js'))
  try {
    const file = require.resolve('openai')
    // What a version before 4 exports is another client.
    if (typeof (require(file) as { OpenAI?: unknown }).OpenAI === 'function') return file
  } catch {
    // none here
  }
  throw new NeatlogsError(
    'ERR_NEATLOGS_ARGUMENT',
    `replay sends with your program's own openai package (4 or later), and finds none from ${folder}: run it in the program's folder`,
  )
}

/** Sends, and gives the records. */
export async function sendAgain(sending: Sending, openai: string): Promise<readonly Bag[]> {
  const { root, options, env, request, of, times } = sending
  const trace = `replay-${randomUUID()}`
  const exporters = chooseExporters(options, env).filter((name) => name !== 'file')
  const failure = await runSender(
    { openai, ...request, times },
    {
      ...env,
      NEATLOGS_DIR: root,
      NEATLOGS_EXPORTER: [...exporters, 'file'].join(','),
      NEATLOGS_TRACE_ID: trace,
      NEATLOGS_TAGS: REPLAY_TAG,
      NEATLOGS_METADATA: JSON.stringify({ replay_of: of }),
      NEATLOGS_SERVICE: 'neatlogs replay',
      NEATLOGS_SAMPLE_RATE: '1',
      NEATLOGS_EXIT_TIMEOUT_MS: EXIT_TIMEOUT_MS,
      NEATLOGS_LOG_LEVEL: 'silent',
      NEATLOGS_DISABLED: undefined,
      NEATLOGS_USER_ID: undefined,
    },
  )
  await adoptOnceFor(root, options)
  const { calls } = await findMeant(root, trace, {})
  if (calls.length === 0)
    throw new NeatlogsError('ERR_NEATLOGS_SPOOL', `nothing was sent: ${failure || 'no record of it'}`)
  return calls.map(({ record }) => record)
}

/** Resolves to what it said on stderr, shortened. */
function runSender(job: object, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', REGISTER_URL, SENDER], {
      stdio: ['pipe', 'ignore', 'pipe'],
      env,
    })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000)
    })
    child.on('error', reject)
    child.on('close', () => resolve(said.trim()))
    child.stdin.on('error', () => {}) // it has ended before it read: stderr says why
    child.stdin.end(JSON.stringify(job))
  })
}
