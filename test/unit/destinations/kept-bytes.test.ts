// Memory that is used again never belongs to two pieces at once, in whatever order they are given back.
import { expect, test } from 'vitest'
import {
  giveBack,
  giveRequestBack,
  type KeptBytes,
  keepAlone,
  keepBytes,
  requestMemory,
} from '../../../src/destinations/kept-bytes.ts'
import { randomOf } from '../decode/odd-streams.ts'

const random = randomOf(1414)

test('what is kept stays as it was until it is given back', () => {
  const kept: { readonly piece: KeptBytes; readonly byte: number; readonly size: number }[] = []
  for (let round = 0; round < 20_000; round++) {
    const size = Math.floor(random() < 0.02 ? random() * 300_000 : random() * 9000)
    const byte = round % 251
    const piece = keepBytes(size)
    piece.shared.memory.fill(byte, piece.begin, piece.end)
    kept.push({ piece, byte, size })
    if (random() < 0.1) keepAlone(kept[Math.floor(random() * kept.length)]?.piece ?? piece)
    while (kept.length > 60 * random()) {
      const [{ piece: gone, byte: was, size: long }] = kept.splice(Math.floor(random() * kept.length), 1) as [
        (typeof kept)[number],
      ]
      expect(gone.end - gone.begin).toBe(long)
      const bytes = gone.shared.memory.subarray(gone.begin, gone.end)
      if (bytes.compare(Buffer.alloc(long, was)) !== 0) throw new Error('overwritten')
      giveBack(gone)
    }
  }
})

test('what waits alone keeps no more than its own bytes', () => {
  const pieces = Array.from({ length: 200 }, (_, index) => {
    const piece = keepBytes(5000)
    piece.shared.memory.fill(index, piece.begin, piece.end)
    return piece
  })
  for (const piece of pieces) keepAlone(piece)
  expect(pieces.map(({ shared, begin, end }) => [shared.memory.length, begin, end])).toEqual(
    pieces.map(() => [5000, 0, 5000]),
  )
  expect(pieces.every(({ shared }, index) => shared.memory.every((byte) => byte === index))).toBe(true)
})

test('a request has memory of its own until it is given back, and enough of it', () => {
  const open = new Map<ArrayBufferLike, Uint8Array>()
  for (let round = 0; round < 500; round++) {
    const bytes = Math.floor(random() * 1_500_000)
    const memory = requestMemory(bytes)
    expect(memory.length).toBeGreaterThanOrEqual(bytes)
    expect(open.has(memory.buffer)).toBe(false)
    // A request is written from the end of it.
    open.set(memory.buffer, memory.subarray(memory.length - bytes))
    for (const [buffer, body] of open) {
      if (random() < 0.6) continue
      open.delete(buffer)
      giveRequestBack(body)
    }
  }
})
