import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { addId, addOdd, findId, idOf, makeIds, removeId, takeWords } from '../../../src/viewer/ids.ts'

const ZERO = '00000000-0000-0000-0000-000000000000'

test('gives back what it was given, whatever the form, also after taking away and growing', () => {
  const ids = makeIds(4)
  const all = [
    ...Array.from({ length: 5000 }, () => randomUUID()),
    ZERO,
    'odd',
    '',
    'A'.repeat(36),
    randomUUID().toUpperCase(),
  ]
  for (const [at, id] of all.entries()) expect(addId(ids, id)).toBe(at)
  const gone = new Set<number>()
  for (let row = 0; row < all.length; row += 3) {
    removeId(ids, row)
    removeId(ids, row)
    gone.add(row)
  }
  const kept = all.filter((_, row) => !gone.has(row))
  for (const [row, id] of all.entries()) {
    expect(findId(ids, id)).toBe(gone.has(row) ? undefined : row)
    expect(idOf(ids, row)).toBe(id)
  }
  expect(findId(ids, randomUUID())).toBeUndefined()
  for (let more = 0; more < 5000; more++) addId(ids, randomUUID())
  for (const id of kept) expect(all[findId(ids, id) ?? -1]).toBe(id)
  expect(ids.size).toBe(kept.length + 5000)
})

test('is made again from its numbers', () => {
  const all = [randomUUID(), ZERO, randomUUID(), 'odd', randomUUID()]
  const before = makeIds()
  for (const id of all) addId(before, id)
  const ids = makeIds()
  takeWords(ids, before.words.slice(0, all.length * 4), all.length)
  for (const [row, id] of before.oddOfRow) addOdd(ids, row, id)
  expect(all.map((id) => findId(ids, id))).toEqual([0, 1, 2, 3, 4])
  expect(all.map((_, row) => idOf(ids, row))).toEqual(all)
  expect(ids.size).toBe(5)
})
