// Frames of all sizes that wait for one another in memory that is used again: each call is what it was written as.
import { expect, test } from 'vitest'
import { openJoin } from '../../../src/shipper/join.ts'
import { foldFrames } from '../../../src/shipper/joined.ts'
import { Tail } from '../../../src/shipper/tail.ts'
import { pickerOf, randomOf } from '../decode/odd-streams.ts'
import { closeHead, newLane, openHead, partHead, writeSegment } from './frames.ts'

const SIZES = [10, 3000, 20_000, 52_000, 52_000, 52_000, 200_000, 600_000, 1_100_000]

test('open calls with frames from ten bytes to a megabyte', () => {
  const random = randomOf(1914)
  const pick = pickerOf(random)
  const bodyOf = (name: string): string => `${name} `.repeat(Math.ceil(pick(SIZES) / (name.length + 1)))
  const open: { id: string; request: string; parts: string[] }[] = []
  const frames: [Parameters<typeof writeSegment>[3][number][0], string][] = []
  const written = new Map<string, { request: string; answer: string }>()
  for (let index = 0; index < 400; index++) {
    const way = random()
    const call = pick(open)
    if (call === undefined || (way < 0.45 && open.length < 12)) {
      const id = `call-${index}`
      const request = bodyOf(`request-${index}`)
      frames.push([openHead(id), request])
      open.push({ id, request, parts: [] })
    } else if (way < 0.6) {
      const part = bodyOf(`part-${index}`)
      frames.push([partHead(call.id), part])
      call.parts.push(part)
    } else {
      const rest = bodyOf(`close-${index}`)
      // As the call's only attempt, whose parts are its answer.
      frames.push([{ ...closeHead(call.id), attempts: [{ at: 0, ms: 1, status: 200 }] }, rest])
      written.set(call.id, { request: call.request, answer: call.parts.join('') + rest })
      open.splice(open.indexOf(call), 1)
    }
  }
  const lane = newLane()
  writeSegment(lane, 't0', 1, frames)
  const tail = new Tail(lane, 'neatlogs', true)
  const join = openJoin()
  const read = new Map<string, { request: string; answer: string }>()
  for (let piece = tail.read(); piece.length > 0; piece = tail.read()) {
    for (const frame of piece) {
      const joined = join.add(frame)
      if (joined?.kind !== 'call') continue
      const { request, answer } = joined
      read.set(joined.open.id, {
        request: Buffer.from(request).toString(),
        answer: Buffer.from(answer).toString(),
      })
      // As a destination that makes pieces does: now it is used again.
      foldFrames(joined.frames)
    }
  }
  tail.close()
  expect(written.size).toBeGreaterThan(120)
  expect([...read.keys()]).toEqual([...written.keys()])
  for (const [id, call] of written) expect(read.get(id), id).toEqual(call)
})
