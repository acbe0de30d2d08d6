// A call that is never finished does not pin the segment of the calls around it; after a restart it is still whole, and once.
import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openCarrier } from '../../../src/shipper/carrier.ts'
import { openJoin } from '../../../src/shipper/join.ts'
import type { Joined } from '../../../src/shipper/joined.ts'
import { Tail } from '../../../src/shipper/tail.ts'
import { LANE } from '../decode/input.ts'
import { closeHead, newLane, openHead, partHead, writeSegment } from './frames.ts'

function readAll(tail: Tail, join: ReturnType<typeof openJoin>): Joined[] {
  const joined: Joined[] = []
  for (let frames = tail.read(); frames.length > 0; frames = tail.read()) {
    for (const frame of frames) {
      const one = join.add(frame)
      if (one !== null) joined.push(one)
    }
  }
  for (const one of joined) for (const segment of one.segments) segment.refs--
  return joined
}

/** Reads a lane that grows, and carries its long calls over. */
function follow(lane: string) {
  const tail = new Tail(lane, 'file', false)
  const join = openJoin()
  const carrier = openCarrier(() => lane, 'file', tail, LANE)
  carrier.watch(join)
  return { tail, join, carrier }
}

test('its frames move to a small segment, the large one is finished, and the call ends as if nothing had been moved', () => {
  const lane = newLane()
  writeSegment(lane, 't0', 1, [
    [openHead('never'), 'the request'],
    [partHead('never'), 'first '],
    [openHead('done'), 'x'],
    [closeHead('done'), 'y'],
  ])
  writeSegment(lane, 't0', 2, [])
  const { tail, join, carrier } = follow(lane)
  expect(readAll(tail, join).length).toBe(1)
  expect(tail.takeFinished()).toEqual([])

  carrier.carry(0)
  expect(tail.takeFinished().map(({ name }) => name)).toEqual(['t0-00000001.seg'])
  expect(readdirSync(lane)).toContain('cfile-00000001.seg')

  writeSegment(lane, 't0', 3, [[closeHead('never'), 'last']])
  const [call] = readAll(tail, join)
  expect(call?.kind === 'call' && Buffer.from(call.request).toString()).toBe('the request')
  expect(call?.kind === 'call' && Buffer.from(call.answer).toString()).toBe('first last')
  expect(tail.takeFinished().map(({ name }) => name)).toContain('cfile-00000001.seg')
})

test('nothing is moved, and no file made, for segments that wait only for delivery', () => {
  const lane = newLane()
  writeSegment(lane, 't0', 1, [
    [openHead('done'), 'x'],
    [closeHead('done'), 'y'],
  ])
  writeSegment(lane, 't0', 2, [])
  const { tail, join, carrier } = follow(lane)
  for (let frames = tail.read(); frames.length > 0; frames = tail.read()) for (const frame of frames) join.add(frame)
  carrier.carry(0)
  expect(readdirSync(lane).filter((name) => name.startsWith('c'))).toEqual([])
})

test('a shipper that starts again reads what its former self has carried', () => {
  const lane = newLane()
  writeSegment(lane, 'cfile', 1, [[openHead('never'), 'the request']])
  writeSegment(lane, 't0', 3, [[closeHead('never'), 'last']])
  const [call] = readAll(new Tail(lane, 'file', true), openJoin())
  expect(call?.kind === 'call' && Buffer.from(call.request).toString()).toBe('the request')
  expect(readAll(new Tail(lane, 'stdout', true), openJoin())).toEqual([])
})

test.each([false, true])(
  'a call whose answer nobody reads is read again from its place at its end; moved before: %s',
  (isMoved) => {
    const lane = newLane()
    const known = { attempts: [{ at: 1, ms: 2, status: 200 }], httpStatus: 200, headers: { 'x-request-id': 'r1' } }
    writeSegment(lane, 't0', 1, [
      [openHead('one'), 'a request'],
      [openHead('unread'), 'the request'],
      [{ ...partHead('unread'), attempt: 0, known }],
      [openHead('late'), 'another request'],
      [{ ...partHead('late'), attempt: 0, known }],
      [closeHead('one'), 'y'],
    ])
    writeSegment(lane, 't0', 2, [])
    const { tail, join, carrier } = follow(lane)
    expect(readAll(tail, join).length).toBe(1)
    if (isMoved) carrier.carry(0)
    writeSegment(lane, 't0', 3, [
      [{ ...closeHead('unread'), status: 'incomplete' }],
      // Read after all: its own close says all there is to say.
      [{ ...closeHead('late'), httpStatus: 201, attempts: known.attempts }, 'the answer'],
    ])
    const [unread, late] = readAll(tail, join)
    if (unread?.kind !== 'call' || late?.kind !== 'call') throw new Error('no calls')
    expect(unread.open).toMatchObject(openHead('unread'))
    expect(Buffer.from(unread.request).toString()).toBe('the request')
    expect(unread.close).toEqual({ ...closeHead('unread'), status: 'incomplete', ...known })
    expect(Buffer.from(late.request).toString()).toBe('another request')
    expect(Buffer.from(late.answer).toString()).toBe('the answer')
    expect(late.close?.httpStatus).toBe(201)
  },
)
