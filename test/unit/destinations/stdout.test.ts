import { describe, expect, test } from 'vitest'
import { encodeLine } from '../../../src/destinations/line.ts'
import { openStdout } from '../../../src/destinations/stdout.ts'
import { makeRecord } from './records.ts'

const NONE = { droppedCount: 0 }
const RECORDS = ['a', 'b', 'c'].map((id) => makeRecord({ id }))
const LINES = RECORDS.map(encodeLine).join('')

/** A pipe of which the reader says what it takes: bytes, or an error's code. Lengths beyond the list are taken whole. */
function pipe(answers: readonly (number | string)[]) {
  const left = [...answers]
  let text = ''
  const write = (bytes: Uint8Array): number => {
    const answer = left.shift() ?? bytes.length
    if (typeof answer === 'string') throw Object.assign(new Error(answer), { code: answer })
    const count = Math.min(answer, bytes.length)
    text += Buffer.from(bytes.subarray(0, count)).toString()
    return count
  }
  return { write, text: () => text }
}

test('one line a record', async () => {
  const out = pipe([])
  expect(await openStdout(out.write).send(RECORDS, NONE)).toEqual({ kind: 'delivered' })
  expect(out.text()).toBe(LINES)
})

test('a pipe that takes a little and says EAGAIN gets every byte once', async () => {
  const out = pipe([10, 'EAGAIN', 'EAGAIN', 1, 'EAGAIN', 500])
  expect(await openStdout(out.write).send(RECORDS, NONE)).toEqual({ kind: 'delivered' })
  expect(out.text()).toBe(LINES)
})

test('a pipe that nobody reads is tried again later, from the very byte', async () => {
  const stuck = pipe([100_000, 7, ...Array<string>(1000).fill('EAGAIN')])
  let isStuck = true
  const free = pipe([])
  const out = openStdout((bytes) => (isStuck ? stuck.write(bytes) : free.write(bytes)))
  expect(await out.send(RECORDS, NONE)).toMatchObject({ kind: 'retry' })
  expect(stuck.text()).toBe(LINES.slice(0, LINES.indexOf('\n') + 1 + 7))
  isStuck = false
  expect(await out.send(RECORDS, NONE)).toEqual({ kind: 'delivered' })
  expect(stuck.text() + free.text()).toBe(LINES)
  // What was settled is not remembered for ever: the same record may come again.
  await out.send([makeRecord({ id: 'a' })], NONE)
  expect(free.text()).toMatch(/"id":"a".*\n$/)
})

describe('a reader that is gone', () => {
  test.each(['EPIPE', 'EBADF'])('%s gives the records up, for good', async (code) => {
    const out = pipe([code])
    expect(await openStdout(out.write).send(RECORDS, NONE)).toMatchObject({ kind: 'rejected', mayPassSplit: false })
  })
})
