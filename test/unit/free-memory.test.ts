// Buffers that are used again never belong to two at once, and no more of them is kept than was allowed.
import { expect, test } from 'vitest'
import { FreeMemory } from '../../src/free-memory.ts'
import { randomOf } from './decode/odd-streams.ts'

test('what is taken is large enough, is nobody else’s, and is used again', () => {
  const random = randomOf(77)
  const memory = new FreeMemory(1024 * 1024)
  const open = new Set<Buffer>()
  const seen = new Set<Buffer>()
  let again = 0
  for (let round = 0; round < 5000; round++) {
    const size = Math.floor(random() * 200_000)
    const taken = memory.take(size)
    expect(taken.length).toBeGreaterThanOrEqual(size)
    expect(open.has(taken)).toBe(false)
    if (seen.has(taken)) again++
    open.add(taken)
    seen.add(taken)
    for (const one of open) {
      if (random() < 0.7) continue
      open.delete(one)
      memory.give(one)
    }
  }
  expect(again).toBeGreaterThan(1000)
})

test('what is beyond its limit, or far larger than asked for, is not kept', () => {
  const memory = new FreeMemory(100_000)
  const large = memory.take(90_000)
  const other = memory.take(90_000)
  memory.give(large)
  memory.give(other)
  expect(memory.take(1000)).not.toBe(large)
  expect(memory.take(80_000)).toBe(large)
  expect(memory.take(80_000)).not.toBe(other)
})
