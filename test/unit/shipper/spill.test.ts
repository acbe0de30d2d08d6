// Frames that came by message reach the disk when it takes them: only whoever takes the lane over reads them, each once.
import { existsSync, readdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openDoneLog } from '../../../src/shipper/done.ts'
import { type MemoryFrame, openJoin } from '../../../src/shipper/join.ts'
import { MAX_SPILL_BYTES, openSpill, type Spill } from '../../../src/shipper/spill.ts'
import { Tail } from '../../../src/shipper/tail.ts'
import { LANE } from '../decode/input.ts'
import { closeHead, newLane, openHead, writeSegment } from './frames.ts'

const open = (id: string): MemoryFrame => ({ head: openHead(id), segment: null, at: 0, bytes: Buffer.from(`to ${id}`) })
const close = (id: string): MemoryFrame => ({
  head: closeHead(id),
  segment: null,
  at: 0,
  bytes: Buffer.from(`of ${id}`),
})

const spillIn = (lane: string, destinationCount = 1): Spill =>
  openSpill(
    () => lane,
    destinationCount,
    (name) => unlinkSync(join(lane, name)),
    LANE,
  )

function readCalls(tail: Tail): readonly string[] {
  const calls = openJoin()
  const texts: string[] = []
  for (let frames = tail.read(); frames.length > 0; frames = tail.read()) {
    for (const frame of frames) {
      const joined = calls.add(frame)
      if (joined?.kind === 'call') texts.push(`${Buffer.from(joined.request)} ${Buffer.from(joined.answer)}`)
    }
  }
  return texts
}

test('what is held is written once, and read by who takes the lane over, not by the lane’s own shipper', () => {
  const lane = newLane()
  const own = new Tail(lane, 'file', false)
  const spill = spillIn(lane)
  for (const frame of [open('a'), close('a'), open('b')]) expect(spill.hold(frame)).toBe(true)
  spill.write(false)
  spill.hold(close('b'))
  spill.write(false)
  spill.write(true)
  expect(readCalls(own)).toEqual([])
  expect(readCalls(new Tail(lane, 'file', true))).toEqual(['to a of a', 'to b of b'])
})

test('a call that began on disk and ended in memory is whole again', () => {
  const lane = newLane()
  writeSegment(lane, 't0', 1, [[openHead('a'), 'to a']])
  const spill = spillIn(lane)
  spill.hold(close('a'))
  spill.write(false)
  expect(readCalls(new Tail(lane, 'file', true))).toEqual(['to a of a'])
})

test('a shipper that is started again reads what its former self has put on disk', () => {
  const lane = newLane()
  const spill = spillIn(lane)
  for (const frame of [open('a'), close('a')]) spill.hold(frame)
  spill.write(false)
  expect(readCalls(new Tail(lane, 'file', false))).toEqual(['to a of a'])
})

test('what was delivered is noted for each destination; the file goes when all have all', () => {
  const lane = newLane()
  const logs = [openDoneLog(lane, 'file'), openDoneLog(lane, 'otlp')] as const
  const spill = spillIn(lane, 2)
  for (const frame of [open('a'), close('a'), open('b'), close('b')]) spill.hold(frame)
  spill.write(false)
  for (const log of logs) spill.letGo('a', log)
  spill.letGo('b', logs[0])
  expect(openDoneLog(lane, 'file').has('b')).toBe(true)
  expect(openDoneLog(lane, 'otlp').has('a')).toBe(true)
  expect(openDoneLog(lane, 'otlp').has('b')).toBe(false)
  expect(existsSync(join(lane, 'm0-00000001.seg'))).toBe(true)
  spill.letGo('b', logs[1])
  expect(readdirSync(lane).filter((name) => name.endsWith('.seg'))).toEqual([])
})

test('a disk that refused is left alone for a while; the end of the process tries at once', () => {
  const lane = newLane()
  let isRefusing = true
  const makeLane = (): string => {
    if (isRefusing) throw new Error('ENOSPC')
    return lane
  }
  const spill = openSpill(makeLane, 1, () => {}, LANE)
  for (const frame of [open('a'), close('a')]) spill.hold(frame)
  spill.write(false)
  isRefusing = false
  spill.write(false)
  expect(readdirSync(lane)).toEqual([])
  spill.write(true)
  expect(readCalls(new Tail(lane, 'file', true))).toEqual(['to a of a'])
})

test('beyond its limit a frame is refused, and there is room again when calls are settled', () => {
  const lane = newLane()
  const spill = spillIn(lane)
  const large = (id: string): MemoryFrame => ({ ...close(id), bytes: Buffer.alloc(MAX_SPILL_BYTES / 2) })
  expect([spill.hold(large('a')), spill.hold(large('b')), spill.hold(close('c'))]).toEqual([true, true, false])
  spill.letGo('a', openDoneLog(lane, 'file'))
  expect(spill.hold(close('c'))).toBe(true)
})
