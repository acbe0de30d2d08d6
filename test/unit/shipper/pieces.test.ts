// A call that waits as a piece: its record is read again from its frames, wherever these are, and is the one it was made from.
import { expect, test } from 'vitest'
import type { Piece } from '../../../src/destinations/destination.ts'
import type { FrameHead } from '../../../src/frame.ts'
import type { CallRecord } from '../../../src/record.ts'
import type { MemoryFrame } from '../../../src/shipper/join.ts'
import { makeRecord } from '../destinations/records.ts'
import { closeHead, newLane, openHead, partHead, writeSegment } from './frames.ts'
import { piecesOf, readItems } from './items.ts'

type Frame = readonly [FrameHead, string?]

const answer = (text: string): string =>
  JSON.stringify({ id: 'r', choices: [{ index: 0, message: { role: 'assistant', content: text } }] })
const WHOLE = answer('whole, é')
const FINISHED = JSON.stringify(makeRecord({ id: 'finished' }))
const ON_DISK: readonly Frame[] = [
  [openHead('plain'), '{"model":"m"}'],
  [openHead('in parts'), '{"model":"p"}'],
  [closeHead('plain'), WHOLE],
  [partHead('in parts'), WHOLE.slice(0, 20)],
  [openHead('never ends'), '{"model":"n"}'],
  [partHead('in parts'), WHOLE.slice(20, 30)],
  [{ t: 'record', id: 'finished' }, FINISHED],
  [closeHead('in parts'), WHOLE.slice(30)],
  // More than is read at once: the frames before it lie in memory that is used again.
  [openHead('large'), JSON.stringify({ model: 'x'.repeat(300_000) })],
  [closeHead('large'), answer('y'.repeat(1_200_000))],
]
const IN_MEMORY: readonly Frame[] = [
  [openHead('by message'), '{"model":"b"}'],
  [closeHead('by message'), answer('by message')],
]

/** Reads everything; `made` are the records as the destination got them. */
function ship(make: (record: CallRecord) => Piece) {
  const path = newLane()
  writeSegment(path, 't0', 1, ON_DISK)
  const messages = IN_MEMORY.map(([head, text = '']): MemoryFrame => {
    return { head, segment: null, at: 0, bytes: Buffer.from(text) }
  })
  const unreadable: string[] = []
  const read = readItems(path, 'neatlogs', {
    pieces: piecesOf(make),
    takeMessage: () => messages.shift(),
    onUnreadable: (id) => unreadable.push(id),
  })
  return { ...read, unreadable }
}

test('the record of a piece is the one it was made from', () => {
  const made: CallRecord[] = []
  const { items, tail, unreadable } = ship((record) => ({ byteLength: made.push(structuredClone(record)) }))
  const ids = ['plain', 'finished', 'in parts', 'large', 'by message', 'never ends']
  expect(items.map(({ id }) => id)).toEqual(ids)
  expect(items.map(({ piece }) => piece?.byteLength)).toEqual([1, 2, 3, 4, 5, 6])
  // Twice: nothing is used up.
  for (let round = 0; round < 2; round++) expect(items.map((item) => item.record())).toEqual(made)
  expect(made.find(({ id }) => id === 'in parts')?.response.body).toEqual(JSON.parse(WHOLE))
  expect(unreadable).toEqual([])
  tail.close()
  expect(() => items[0]?.record()).toThrow()
  // What came by message is in no file.
  expect(items[4]?.record()).toEqual(made[4])
})

test('a record that cannot be encoded waits as it is', () => {
  const { items } = ship((record) => {
    if (record.id === 'in parts') throw new TypeError('a bug')
    return { byteLength: 1 }
  })
  expect(items.map(({ piece }) => piece === null)).toEqual([false, false, true, false, false, false])
  expect(items[2]?.record().id).toBe('in parts')
})
