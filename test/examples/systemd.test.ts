// The systemd example without systemd as process 1: `systemd-analyze verify`, install.sh below a folder with a `systemctl` that only
// notes what it is asked, and the unit's commands run in a chroot as its user, with its environment, in its order.
import { chmodSync, chownSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readRecords } from '../integration/run.ts'
import { type ContainerOptions, makeImage, runContainer, startContainer } from './container.ts'
import { commandsOf, place, textOf } from './place.ts'
import { freePort, plainEnv, run, type Started, until } from './processes.ts'

/** Of the range that DynamicUser takes from. */
const DYNAMIC_UID = 61_234

/** The values of a key of a unit file, in order. */
function valuesOf(unit: string, key: string): readonly string[] {
  return textOf('systemd', unit)
    .split('\n')
    .flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []))
}

const { folder, temp } = place('systemd')
const root = join(temp, 'root')
const asked = join(temp, 'systemctl.txt')
const port = freePort()
const started: Started[] = []

beforeAll(async () => {
  expect(commandsOf('systemd')[0]).toBe('sudo ./install.sh')
  mkdirSync(root)
  makeImage(root)
  const stub = join(temp, 'bin')
  mkdirSync(stub)
  writeFileSync(join(stub, 'systemctl'), `#!/bin/sh\necho "$@" >>${asked}\n`, { mode: 0o755 })
  const env = plainEnv({ DESTDIR: root, PATH: `${stub}:${process.env.PATH}` })
  await run(['./install.sh'], { cwd: folder, env })
})

afterAll(() => {
  for (const one of started) one.signal('SIGKILL')
})

test('install.sh puts everything where the units say, the key for root alone, and starts both services', () => {
  expect(readFileSync(asked, 'utf8').trim().split('\n')).toEqual([
    'daemon-reload',
    'enable --now ask-model.service',
    'enable --now ask.service',
  ])
  const keys = readFileSync(join(root, 'etc/ask.env'), 'utf8')
  expect(statSync(join(root, 'etc/ask.env')).mode & 0o777).toBe(0o600)
  expect(keys).toBe('OPENAI_API_KEY=sk-local\nOPENAI_BASE_URL=http://127.0.0.1:8089/v1\n')
})

test.each(['ask.service', 'ask-model.service'])('systemd-analyze verify %s: nothing to say', async (unit) => {
  const copy = join(temp, unit)
  writeFileSync(copy, textOf('systemd', unit).replaceAll('/opt/ask', join(root, 'opt/ask')))
  expect(await run(['sh', '-c', `systemd-analyze verify --man=no ${copy} 2>&1`])).toBe('')
})

test('the time to stop covers the wait for delivery and `neatlogs ship`', () => {
  const [limit] = valuesOf('ask.service', 'TimeoutStopSec')
  const [post = ''] = valuesOf('ask.service', 'ExecStopPost')
  expect(Number(limit)).toBeGreaterThan(Number.parseInt(/--timeout (\d+)s/.exec(post)?.[1] ?? '', 10))
})

describe('the unit, its commands run by hand in a chroot (no systemd as process 1 here)', () => {
  const user = `${DYNAMIC_UID}:${DYNAMIC_UID}`
  const dir = join(root, 'var/lib/private/ask/neatlogs')

  /** StateDirectory= as systemd makes it with DynamicUser=yes: the folder, and a link to it. */
  function makeStateFolder(): void {
    const [name = ''] = valuesOf('ask.service', 'StateDirectory')
    const state = join(root, 'var/lib/private', name)
    mkdirSync(state, { recursive: true })
    chownSync(state, DYNAMIC_UID, DYNAMIC_UID)
    chmodSync(state, Number.parseInt(valuesOf('ask.service', 'StateDirectoryMode')[0] ?? '', 8))
    symlinkSync(`private/${name}`, join(root, 'var/lib', name))
  }

  async function options(): Promise<ContainerOptions> {
    const file = readFileSync(join(root, 'etc/ask.env'), 'utf8').trim().split('\n')
    const pairs = [...file, ...valuesOf('ask.service', 'Environment')]
    const env = Object.fromEntries(pairs.map((pair) => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)]))
    env.OPENAI_BASE_URL = env.OPENAI_BASE_URL?.replace('8089', String(await port)) ?? ''
    const [workDir = '/'] = valuesOf('ask.service', 'WorkingDirectory')
    // The pids of this machine, as all units see them.
    return { user, workDir, env, pod: process.pid }
  }

  const commandOf = (unit: string, key: string): readonly string[] => (valuesOf(unit, key)[0] ?? '').split(' ')

  test('killed in the middle of a call: ExecStopPost brings everything into the records', async () => {
    makeStateFolder()
    const model = commandOf('ask-model.service', 'ExecStart').with(-1, String(await port))
    started.push(startContainer(root, model, { user, workDir: '/', pod: process.pid }))
    const service = startContainer(root, commandOf('ask.service', 'ExecStart'), await options())
    started.push(service)
    await until(() => service.stdout().includes('You said'), 'an answer', service.output)
    service.signal('SIGKILL')
    await service.ended
    const answered = service.stdout().split('You said').length - 1

    await runContainer(root, commandOf('ask.service', 'ExecStopPost'), await options())
    const { records } = readRecords(dir)
    expect(records.filter(({ status }) => status === 'ok').length).toBeGreaterThanOrEqual(answered)
    expect(records[0]).toMatchObject({ service: 'ask', method: 'chat.completions.create' })
    expect(service.output()).not.toMatch(/neatlogs: (?!recording)/)
  })

  test("the README's look at the records finds them", async () => {
    const line = commandsOf('systemd').find((command) => command.includes('neatlogs tail')) ?? ''
    const command = line.replace(/^sudo /, '').split(' ')
    const text = await runContainer(root, [...command, '--text'], { user: '0:0', workDir: '/', pod: process.pid })
    expect(text).toMatch(/ok +chat\.completions\.create gpt-4o-mini.*Say 1 in words/)
  })
})
