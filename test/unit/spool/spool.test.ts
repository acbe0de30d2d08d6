// One thread's end of the spool: frames to the disk, or by message when the disk will not have them or must not see them.
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import type { FrameHead } from '../../../src/frame.ts'
import { openBell } from '../../../src/spool/bell.ts'
import { newLaneName } from '../../../src/spool/lane.ts'
import { thisProcess } from '../../../src/spool/owner.ts'
import { readFrames } from '../../../src/spool/read.ts'
import { SEGMENT_BYTES } from '../../../src/spool/segment.ts'
import { messageKib, openSpool, type SpoolConfig } from '../../../src/spool/spool.ts'
import { LANE } from '../decode/input.ts'
import { closeHead, openHead, partHead } from '../shipper/frames.ts'

const clock = vi.hoisted(() => ({ aheadMs: 0 }))
vi.mock('../../../src/originals.ts', async (load) => {
  const real = await load<typeof import('../../../src/originals.ts')>()
  return { ...real, monotonicMs: () => real.monotonicMs() + clock.aheadMs }
})

afterEach(() => {
  vi.restoreAllMocks()
  clock.aheadMs = 0
})

function setUp(more: Partial<SpoolConfig> = {}) {
  const owner = thisProcess()
  const root = join(mkdtempSync(join(tmpdir(), 'neatlogs-spool-')), 'root')
  const config: SpoolConfig = {
    root,
    owner,
    laneName: newLaneName(owner),
    info: LANE,
    bell: openBell(),
    thread: 0,
    memoryOnly: false,
    ...more,
  }
  const posted: { head: FrameHead; body: Uint8Array | string | undefined }[] = []
  const problems: unknown[] = []
  let ensured = 0
  const port = {
    ensure: () => void ensured++,
    post: (head: FrameHead, body: Uint8Array | string | undefined) => void posted.push({ head, body }),
  }
  const spool = openSpool(config, port, (problem) => problems.push(problem))
  return { ...config, spool, posted, problems, ensured: () => ensured, lanes: join(root, 'lanes') }
}

function idsOf(lane: string): readonly string[] {
  const files = readdirSync(lane).filter((name) => name.endsWith('.seg'))
  return files
    .sort()
    .flatMap((name) => readFrames(readFileSync(join(lane, name))).frames.map(({ head }) => (head as { id: string }).id))
}

test('nothing is made before the first frame; then a lane, a segment, and a shipper that is told', () => {
  const { spool, lanes, laneName, bell, ensured, posted } = setUp()
  expect(existsSync(lanes)).toBe(false)
  expect(spool.append(openHead('a'), 'x')).toBe(true)
  expect(bell.read('frames')).toBe(0)
  spool.append(closeHead('a'), 'y')
  expect(readdirSync(lanes)).toEqual([laneName])
  expect(readdirSync(join(lanes, laneName)).sort()).toEqual(['lane.json', 't0-00000001.seg'])
  expect(idsOf(join(lanes, laneName))).toEqual(['a', 'a'])
  expect([bell.read('frames'), bell.read('appended'), bell.read('writers'), ensured(), posted.length]).toEqual([
    1, 1, 1, 2, 0,
  ])
  expect(bell.read('lease')).toBeGreaterThan(1_600_000_000)
  spool.close()
})

test('a full segment is followed by the next', () => {
  const { spool, lanes, laneName } = setUp({ thread: 3 })
  spool.append(partHead('a'), Buffer.alloc(SEGMENT_BYTES))
  spool.append(partHead('b'), 'x')
  spool.append(partHead('c'), 'x')
  expect(readdirSync(join(lanes, laneName)).filter((name) => name.endsWith('.seg'))).toEqual([
    't3-00000001.seg',
    't3-00000002.seg',
  ])
  expect(idsOf(join(lanes, laneName))).toEqual(['a', 'b', 'c'])
  spool.close()
})

test('a lane that was taken over: the frames go on in its successor', () => {
  const { spool, lanes, laneName, bell } = setUp()
  spool.append(partHead('a'))
  bell.claim('laneLost', 0, 1)
  spool.append(partHead('b'))
  const successor = laneName.replace('.lane', 'x1.lane')
  expect([idsOf(join(lanes, laneName)), idsOf(join(lanes, successor))]).toEqual([['a'], ['b']])
  spool.close()
})

test('a lane that was deleted is noticed within seconds, one that was only renamed by its lease', () => {
  const { spool, lanes, laneName, bell } = setUp()
  spool.append(partHead('a'))
  rmSync(join(lanes, laneName), { recursive: true })
  spool.append(partHead('lost'))
  expect(bell.read('laneLost')).toBe(0)
  clock.aheadMs += 1500
  spool.append(partHead('b'))
  expect(bell.read('laneLost')).toBe(1)
  const second = laneName.replace('.lane', 'x1.lane')
  expect(idsOf(join(lanes, second))).toEqual(['b'])
  renameSync(join(lanes, second), join(lanes, 'taken.lane'))
  clock.aheadMs += 1500
  spool.append(partHead('c'))
  expect(bell.read('laneLost')).toBe(1)
  bell.write('lease', bell.read('lease') - 60)
  clock.aheadMs += 1500
  spool.append(partHead('d'))
  expect(bell.read('laneLost')).toBe(2)
  expect(idsOf(join(lanes, laneName.replace('.lane', 'x2.lane')))).toEqual(['d'])
  spool.close()
})

