// What only root can set up: a disk that is full or read-only, a folder of another user, process 1, processes that cannot see each
// other. Fails, rather than skips, where mounts are impossible.
import { execFileSync } from 'node:child_process'
import { chownSync, mkdirSync, readdirSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { makeTemp } from '../run.ts'
import { adopt, end, lanesOf, newDir, printedIds, received, start, startSink, until } from './program.ts'

const NAMESPACE = ['unshare', '--pid', '--fork', '--mount-proc']
/** Longer than the owner itself trusts its lease without a look. */
const STOPPED_MS = 21_000
const mounted: string[] = []

afterEach(() => {
  for (const folder of mounted.splice(0)) execFileSync('umount', ['--lazy', folder])
})

function mountDisk(size: string): string {
  const folder = makeTemp('disk')
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', folder])
  mounted.push(folder)
  return folder
}

/** The program inside a launcher. */
async function childOf(pid: number): Promise<number> {
  const children = (): string => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  await until(() => children() !== '', 'the program inside unshare')
  return Number(children())
}

/** As if nobody had renewed the lease for an hour. */
function lapse(dir: string): void {
  const old = new Date(Date.now() - 3600_000)
  for (const lane of lanesOf(dir)) utimesSync(join(dir, 'lanes', lane, 'lane.json'), old, old)
}

/** Answers' ids that are on disk, in the files of one writer or of all. */
function idsOnDisk(dir: string, writer = ''): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const lane of lanesOf(dir)) {
    for (const name of readdirSync(join(dir, 'lanes', lane))) {
      if (!name.startsWith(writer) || !name.endsWith('.seg')) continue
      const text = readFileSync(join(dir, 'lanes', lane, name), 'latin1')
      for (const [, id = ''] of text.matchAll(/"id":"((?:chatcmpl|round)-[^"]+)"/g)) ids.add(id)
    }
  }
  return ids
}

test('a full disk: all that was on it and all that came after arrive, each once', async () => {
  const sink = await startSink('503')
  const dir = join(mountDisk('4m'), 'neatlogs')
  const program = start({
    dir,
    endpoint: sink.url,
    args: ['slow', '500', '20000'],
    // What the disk never takes lives as long as the process: here, until it is delivered.
    env: { NEATLOGS_LOG_LEVEL: 'warn', NEATLOGS_EXIT_TIMEOUT_MS: '60000' },
  })
  await program.printed('ready')
  await until(() => program.stderr().includes('ENOSPC'), 'the disk is full')
  await sink.heal()
  await end(program)
  const later = await adopt(dir, sink.url)
  const { answers, twice } = received(sink.server())
  await sink.close()
  expect(later.lines().at(-1)).toBe('taken over')
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
  expect(twice).toBe(0)
})

test('a disk that is full and has room again: no call is torn between the two, and a kill takes none', async () => {
  const sink = await startSink('503')
  const disk = mountDisk('4m')
  const dir = join(disk, 'neatlogs')
  const program = start({
    dir,
    endpoint: sink.url,
    args: ['slow', '500', '20000'],
    env: { NEATLOGS_LOG_LEVEL: 'warn' },
  })
  await program.printed('ready')
  await until(() => program.stderr().includes('ENOSPC'), 'the disk is full')
  execFileSync('mount', ['-o', 'remount,size=64m', disk])
  const before = idsOnDisk(dir, 't0').size
  await until(() => idsOnDisk(dir, 't0').size > before, 'the program’s thread appends again')
  const had = printedIds(program)
  const areOnDisk = (): boolean => {
    const ids = idsOnDisk(dir)
    return had.every((id) => ids.has(id))
  }
  await until(areOnDisk, 'what it kept in memory is on disk, too')
  await end(program, 'SIGKILL')
  await sink.heal()
  const later = await adopt(dir, sink.url)
  const { answers, calls: arrived } = received(sink.server())
  await sink.close()
  expect(`${later.lines().at(-1)} ${later.stderr()}`).toBe('taken over ')
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
  const statuses = arrived.map(({ attributes }) => attributes['neatlogs.record.status'])
  expect(statuses.filter((status) => status !== 'ok').length).toBeLessThan(2)
})

test('a read-only disk: everything goes by memory', async () => {
  const sink = await startSink('up')
  const disk = mountDisk('4m')
  execFileSync('mount', ['-o', 'remount,ro', disk])
  const program = start({ dir: join(disk, 'neatlogs'), endpoint: sink.url, args: ['return', '500'] })
  const { code } = await program.ended
  const { answers } = received(sink.server())
  await sink.close()
  expect(code).toBe(0)
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
})

test('a folder of another user is not used', async () => {
  const sink = await startSink('up')
  const dir = newDir()
  mkdirSync(dir, { mode: 0o700 })
  chownSync(dir, 65534, 65534)
  const program = start({ dir, endpoint: sink.url, args: ['return', '100'], env: { NEATLOGS_LOG_LEVEL: 'warn' } })
  await program.ended
  const { answers } = received(sink.server())
  await sink.close()
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
  expect(program.stderr()).toMatch(/belongs to user 65534/)
  expect(readdirSync(dir)).toEqual([])
})

test('process 1 without a listener outlives SIGTERM, as it does bare; what was there is delivered', async () => {
  const sink = await startSink('up')
  const dir = newDir()
  const program = start({ dir, endpoint: sink.url, args: ['slow', '200'], launcher: NAMESPACE })
  await program.printed('ready')
  const inside = await childOf(program.child.pid ?? 0)
  process.kill(inside, 'SIGTERM')
  const count = printedIds(program).length
  await until(() => printedIds(program).length > count + 5, 'calls after the signal')
  process.kill(inside, 'SIGKILL')
  await program.ended
  lapse(dir)
  const later = await adopt(dir, sink.url)
  expect(later.lines().at(-1)).toBe('taken over')
  const { answers } = received(sink.server())
  await sink.close()
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
})

test('a process that cannot be seen keeps its lane while its lease lasts', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const program = start({ dir, endpoint: sink.url, args: ['idle', '100'] })
  await program.printed('ready')
  const [lane = ''] = lanesOf(dir)
  const later = start({ app: 'adopts.mjs', dir, endpoint: sink.url, launcher: NAMESPACE })
  await until(() => printedIds(later).length > 0, 'the other process')
  await new Promise((resolve) => setTimeout(resolve, 1500))
  expect(lanesOf(dir)).toContain(lane)
  process.kill(await childOf(later.child.pid ?? 0), 'SIGKILL')
  await later.ended
  await end(program)
  await sink.close()
})

test('a stopped owner whose lease lapsed resumes: its calls before and after all arrive', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const program = start({ dir, endpoint: sink.url, args: ['slow', '200'] })
  await program.printed('ready')
  program.child.kill('SIGSTOP')
  await new Promise((resolve) => setTimeout(resolve, 200))
  const before = printedIds(program).length
  lapse(dir)
  await sink.heal()
  const other = start({ app: 'adopts.mjs', dir, endpoint: sink.url, launcher: NAMESPACE })
  await other.ended
  expect(other.lines().at(-1)).toBe('taken over')
  expect(received(sink.server()).answers.size).toBeGreaterThanOrEqual(before)
  await new Promise((resolve) => setTimeout(resolve, STOPPED_MS)) // in the wild: as long as the lease
  program.child.kill('SIGCONT')
  await until(() => printedIds(program).length > before + 20, 'calls after it resumed')
  await end(program)
  const later = await adopt(dir, sink.url)
  expect(later.lines().at(-1)).toBe('taken over')
  const { answers } = received(sink.server())
  await sink.close()
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
})
