// Lanes: whose they are, when one may be taken, and that only one taker gets it.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  claimLane,
  createLane,
  isClaimedBy,
  isDead,
  listLanes,
  newLaneName,
  parseLaneName,
  removeLane,
  renewLease,
  successorLane,
} from '../../../src/spool/lane.ts'
import { listSegments, readLaneInfo } from '../../../src/spool/lane-facts.ts'
import { LEASE_MS, thisProcess } from '../../../src/spool/owner.ts'
import { appendFrame, closeSegment, openSegment } from '../../../src/spool/segment.ts'
import { LANE } from '../decode/input.ts'
import { openHead } from '../shipper/frames.ts'

const self = thisProcess()
const elsewhere = { ...self, hostname: 'elsewhere', pid: 7, startTime: '99', bootId: '00c0ffee', pidNamespace: '12' }
const NOW = Date.now()

const newRoot = (): string => join(mkdtempSync(join(tmpdir(), 'neatlogs-lane-')), 'root')

/** A lane of another machine whose last sign of life is `ageMs` old. */
function oldLane(root: string, ageMs: number): string {
  const name = newLaneName(elsewhere)
  const lane = createLane(root, name, LANE)
  const beat = new Date(NOW - ageMs)
  utimesSync(join(lane, 'lane.json'), beat, beat)
  return name
}

test('a name tells its owner again, also of a host whose name has dashes or odd letters', () => {
  expect(parseLaneName(newLaneName(elsewhere))).toEqual(elsewhere)
  expect(parseLaneName(newLaneName({ ...elsewhere, hostname: 'my-pod-7-x' }))?.hostname).toBe('my-pod-7-x')
  expect(parseLaneName(newLaneName({ ...elsewhere, hostname: 'a/b ü' }))?.hostname).toBe('a_b__')
  expect(parseLaneName(newLaneName({ ...elsewhere, hostname: 'h'.repeat(300) }))?.hostname).toBe('h'.repeat(80))
  expect(parseLaneName(newLaneName({ ...elsewhere, bootId: '', pidNamespace: '' }))).toMatchObject({
    bootId: '',
    pidNamespace: '',
  })
  expect(newLaneName(self)).not.toBe(newLaneName(self))
})

test.each(['lane.json', 'h-1-2-ab-3-cd', 'h-x-2-ab-3-cd.lane', 'h-1-2-ab-3-cd.lane.old'])('%s is no lane', (name) => {
  expect(parseLaneName(name)).toBeNull()
})

test('a lane that was taken away has successors, each with its own name', () => {
  const name = newLaneName(self)
  expect(successorLane(name, 0)).toBe(name)
  expect(successorLane(name, 2)).toBe(name.replace('.lane', 'x2.lane'))
  expect(parseLaneName(successorLane(name, 2))).toEqual(self)
})

test('a lane is for its owner alone, its facts whole; to make it again changes nothing else', () => {
  const root = newRoot()
  const name = newLaneName(self)
  const lane = createLane(root, name, LANE)
  writeFileSync(join(lane, 't0-00000001.seg'), 'x')
  expect(createLane(root, name, LANE)).toBe(lane)
  expect(readdirSync(lane).sort()).toEqual(['lane.json', 't0-00000001.seg'])
  for (const folder of [root, join(root, 'lanes'), lane]) expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(join(lane, 'lane.json')).mode & 0o777).toBe(0o600)
  expect(readLaneInfo(lane)).toEqual(LANE)
})

test.each(['', '{', 'null', '{"v":2,"traceId":"t"}', '{"v":1}', '{"v":1,"traceId":7}'])(
  'facts that are %j are none; those in the first frame of a segment stand for them, and the copy of older versions',
  (text) => {
    const lane = createLane(newRoot(), newLaneName(self), LANE)
    writeFileSync(join(lane, 'lane.json'), text)
    expect(readLaneInfo(lane)).toBeNull()
    const segment = openSegment(lane, 't0', 1, LANE)
    appendFrame(segment, openHead('a'), 'x')
    const length = segment.length
    appendFrame(segment, openHead('b'), 'x')
    expect(segment.length - length).toBeLessThan(length)
    closeSegment(segment)
    expect(readLaneInfo(lane)).toEqual(LANE)
    rmSync(segment.path)
    writeFileSync(join(lane, 'lane.copy.json'), JSON.stringify(LANE))
    expect(readLaneInfo(lane)).toEqual(LANE)
  },
)

