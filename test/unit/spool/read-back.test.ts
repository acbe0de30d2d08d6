// One frame, one write: whatever its head and body are made of, what is read back is what was appended.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { FrameBody, FrameHead } from '../../../src/frame.ts'
import { readFrames } from '../../../src/spool/read.ts'
import { appendFrame, closeSegment, openSegment } from '../../../src/spool/segment.ts'

const folder = mkdtempSync(join(tmpdir(), 'neatlogs-segment-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const LONG = 'ä€😀 plain \n{"bytes":1}'.repeat(9000)
const BODIES: readonly (FrameBody | undefined)[] = [
  undefined,
  '',
  'plain',
  'ä€😀\n',
  LONG,
  LONG.repeat(4),
  new Uint8Array([0, 10, 255]),
  Buffer.alloc(600_000, 'x'),
  [Buffer.from('one '), Buffer.alloc(100_000, 'y'), Buffer.from('\n')],
  [],
]
const headOf = (index: number, more: object = {}): FrameHead =>
  ({ t: 'part', id: `id-${index}`, ...more }) as unknown as FrameHead
const bytesOf = (body: FrameBody | undefined): Buffer => {
  if (body === undefined || typeof body === 'string') return Buffer.from(body ?? '')
  return body instanceof Uint8Array ? Buffer.from(body) : Buffer.concat(body)
}

test('reads back every kind of frame, in order', () => {
  const segment = openSegment(folder, 't0', 1)
  const heads = BODIES.map((_, index) =>
    headOf(index, { name: ['plain', 'ä€😀', '\ud800', 'z'.repeat(70_000)][index % 4] }),
  )
  for (const [index, body] of BODIES.entries()) appendFrame(segment, heads[index] as FrameHead, body)
  closeSegment(segment)
  const piece = readFileSync(segment.path)
  expect(piece.byteLength).toBe(segment.length)
  const { frames, consumed, damaged } = readFrames(piece)
  expect({ consumed, damaged }).toEqual({ consumed: piece.byteLength, damaged: 0 })
  expect(frames.map(({ head }) => JSON.stringify(head))).toEqual(heads.map((head) => JSON.stringify(head)))
  for (const [index, { start, end }] of frames.entries()) {
    expect(piece.subarray(start, end).equals(bytesOf(BODIES[index]))).toBe(true)
  }
})

test('a frame as large as the scratch memory, and one byte around it', () => {
  const segment = openSegment(folder, 't0', 2)
  const sizes = [-130, -100, -70, -1, 0, 1].flatMap((by) => [512 * 1024 + by, 64 * 1024 + by])
  for (const [index, size] of sizes.entries()) appendFrame(segment, headOf(index), Buffer.alloc(size, index))
  closeSegment(segment)
  const { frames, damaged } = readFrames(readFileSync(segment.path))
  expect(damaged).toBe(0)
  expect(frames.map(({ start, end }) => end - start)).toEqual(sizes)
})