test('a lease that the shipper has not renewed is renewed here', () => {
  const { spool, bell } = setUp()
  spool.append(partHead('a'))
  const old = bell.read('lease') - 60
  bell.write('lease', old)
  clock.aheadMs += 1500
  spool.append(partHead('b'))
  expect(bell.read('lease')).toBeGreaterThan(old)
  expect(bell.read('laneLost')).toBe(0)
  spool.close()
})

test('what must not touch the disk goes by message, its bytes its own', () => {
  const { spool, posted, lanes, bell, ensured } = setUp({ memoryOnly: true })
  const bytes = Uint8Array.of(1, 2)
  const pieces = [Uint8Array.of(3), Uint8Array.of(4)]
  spool.append(openHead('a'), 'text')
  spool.append(partHead('a'), bytes)
  spool.append(closeHead('a'), pieces)
  bytes.fill(9)
  pieces[0]?.fill(9)
  expect(posted.map(({ body }) => body)).toEqual(['text', Uint8Array.of(1, 2), Uint8Array.of(3, 4)])
  expect(existsSync(lanes)).toBe(false)
  expect([bell.read('posted'), bell.read('frames'), bell.read('appended'), ensured()]).toEqual([3, 3, 1, 0])
  expect(spool.diskProblem()).toBeNull()
})

test('a disk that refuses is told once, left alone for a while, and tried again', () => {
  const { spool, posted, problems, root } = setUp()
  writeFileSync(root, 'a file where the folder should be')
  expect(spool.append(openHead('a'), 'x')).toBe(true)
  expect(spool.append(closeHead('a'), 'y')).toBe(true)
  expect(posted.map(({ head }) => head.t)).toEqual(['open', 'close'])
  expect(problems).toHaveLength(1)
  expect(spool.diskProblem()).toContain('not a folder')
  rmSync(root)
  spool.append(partHead('b'))
  expect(posted).toHaveLength(3)
  clock.aheadMs += 6000
  spool.append(partHead('c'))
  expect(posted).toHaveLength(3)
  expect(spool.diskProblem()).toBeNull()
  chmodSync(root, 0o777)
  spool.close()
})

test('what follows a part that the disk refused goes by message too: the shipper reads the disk first', () => {
  const { spool, posted, root } = setUp()
  writeFileSync(root, 'a file where the folder should be')
  spool.append(partHead('a'), 'one')
  rmSync(root)
  clock.aheadMs += 6000
  spool.append(partHead('b'), 'on disk')
  spool.append(partHead('a'), 'two')
  spool.append(closeHead('a'), 'three')
  expect(posted.map(({ head, body }) => [head.id, String(body)])).toEqual([
    ['a', 'one'],
    ['a', 'two'],
    ['a', 'three'],
  ])
  spool.close()
})

test('messages that nobody takes are dropped beyond their limit, and calls counted', () => {
  const { spool, posted, bell } = setUp({ memoryOnly: true })
  const large = Buffer.alloc(20 * 1024 * 1024)
  expect([1, 2, 3].map(() => spool.append(openHead('a'), large))).toEqual([true, true, true])
  expect(spool.append(partHead('a'), large)).toBe(false)
  expect(bell.read('dropped')).toBe(0)
  expect(spool.append(closeHead('a'), large)).toBe(false)
  expect(bell.read('dropped')).toBe(1)
  expect(spool.append(closeHead('b'), 'small')).toBe(true)
  bell.write('received', bell.read('posted'))
  expect(spool.append(closeHead('c'), large)).toBe(true)
  expect(posted).toHaveLength(5)
})

test('a shipper that cannot take a message costs the call, not the program', () => {
  const owner = thisProcess()
  const problems: unknown[] = []
  const broken = new Error('no thread')
  const port = {
    ensure() {},
    post() {
      throw broken
    },
  }
  const bell = openBell()
  const config = {
    root: '/nowhere',
    owner,
    laneName: newLaneName(owner),
    info: LANE,
    bell,
    thread: 0,
    memoryOnly: true,
  }
  const spool = openSpool(config, port, (problem) => problems.push(problem))
  expect(spool.append(openHead('a'))).toBe(false)
  expect(spool.append(closeHead('a'))).toBe(false)
  expect(problems).toEqual([broken, broken])
  expect(bell.read('dropped')).toBe(1)
})

test.each([
  [undefined, 1],
  ['', 1],
  ['x'.repeat(256), 1],
  ['x'.repeat(257), 2],
  [new Uint8Array(512), 1],
  [new Uint8Array(513), 2],
])('a message counts in whole KiB, its head included (%#)', (body, kib) => {
  expect(messageKib(body)).toBe(kib)
})
