// Frames of one call are brought together whatever the order they come in, and every reference is given back.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { FrameHead } from '../../../src/frame.ts'
import { openJoin } from '../../../src/shipper/join.ts'
import type { Joined } from '../../../src/shipper/joined.ts'
import type { TailFrame, TailSegment } from '../../../src/shipper/segment-files.ts'
import { closeHead, openHead, partHead } from './frames.ts'

const segment = (): TailSegment => ({
  lane: '/lane',
  name: 't0-00000001.seg',
  writer: 't0',
  number: 1,
  fd: -1,
  offset: 0,
  floor: 0,
  backup: null,
  sealed: true,
  exhausted: true,
  refs: 0,
  sealedAtMs: 0,
})
const onDisk = (head: FrameHead, text: string, from: TailSegment): TailFrame => {
  from.refs++
  return { head, segment: from, begin: 0, at: 0, bytes: Buffer.from(text) }
}
const byMemory = (head: FrameHead, text: string) => ({ head, segment: null, at: 0, bytes: Buffer.from(text) }) as const
const answerOf = (joined: Joined | null): string =>
  joined?.kind === 'call' ? Buffer.from(joined.answer).toString() : ''

describe('order', () => {
  test('an end on disk that is read before its begin by memory: one call', () => {
    const join = openJoin()
    expect(join.add(byMemory(closeHead('a'), 'answer'))).toBe(null)
    expect(join.endRound(false)).toEqual([])
    expect(answerOf(join.add(byMemory(openHead('a'), 'request')))).toBe('answer')
  })

  test('an end without a begin is lost after two rounds without work, and not before', () => {
    const join = openJoin()
    const from = segment()
    join.add(onDisk(closeHead('a'), 'answer', from))
    expect(join.endRound(false)).toEqual([])
    expect(join.endRound(false)).toEqual([{ kind: 'lost', id: 'a', count: 1, segments: [from] }])
    expect(join.endRound(false)).toEqual([])
  })

  test('an end that can be read no more when its begin comes: the call is lost, with its reason, and all places are named', () => {
    const join = openJoin()
    const from = segment()
    join.add(onDisk(closeHead('a'), 'x'.repeat(9 * 1024 * 1024), from))
    expect(join.add(onDisk(openHead('a'), 'request', from))).toEqual({
      kind: 'lost',
      id: 'a',
      count: 1,
      segments: [from, from],
      error: expect.objectContaining({ code: 'ERR_OUT_OF_RANGE' }),
    })
    expect(from.refs).toBe(2) // given back by whoever takes the loss
    expect(join.takeUnfinished()).toEqual([])
  })

  test('parts come before the rest', () => {
    const join = openJoin()
    join.add(byMemory(openHead('a'), 'request'))
    join.add(byMemory(partHead('a'), 'one '))
    join.add(byMemory(partHead('a'), 'two '))
    expect(answerOf(join.add(byMemory(closeHead('a'), 'three')))).toBe('one two three')
  })
})

describe('a request that was sent again', () => {
  const attempt = { at: 0, ms: 1, status: 200 }
  const twice = { ...closeHead('a'), attempts: [attempt, attempt] }

  test('what an earlier attempt brought is no part of the answer, and its place is given back', () => {
    const join = openJoin()
    const from = segment()
    join.add(onDisk(openHead('a'), 'request', from))
    join.add(onDisk({ ...partHead('a'), attempt: 0 }, 'first ', from))
    join.add(onDisk({ ...partHead('a'), attempt: 1 }, 'second ', from))
    const joined = join.add(onDisk(twice, 'rest', from))
    expect(answerOf(joined)).toBe('second rest')
    expect(joined?.segments).toHaveLength(4)
  })

  test('a call that died is answered by the newest attempt that brought anything', () => {
    const join = openJoin()
    join.add(byMemory(openHead('a'), 'request'))
    join.add(byMemory({ ...partHead('a'), attempt: 0 }, 'first'))
    join.add(byMemory({ ...partHead('a'), attempt: 1 }, 'second'))
    expect(answerOf(join.takeUnfinished()[0] ?? null)).toBe('second')
  })
})

test('a call without an end is given as incomplete with what had come', () => {
  const join = openJoin()
  join.add(byMemory(openHead('a'), 'request'))
  join.add(byMemory(partHead('a'), 'half'))
  const [call] = join.takeUnfinished()
  expect(call).toMatchObject({ kind: 'call', close: null })
  expect(answerOf(call ?? null)).toBe('half')
  expect(join.takeUnfinished()).toEqual([])
})

test('an odd end: the call is lost, with all of its places, and the reason', () => {
  const join = openJoin()
  const from = segment()
  join.add(onDisk(openHead('a'), 'request', from))
  join.add(onDisk(partHead('a'), 'half', from))
  const joined = join.add(onDisk({ t: 'close', id: 'a' } as FrameHead, 'rest', from))
  expect(joined).toMatchObject({ kind: 'lost', id: 'a', count: 1, error: expect.any(TypeError) })
  expect(joined?.segments).toHaveLength(from.refs)
  expect(join.takeUnfinished()).toEqual([])
})

test('references: as many as frames, in any mixture of calls, orders and doubles', () => {
  const frame = fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    kind: fc.constantFrom('open', 'part', 'close', 'lost'),
  })
  fc.assert(
    fc.property(fc.array(frame), (frames) => {
      const join = openJoin()
      const from = segment()
      let given = 0
      const count = (joined: Joined | null): void => {
        given += joined?.segments.length ?? 0
      }
      for (const { id, kind } of frames) {
        const lost = { t: 'lost', id, count: 1, reason: 'bytes' } as const
        const head =
          kind === 'open' ? openHead(id) : kind === 'part' ? partHead(id) : kind === 'close' ? closeHead(id) : lost
        count(join.add(onDisk(head, 'x', from)))
      }
      for (const call of join.takeUnfinished()) count(call)
      for (const loss of join.endRound(true)) count(loss)
      expect(from.refs - given).toBe(0)
    }),
  )
})
