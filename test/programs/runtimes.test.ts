// Bun and Deno, which run Node's packages by loaders of their own: the same programs without and with the hook. Output, exit code and
// requests are the same, every call is recorded by a shipper in its thread.
import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { otherRuntime } from '../../fixtures/node.mjs'
import { expectSame } from '../integration/compare.ts'
import { placeApp, ROOT } from '../integration/place.ts'
import { expectRecorded } from '../integration/recorded.ts'
import { makeTemp, PATIENT, type RunResult, runNode } from '../integration/run.ts'

const REGISTER = join(ROOT, 'register.mjs')
/** How a user starts a program there, without and with the hook. */
const RUNTIMES = {
  bun: { run: [], preload: ['--preload', REGISTER], require: ['--require', REGISTER] },
  deno: {
    run: ['run', '-A'],
    preload: [`--preload=${REGISTER}`],
    require: [`--import=${pathToFileURL(REGISTER).href}`],
  },
} as const

type Name = keyof typeof RUNTIMES

interface Start {
  readonly app: string
  readonly openai: string
  readonly flags?: 'preload' | 'require'
  readonly args?: readonly string[]
  readonly env?: { readonly [name: string]: string }
}

async function run(name: Name, { app, openai, flags, args = [], env }: Start): Promise<RunResult> {
  const script = placeApp(app, openai)
  const manifest = join(dirname(script), 'package.json')
  // What Deno takes a node_modules for granted by.
  if (!existsSync(manifest)) writeFileSync(manifest, '{"private":true}\n')
  const { [name]: how } = RUNTIMES
  return runNode({
    app: `${name} ${app}`,
    executable: await otherRuntime(name),
    how: 'none',
    cwd: dirname(script),
    env: { ...PATIENT, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1', ...env },
    args: [...how.run, ...(flags ? how[flags] : []), script, ...args],
  })
}

async function twice(name: Name, start: Start): Promise<RunResult> {
  const bare = await run(name, start)
  const hooked = await run(name, { flags: 'preload', ...start })
  expectSame(bare, hooked, { concurrent: true })
  expect(bare.records).toHaveLength(0)
  expectRecorded(hooked, start.app.includes('break'))
  return hooked
}

describe.each(['bun', 'deno'] as const)('%s', (name) => {
  test.each([
    ['chat.mjs', '6.49.0'],
    ['chat.cjs', '6.49.0'],
    ['chat-stream.mjs', '7.59.0'],
    ['chat-stream.cjs', '5.23.2'],
    ['stream-break-early.mjs', '6.49.0'],
    ['errors.mjs', '6.49.0'],
    ['chat.mjs', '4.104.0'],
  ])('%s, openai %s', async (app, openai) => {
    const hooked = await twice(name, { app, openai })
    expect(hooked.records.length).toBeGreaterThan(0)
  })

  // By messages between threads: nothing of a call may touch the disk.
  test('content is off', async () => {
    const env = { NEATLOGS_CAPTURE_CONTENT: 'false' }
    const hooked = await run(name, { app: 'chat.mjs', openai: '6.49.0', flags: 'preload', env })
    expect(
      hooked.records.map(({ status, request }) => [status, JSON.stringify(request.body).includes('grüezi')]),
    ).toEqual([['ok', false]])
  })

  test('the calls of its threads are not recorded, which is said once', async () => {
    const start = { app: 'worker-thread.mjs', openai: '6.49.0' }
    const bare = await run(name, start)
    const hooked = await run(name, { ...start, flags: 'require' })
    expectSame(bare, hooked, { concurrent: true })
    expect(hooked.stderr.match(/^neatlogs: (Bun|Deno) starts worker threads without the preload: .*$/gm)).toHaveLength(
      1,
    )
    expect(hooked.served).toHaveLength(5)
    expect(hooked.records).toHaveLength(1)
  })

  test('a program without openai hears and leaves nothing', async () => {
    const bare = await run(name, { app: 'no-openai.mjs', openai: '6.49.0' })
    const hooked = await run(name, { app: 'no-openai.mjs', openai: '6.49.0', flags: 'preload' })
    expect({ ...hooked, dir: '', pid: 0, port: 0 }).toEqual({ ...bare, dir: '', pid: 0, port: 0 })
    expect(existsSync(hooked.dir)).toBe(false)
  })

  test('neatlogs run', async () => {
    const script = placeApp('chat.mjs', '6.49.0')
    const args = [await otherRuntime(name), ...RUNTIMES[name].run, script]
    const cli = join(ROOT, 'dist/cli.js')
    const options = { app: `run ${name}`, script: cli, how: 'none', cwd: dirname(script), env: PATIENT } as const
    expectRecorded(await runNode({ ...options, args: ['run', ...args] }))
  })
})

test('deno without leave: one line says which, and the program runs on', async () => {
  const script = join(makeTemp('deno'), 'app.mjs')
  writeFileSync(script, 'console.log("ran")\n')
  const args = ['run', `--preload=${REGISTER}`, script]
  const ended = await runNode({
    app: 'leave',
    executable: await otherRuntime('deno'),
    how: 'none',
    cwd: dirname(script),
    args,
  })
  expect(ended).toMatchObject({
    code: 0,
    stdout: 'ran\n',
    stderr:
      'neatlogs: Deno was started without --allow-env, --allow-read, --allow-write, --allow-sys: nothing is recorded\n',
  })
})