test('lanes and segments are listed, other files and missing folders are not', () => {
  const root = newRoot()
  expect(listLanes(root)).toEqual([])
  const name = newLaneName(self)
  const lane = createLane(root, name, LANE)
  writeFileSync(join(root, 'lanes', 'note.txt'), '')
  expect(listLanes(root)).toEqual([name])
  expect(listSegments(lane)).toEqual([])
  writeFileSync(join(lane, 't0-00000001.seg'), '')
  expect(listSegments(lane)).toEqual(['t0-00000001.seg'])
  removeLane(root, name)
  expect(listSegments(lane)).toEqual([])
  expect(listLanes(root)).toEqual([])
})

test('dead when its lease is over, never when it is fresh, ours or foreign', () => {
  const root = newRoot()
  expect(isDead(root, oldLane(root, LEASE_MS + 60_000), self, NOW)).toBe(true)
  expect(isDead(root, oldLane(root, 1000), self, NOW)).toBe(false)
  const own = newLaneName(self)
  createLane(root, own, LANE)
  expect(isDead(root, own, self, NOW + 10 * LEASE_MS)).toBe(false)
  for (const key of ['pid', 'startTime', 'bootId', 'pidNamespace'] as const) {
    const other = { ...elsewhere, [key]: key === 'pid' ? 8 : '13' }
    expect(isDead(root, oldLane(root, LEASE_MS + 60_000), other, NOW)).toBe(true)
  }
  expect(isDead(root, oldLane(root, LEASE_MS + 60_000), elsewhere, NOW)).toBe(false)
  mkdirSync(join(root, 'lanes', 'foreign.lane'))
  expect(isDead(root, 'foreign.lane', self, NOW + 10 * LEASE_MS)).toBe(false)
})

test('without facts the folder’s own age counts', () => {
  const root = newRoot()
  const name = oldLane(root, 0)
  rmSync(join(root, 'lanes', name, 'lane.json'))
  const old = new Date(NOW - LEASE_MS - 60_000)
  utimesSync(join(root, 'lanes', name), old, old)
  expect(isDead(root, name, self, NOW)).toBe(true)
  expect(isDead(root, name, self, NOW - LEASE_MS)).toBe(false)
})

test('a lane that is a link or gone is not taken, one that is open to others is mended first', () => {
  const root = newRoot()
  const name = oldLane(root, LEASE_MS + 60_000)
  const path = join(root, 'lanes', name)
  chmodSync(path, 0o777)
  expect(isDead(root, name, self, NOW)).toBe(true)
  expect(statSync(path).mode & 0o777).toBe(0o700)
  renameSync(path, `${root}-elsewhere`)
  expect(isDead(root, name, self, NOW)).toBe(false)
  symlinkSync(`${root}-elsewhere`, path)
  expect(isDead(root, name, self, NOW)).toBe(false)
})

test('of two takers one gets it, with a fresh lease and its own mark', () => {
  const root = newRoot()
  const name = oldLane(root, LEASE_MS + 60_000)
  const [mine, theirs] = [newLaneName(self), newLaneName(self)]
  const taken = claimLane(root, name, self, mine, LANE)
  expect(claimLane(root, name, self, theirs, LANE)).toBeNull()
  expect(listLanes(root)).toEqual([taken])
  expect(parseLaneName(taken ?? '')).toEqual(self)
  expect(isClaimedBy(taken ?? '', mine)).toBe(true)
  expect(isClaimedBy(taken ?? '', theirs)).toBe(false)
  expect(isClaimedBy(mine, mine)).toBe(false)
  const facts = join(root, 'lanes', taken ?? '', 'lane.json')
  expect(statSync(facts).mtimeMs).toBeGreaterThan(NOW - 60_000)
  expect(JSON.parse(readFileSync(facts, 'utf8'))).toEqual(LANE)
})

test('a lease is renewed while its lane is there', () => {
  const root = newRoot()
  const lane = join(root, 'lanes', oldLane(root, LEASE_MS))
  expect(renewLease(lane)).toBe(true)
  expect(statSync(join(lane, 'lane.json')).mtimeMs).toBeGreaterThan(NOW - 60_000)
  expect(renewLease(join(lane, 'lane.json'))).toBe(true) // another error than a missing lane: it may be there
  rmSync(lane, { recursive: true })
  expect(renewLease(lane)).toBe(false)
})
