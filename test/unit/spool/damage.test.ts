// Damaged segments: what is torn, zeroed or foreign is passed over and counted, and every whole frame around it is read.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ReadResult, readFrames } from '../../../src/spool/read.ts'

const frame = (id: string, body = ''): string =>
  `{"bytes":${Buffer.byteLength(body)},"t":"part","id":"${id}"}\n${body}\n`
const A = frame('a', 'x')

function read(text: string): ReadResult & { readonly ids: readonly string[] } {
  const result = readFrames(Buffer.from(text, 'latin1'))
  return { ...result, ids: result.frames.map(({ head }) => (head as { id: string }).id) }
}

test.each([
  ['zeroes', '\0'.repeat(300)],
  ['a line that is no head', 'hello\n'],
  ['a head that is torn', '{"bytes":5,"t":"part","id'],
  ['a head without its length', '{"t":"part","id":"torn"}\n'],
  ['a length that is no number', '{"bytes":"1","t":"part","id":"torn"}\nx\n'],
  ['a length below zero', '{"bytes":-1,"t":"part","id":"torn"}\n'],
  ['a length with a fraction', '{"bytes":1.5,"t":"part","id":"torn"}\nx\n'],
  ['a length that does not come first', '{"t":"part","bytes":1,"id":"torn"}\nx\n'],
  ['a length that no frame has', '{"bytes":268435457,"t":"part","id":"torn"}\nx\n'],
  ['a head without its kind', '{"bytes":1,"id":"torn"}\nx\n'],
  ['a body longer than announced', '{"bytes":1,"t":"part","id":"torn"}\nxyz\n'],
  ['a body shorter than announced', '{"bytes":4,"t":"part","id":"torn"}\nx\n'],
])('%s', (_, damage) => {
  const text = `${A}${damage}\n${A}`
  expect(read(text)).toMatchObject({ ids: ['a', 'a'], consumed: text.length, damaged: 1, needed: 0 })
})

test('damage at the beginning, and at two places', () => {
  expect(read(`\0\0\n${A}`)).toMatchObject({ ids: ['a'], damaged: 1 })
  expect(read(`${A}torn\n${A}torn\n${A}`)).toMatchObject({ ids: ['a', 'a', 'a'], damaged: 2 })
})

test('damage at the end is left where it is: what follows may not be written yet', () => {
  expect(read(`${A}torn\n`)).toMatchObject({ ids: ['a'], consumed: A.length, damaged: 0, needed: 0 })
  expect(read(`${A}\0\0\0`)).toMatchObject({ ids: ['a'], consumed: A.length, damaged: 0 })
})

test('the end of a frame that is being written: what it needs is told as soon as its head is whole', () => {
  const next = frame('b', 'y'.repeat(100))
  const head = next.indexOf('\n') + 1
  expect(read(A + next.slice(0, head - 1))).toMatchObject({ ids: ['a'], consumed: A.length, needed: 0 })
  for (const length of [head, head + 1, next.length - 1]) {
    expect(read(A + next.slice(0, length))).toMatchObject({ ids: ['a'], consumed: A.length, needed: next.length })
  }
  expect(read(A + next)).toMatchObject({ ids: ['a', 'b'], consumed: A.length + next.length, needed: 0 })
})

test('a line without an end is a head that is coming, however long', () => {
  const most = 1024 * 1024
  const far = (length: number): string => `${A}{"bytes":0,"t":"${'x'.repeat(length)}`
  expect(read(far(most / 2))).toMatchObject({ ids: ['a'], consumed: A.length })
  expect(read(`${far(2 * most)}`)).toMatchObject({ ids: ['a'], consumed: A.length, needed: 0 })
})

test('nothing is nothing', () => {
  expect(read('')).toEqual({ ids: [], frames: [], consumed: 0, needed: 0, damaged: 0 })
})

test('wherever a head is torn, the whole frames before and after it are read', () => {
  const bodies = fc.array(fc.string({ unit: 'binary-ascii', maxLength: 40 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(bodies, bodies, fc.nat(), fc.integer({ min: 1, max: 600 }), (before, after, cut, zeroes) => {
      const first = before.map((body, at) => frame(`f${at}`, body)).join('')
      const torn = frame('torn', 'z'.repeat(50))
      // Torn within its head. Behind a whole head nothing but its length tells where a frame ends.
      const kept = cut % torn.indexOf('\n')
      const rest = after.map((body, at) => frame(`s${at}`, body)).join('')
      const text = `${first}${torn.slice(0, kept)}${'\0'.repeat(zeroes)}\n${rest}`
      const { ids, consumed, damaged } = read(text)
      expect(ids).toEqual([...before.map((_, at) => `f${at}`), ...after.map((_, at) => `s${at}`)])
      expect(consumed).toBe(text.length)
      expect(damaged).toBe(1)
    }),
  )
})
