// A program that is killed with its records on disk: real calls under the hook, an endpoint that is down, then SIGKILL.
import { readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startOpenAI } from '../../../fixtures/servers/openai.mjs'
import { makeTemp, ROOT } from '../run.ts'
import { cleanEnv, eventually, PACKAGE, startProgram } from './command.ts'

const PROGRAM = `import OpenAI from 'openai'
const client = new OpenAI({ maxRetries: 0 })
const ask = (content, model = 'gpt-4o-mini') => client.chat.completions.create({ model, messages: [{ role: 'user', content }] })
const askAll = async () => {
  for (let at = 0; at < Number(process.argv[2]); at++) await ask('call ' + at)
}
await askAll()
process.stdin.once('data', () => askAll().then(() => setTimeout(() => console.log('again'), 300)))
if (process.argv[3]) ask('in flight', 'scenario-hang').catch(() => {})
setTimeout(() => console.log('ready'), 300)
setInterval(() => {}, 1000)
`
/** A port of this machine that nobody listens on (discard). */
export const DOWN = 'http://127.0.0.1:9'

/** A folder with a program and a real openai beside it. */
export function placeProgram(text = PROGRAM, openai = '6.49.0'): string {
  const folder = makeTemp('program')
  symlinkSync(join(ROOT, 'fixtures', `openai-${openai}`, 'node_modules'), join(folder, 'node_modules'))
  const file = join(folder, 'app.mjs')
  writeFileSync(file, text)
  return file
}

export interface KilledRun {
  readonly dir: string
  readonly env: { readonly [name: string]: string }
  readonly calls: number
  /** One more call is under way when it is killed. */
  readonly inFlight?: boolean
  /** Runs when the calls are made; the program makes as many again afterwards. */
  readonly between?: () => Promise<void>
}

/** Runs it and kills it. What it could not deliver lies in a lane of `dir`. */
export async function killProgram({ dir, env, calls, inFlight, between }: KilledRun): Promise<void> {
  const server = await startOpenAI()
  const app = placeProgram()
  const running = startProgram(process.execPath, [app, String(calls), ...(inFlight ? ['hang'] : [])], {
    cwd: join(app, '..'),
    env: cleanEnv({
      NEATLOGS_DIR: dir,
      NEATLOGS_LOG_LEVEL: 'silent',
      NODE_OPTIONS: `--import file://${join(PACKAGE, 'register.mjs')}`,
      OPENAI_API_KEY: 'sk-test-killed',
      OPENAI_BASE_URL: `${server.url}/v1`,
      ...env,
    }),
  })
  await eventually(running.stdout).toContain('ready')
  if (between !== undefined) {
    await between()
    running.child.stdin?.write('go on\n')
    await eventually(running.stdout).toContain('again')
  }
  running.child.kill('SIGKILL')
  await running.ended
  await server.close()
}

/** Names of the lanes on disk. */
export function lanesOf(dir: string): readonly string[] {
  try {
    return readdirSync(join(dir, 'lanes'))
  } catch {
    return [] // nothing was recorded
  }
}
