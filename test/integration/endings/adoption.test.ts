// What dead processes left behind: taken over by one process each, damage passed over, folders that are not ours left alone.
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { forgetFacts } from './old-lane.ts'
import { adopt, end, lanesOf, newDir, printedIds, received, start, startSink } from './program.ts'

/** A program that was killed and left its calls: returns their ids and its segments. */
async function leave(dir: string, url: string, count = '100', env: { readonly [name: string]: string } = {}) {
  const program = start({ dir, endpoint: url, args: ['idle', count], env })
  await program.printed('ready')
  await end(program, 'SIGKILL')
  const lane = join(dir, 'lanes', lanesOf(dir).find((name) => name.includes(`-${program.child.pid}-`)) ?? '')
  const segments = readdirSync(lane).filter((name) => name.endsWith('.seg'))
  return { ids: printedIds(program), lane, segments: segments.map((name) => join(lane, name)) }
}

test('eight killed processes and four that race for what they left: each call once', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const left = await Promise.all(Array.from({ length: 8 }, () => leave(dir, sink.url)))
  await sink.heal()
  const adopters = await Promise.all(Array.from({ length: 4 }, () => adopt(dir, sink.url, { args: ['4'] })))
  expect(adopters.map((one) => one.lines().at(-1))).toEqual(Array(4).fill('taken over'))
  const last = await adopt(dir, sink.url)
  expect(last.lines().at(-1)).toBe('taken over')
  const { answers, twice } = received(sink.server())
  await sink.close()
  expect(left.flatMap(({ ids }) => ids).filter((id) => !answers.has(id))).toEqual([])
  expect(twice).toBe(0)
})

test('programs that end while they take over: what was on its way is noted first, each call once', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const left = await leave(dir, sink.url, '3000')
  await sink.heal()
  sink.server().setFault({ delayMs: 400 })
  const env = { NEATLOGS_EXIT_TIMEOUT_MS: '20000' }
  await start({ dir, endpoint: sink.url, args: ['exit', '1'], env }).ended
  expect(received(sink.server()).answers.size).toBeGreaterThan(1) // its own, and some of what was left
  for (let run = 0; run < 3; run++) {
    const program = start({ dir, endpoint: sink.url, args: ['idle', '1'], env })
    await program.printed('ready')
    await new Promise((resolve) => setTimeout(resolve, 1000 + run * 130))
    await end(program)
  }
  const later = await adopt(dir, sink.url)
  expect(later.lines().at(-1)).toBe('taken over')
  const { answers, twice } = received(sink.server())
  await sink.close()
  expect(left.ids.filter((id) => !answers.has(id))).toEqual([])
  expect(twice).toBe(0)
})

test('a torn last frame, NUL bytes and a damaged frame: all others arrive', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const { ids, segments } = await leave(dir, sink.url)
  const [segment = ''] = segments
  const bytes = readFileSync(segment)
  const heads = [...bytes.toString('latin1').matchAll(/\{"bytes":\d+,"t":"close"/g)].map((match) => match.index)
  bytes.fill(0, heads[10], (heads[10] ?? 0) + 40)
  writeFileSync(segment, bytes)
  appendFileSync(segment, '{"bytes":500,"t":"close","id":"torn"}\nonly half of it')
  appendFileSync(segment, Buffer.alloc(9000))
  await sink.heal()
  const later = await adopt(dir, sink.url)
  expect(later.lines().at(-1)).toBe('taken over')
  const { answers, calls } = received(sink.server())
  await sink.close()
  expect(ids.filter((id) => !answers.has(id)).length).toBe(1)
  const incomplete = calls.filter(({ attributes }) => attributes['neatlogs.record.status'] === 'incomplete')
  expect(incomplete.length).toBe(1)
})

test('a lane whose facts are gone is delivered by those in its frames, one without any is left alone, an empty one goes', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const unknown = await leave(dir, sink.url)
  forgetFacts(unknown.lane)
  const tidied = await leave(dir, sink.url)
  rmSync(join(tidied.lane, 'lane.json'))
  const crashed = await leave(dir, sink.url)
  writeFileSync(join(crashed.lane, 'lane.json'), '')
  const empty = await leave(dir, sink.url)
  for (const segment of empty.segments) rmSync(segment)
  await sink.heal()
  const later = await adopt(dir, sink.url, { args: ['2'] })
  expect(later.lines().at(-1)).toBe('taken over')
  const { answers } = received(sink.server())
  await sink.close()
  expect([...tidied.ids, ...crashed.ids].filter((id) => !answers.has(id))).toEqual([])
  expect(lanesOf(dir).map((name) => join(dir, 'lanes', name))).toEqual([unknown.lane])
})

test('segments older than seven days go when their own key never comes', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const { segments } = await leave(dir, sink.url, '100', { NEATLOGS_API_KEY: 'nl-test-gone' })
  const old = new Date(Date.now() - 8 * 24 * 3600 * 1000)
  for (const segment of segments) utimesSync(segment, old, old)
  const later = await adopt(dir, sink.url, { args: ['1', '15000'] })
  const { ids } = received(sink.server())
  await sink.close()
  expect(later.lines().at(-1)).toMatch(/^left/) // its lane still says how many were dropped
  expect(ids.length).toBe(0)
  for (const segment of segments) expect(() => readFileSync(segment)).toThrow()
})

test('a folder that is a link is not used: the records go by memory, and it is said', async () => {
  const sink = await startSink('up')
  const dir = newDir()
  const target = join(dirname(dir), 'elsewhere')
  mkdirSync(target)
  symlinkSync(target, dir)
  // Without a disk what the exit does not wait for is lost: a busy machine needs more than two seconds.
  const env = { NEATLOGS_LOG_LEVEL: 'warn', NEATLOGS_EXIT_TIMEOUT_MS: '30000' }
  const program = start({ dir, endpoint: sink.url, args: ['return', '100'], env })
  const { code } = await program.ended
  const { answers } = received(sink.server())
  await sink.close()
  expect(code).toBe(0)
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
  expect(readdirSync(dir)).toEqual([])
  expect(program.stderr()).toMatch(/is not used; set NEATLOGS_DIR/)
})

test('a volume that was given to a group between two starts (Kubernetes fsGroup): mended, all arrive', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const { ids, lane } = await leave(dir, sink.url)
  for (const folder of [dir, dirname(lane), lane]) chmodSync(folder, 0o2770)
  await sink.heal()
  const later = await adopt(dir, sink.url)
  expect(later.lines().at(-1), later.stderr()).toBe('taken over')
  const { answers } = received(sink.server())
  await sink.close()
  expect(ids.filter((id) => !answers.has(id))).toEqual([])
  expect(statSync(dir).mode & 0o777).toBe(0o700)
})
