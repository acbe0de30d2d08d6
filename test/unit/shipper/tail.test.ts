// Whole frames come out in the order they went in, once, whatever is torn, zeroed, larger than a piece, or still being written.
import { appendFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Tail } from '../../../src/shipper/tail.ts'
import { closeHead, newLane, openHead, writeSegment } from './frames.ts'

const FRAME_BYTES = 3 * 1024 * 1024

function ids(tail: Tail): string[] {
  const found: string[] = []
  for (let frames = tail.read(); frames.length > 0; frames = tail.read()) {
    found.push(...frames.map(({ head }) => (head as { id: string }).id))
  }
  return found
}

test('a frame larger than a piece, between small ones', () => {
  const lane = newLane()
  const large = 'x'.repeat(FRAME_BYTES)
  writeSegment(lane, 't0', 1, [
    [openHead('a'), 'x'],
    [openHead('b'), large],
    [openHead('c'), 'x'],
  ])
  const tail = new Tail(lane, 'file', false)
  expect(ids(tail)).toEqual(['a', 'b', 'c'])
  tail.close()
})

test('of a frame that is longer than anything is worth the begin is read, and what follows it as ever', () => {
  const lane = newLane()
  writeSegment(lane, 't0', 1, [
    [openHead('a'), 'x'],
    [openHead('b'), Buffer.alloc(80 * 1024 * 1024, 'y')],
    [openHead('c'), 'x'],
  ])
  const tail = new Tail(lane, 'file', true)
  const read = [tail.read(), tail.read(), tail.read(), tail.read()].flat()
  expect(read.map(({ head }) => (head as { id: string }).id)).toEqual(['a', 'b', 'c'])
  expect(read[1]?.bytes.subarray(0, 2).toString()).toBe('yy')
  expect(read[1]?.bytes.length).toBeLessThan(73 * 1024 * 1024)
  tail.close()
})

test('a frame that is being written is read when it is whole', () => {
  const lane = newLane()
  writeSegment(lane, 't0', 1, [[openHead('a'), 'x']])
  const tail = new Tail(lane, 'file', false)
  expect(ids(tail)).toEqual(['a'])
  const path = join(lane, 't0-00000001.seg')
  appendFileSync(path, `{"bytes":5,${JSON.stringify(closeHead('a')).slice(1)}\nab`)
  expect(ids(tail)).toEqual([])
  appendFileSync(path, 'cde\n')
  expect(ids(tail)).toEqual(['a'])
  tail.close()
})

test('NUL bytes, a torn frame and then whole ones', () => {
  const lane = newLane()
  writeSegment(lane, 't0', 1, [[openHead('a'), 'x']])
  const path = join(lane, 't0-00000001.seg')
  appendFileSync(path, Buffer.alloc(5000))
  appendFileSync(path, '{"bytes":500,"t":"close","id":"torn"}\nhalf')
  appendFileSync(path, `\n{"bytes":1,${JSON.stringify(closeHead('a')).slice(1)}\nx\n`)
  const tail = new Tail(lane, 'file', true)
  expect(ids(tail)).toEqual(['a', 'a'])
  expect(tail.isExhausted).toBe(true)
  tail.close()
})

test('threads’ segments, each in its order; a segment that the cap took is passed over', () => {
  const lane = newLane()
  writeSegment(lane, 't0', 1, [[openHead('gone')]])
  writeSegment(lane, 't0', 2, [[openHead('b')]])
  writeSegment(lane, 't2', 1, [[openHead('c')]])
  const tail = new Tail(lane, 'file', false)
  rmSync(join(lane, 't0-00000001.seg'))
  expect(ids(tail).sort()).toEqual(['b', 'c'])
  tail.close()
})

test('a live lane is never exhausted, a dead one is when it was read', () => {
  const lane = newLane()
  writeSegment(lane, 't0', 1, [[openHead('a')]])
  const live = new Tail(lane, 'file', false)
  const dead = new Tail(lane, 'file', true)
  ids(live)
  ids(dead)
  expect(live.isExhausted).toBe(false)
  expect(dead.isExhausted).toBe(true)
  live.close()
  dead.close()
})
