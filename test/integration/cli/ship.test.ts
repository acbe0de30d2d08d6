// `neatlogs ship`: what killed programs left arrives whole; what cannot arrive stays, with the reason and exit code 1.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type NeatlogsServer, startNeatlogs } from '../../../fixtures/servers/neatlogs.mjs'
import { forgetFacts } from '../endings/old-lane.ts'
import { makeTemp, readRecords } from '../run.ts'
import { CLI, cleanEnv, type Ended, eventually, runCommand, startCommand, startProgram } from './command.ts'
import { DOWN, killProgram, lanesOf } from './killed.ts'

const KEY = 'nl-test-ship'
let server: NeatlogsServer

beforeAll(async () => {
  // One port for all: the address is part of what a lane may be delivered with.
  server = await startNeatlogs({ key: KEY })
})
afterAll(() => server.close())

const newDir = (): string => join(makeTemp('ship'), 'neatlogs')
const keyed = (): { [name: string]: string } => ({ NEATLOGS_API_KEY: KEY, NEATLOGS_ENDPOINT: server.url })

function ship(
  dir: string,
  env: { readonly [name: string]: string } = keyed(),
  words: readonly string[] = [],
): Promise<Ended> {
  return runCommand({ args: ['ship', ...words], env: { NEATLOGS_DIR: dir, ...env } })
}

/** Kills programs while the endpoint answers 503, and lets it answer again. Returns how many requests it had seen. */
async function killWhileDown(dir: string, counts: readonly number[], inFlight = false): Promise<void> {
  server.setFault({ status: 503 })
  for (const calls of counts) await killProgram({ dir, env: keyed(), calls, inFlight })
  server.setFault(null)
}

function newIds(before: number): string[] {
  return server.ids().slice(before)
}

describe('the endpoint is up again', () => {
  test('all calls of two killed programs arrive, those in flight too, and nothing is left', async () => {
    const dir = newDir()
    const before = server.ids().length
    await killWhileDown(dir, [5, 3], true)
    expect(lanesOf(dir)).toHaveLength(2)
    const ended = await ship(dir)
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect(ended.stdout).toBe(`delivered 10 records to neatlogs:${server.url}/v1/traces\n`)
    expect(new Set(newIds(before)).size).toBe(10)
    expect(newIds(before)).toHaveLength(10)
    expect(lanesOf(dir)).toEqual([])
    expect(await ship(dir)).toMatchObject({ code: 0, stdout: expect.stringContaining('delivered 0 records') })
  })

  test('what had arrived before the kill is not sent again, nor counted', async () => {
    const dir = newDir()
    const before = server.ids().length
    const between = async (): Promise<void> => {
      await eventually(() => newIds(before).length).toBe(3)
      server.setFault({ status: 503 })
    }
    await killProgram({ dir, env: keyed(), calls: 3, between })
    const down = await ship(dir, keyed(), ['--timeout', '1s'])
    expect(down.stdout).toMatch(/left 3 records: HTTP 503/)
    server.setFault(null)
    expect(await ship(dir)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^delivered 3 records/) })
    expect(newIds(before)).toHaveLength(6)
    expect(new Set(newIds(before)).size).toBe(6)
  })

  test('two at once: each record arrives once', async () => {
    const dir = newDir()
    const before = server.ids().length
    await killWhileDown(dir, [4, 4])
    const both = await Promise.all([ship(dir), ship(dir)])
    expect(both.map(({ code }) => code)).toContain(0)
    expect(new Set(newIds(before)).size).toBe(8)
    expect(newIds(before)).toHaveLength(8)
  })

  test('a flaky endpoint: tries again until all is there', async () => {
    const dir = newDir()
    const before = server.ids().length
    await killWhileDown(dir, [3])
    server.setFault({ status: 503, retryAfter: 0, times: 2 })
    expect(await ship(dir)).toMatchObject({ code: 0 })
    expect(new Set(newIds(before)).size).toBe(3)
  })

  test('record files: calls of a killed program become records', async () => {
    const dir = newDir()
    await killProgram({ dir, env: { NEATLOGS_EXPORTER: 'file' }, calls: 2, inFlight: true })
    const ended = await ship(dir, { NEATLOGS_EXPORTER: 'file' })
    expect(ended.code).toBe(0)
    expect(
      readRecords(dir)
        .records.map(({ status }) => status)
        .sort(),
    ).toEqual(['incomplete', 'ok', 'ok'])
    expect(lanesOf(dir)).toEqual([])
  })
})

describe('something is left', () => {
  test('the endpoint is down: all stays, with the reason, and arrives later', async () => {
    const dir = newDir()
    const before = server.ids().length
    await killWhileDown(dir, [4])
    server.setFault({ status: 503 })
    const ended = await ship(dir, keyed(), ['--timeout', '2s'])
    server.setFault(null)
    expect(ended.code).toBe(1)
    expect(ended.stdout).toMatch(/^delivered 0 records .*\nleft 4 records: HTTP 503/)
    expect(newIds(before)).toEqual([])
    expect(await ship(dir)).toMatchObject({ code: 0 })
    expect(new Set(newIds(before)).size).toBe(4)
  })

  test('nobody listens, or the endpoint hangs: ends within its time', async () => {
    const dir = newDir()
    const down = { NEATLOGS_API_KEY: KEY, NEATLOGS_ENDPOINT: DOWN }
    await killProgram({ dir, env: down, calls: 1 })
    const refused = await ship(dir, down, ['--timeout', '1'])
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('ECONNREFUSED') })
    const hanging = newDir()
    await killWhileDown(hanging, [1])
    server.setFault({ hang: true })
    const late = await ship(hanging, keyed(), ['--timeout', '1s'])
    server.setFault(null)
    expect(late).toMatchObject({ code: 1, stdout: expect.stringContaining('left 1 record: not enough time: 1000 ms') })
    expect(await ship(hanging)).toMatchObject({ code: 0 })
  })

  test('a refused key: says so at once and keeps all', async () => {
    const dir = newDir()
    const env = { NEATLOGS_API_KEY: 'nl-test-wrong', NEATLOGS_ENDPOINT: server.url }
    await killProgram({ dir, env, calls: 2 })
    const ended = await ship(dir, env)
    expect(ended.code).toBe(1)
    expect(ended.stdout).toMatch(/left 2 records: key refused, HTTP 401/)
    expect(ended.stdout + ended.stderr).not.toContain('nl-test-wrong')
    expect(lanesOf(dir)).toHaveLength(1)
  })

  test('records of a lane that nothing tells the program of are left alone and named', async () => {
    const dir = newDir()
    await killWhileDown(dir, [2])
    const [lane = ''] = lanesOf(dir)
    forgetFacts(join(dir, 'lanes', lane))
    const ended = await ship(dir)
    expect(ended.code).toBe(1)
    expect(ended.stdout).toMatch(/left alone 2 records of an unknown program \(lane\.json cannot be read\)/)
    expect(lanesOf(dir)).toEqual([lane])
  })

  test("another key's records are left alone and named; its own go", async () => {
    const dir = newDir()
    const before = server.ids().length
    await killProgram({ dir, env: { NEATLOGS_API_KEY: 'nl-test-wrong', NEATLOGS_ENDPOINT: server.url }, calls: 3 })
    await killWhileDown(dir, [2])
    const ended = await ship(dir)
    expect(ended.code).toBe(1)
    expect(ended.stdout).toMatch(/^delivered 2 records /)
    expect(ended.stdout).toMatch(/left alone 3 records of \S+ \(another key or address: neatlogs:http/)
    expect(newIds(before)).toHaveLength(2)
  })

  test('no key at all in the environment of cron: nothing is called delivered', async () => {
    const dir = newDir()
    await killWhileDown(dir, [2])
    const ended = await ship(dir, {})
    expect(ended.code).toBe(1)
    expect(ended.stdout).toMatch(/^delivered 0 records to file\nleft alone 2 records/)
  })

  test('refused for good: kept in rejected.ndjson', async () => {
    const dir = newDir()
    await killWhileDown(dir, [2])
    server.setFault({ status: 400 })
    const ended = await ship(dir)
    server.setFault(null)
    expect(ended.code).toBe(1)
    expect(ended.stdout).toContain(`refused for good 2 records: kept in ${join(dir, 'rejected.ndjson')}`)
    expect(readFileSync(join(dir, 'rejected.ndjson'), 'utf8').trim().split('\n')).toHaveLength(2)
    const before = server.ids().length
    const again = await ship(dir, keyed(), ['--rejected'])
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('delivered 2 records') })
    expect(new Set(newIds(before)).size).toBe(2)
    expect(readdirSync(dir).filter((name) => name.startsWith('rejected'))).toEqual([])
  })

  test('SIGTERM: what is under way is given up and stays', async () => {
    const dir = newDir()
    const before = server.ids().length
    await killWhileDown(dir, [2])
    server.setFault({ hang: true })
    const seen = server.requests.length
    const running = startCommand({ args: ['ship'], env: { NEATLOGS_DIR: dir, ...keyed() } })
    await eventually(() => server.requests.length).toBeGreaterThan(seen)
    running.child.kill('SIGTERM')
    const ended = await running.ended
    server.setFault(null)
    expect(ended).toMatchObject({
      code: 1,
      signal: null,
      stdout: expect.stringContaining('left 2 records: interrupted'),
    })
    expect(await ship(dir)).toMatchObject({ code: 0 })
    expect(new Set(newIds(before)).size).toBe(2)
  })
})

describe('the folder', () => {
  test('a running program is not disturbed', async () => {
    const dir = newDir()
    mkdirSync(dir, { mode: 0o700 })
    server.setFault({ status: 503 })
    const between = async (): Promise<void> => {
      const lane = lanesOf(dir)
      expect(lane).toHaveLength(1)
      const ended = await ship(dir, keyed(), ['--timeout', '1s'])
      expect(ended.code).toBe(0)
      expect(lanesOf(dir)).toEqual(lane)
    }
    await killProgram({ dir, env: keyed(), calls: 3, between })
    server.setFault(null)
  })

  test('a missing one has nothing to ship; one reached through a link is refused', async () => {
    const dir = newDir()
    expect(await ship(dir)).toMatchObject({ code: 0, stdout: expect.stringContaining('delivered 0 records') })
    expect(existsSync(dir)).toBe(false)
    const link = join(makeTemp('link'), 'link')
    symlinkSync(makeTemp('target'), link)
    const refused = await ship(link)
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toContain('is a symbolic link')
  })
})

test('a progress bar on a terminal, none elsewhere', async () => {
  const dir = newDir()
  await killWhileDown(dir, [3])
  const env = cleanEnv({ NEATLOGS_DIR: dir, ...keyed(), TERM: 'xterm' })
  const line = `stty cols 80; exec ${process.execPath} ${CLI} ship`
  const { ended } = startProgram('script', ['-qec', line, '/dev/null'], { env, cwd: makeTemp('terminal') }, '')
  const { stdout, code } = await ended
  expect(code).toBe(0)
  expect(stdout).toContain('░ 0 of 3 records')
  expect(stdout).toContain('█ 3 of 3 records')
  expect(stdout.trimEnd().split('\r').at(-1)).toContain('delivered 3 records')
  expect(readdirSync(dir)).not.toContain('rejected.ndjson')
})
