// A disk that fills up within a write: what of the frame is there is cut back, and the caller is told.
import { readFileSync } from 'node:fs'
import { afterEach, expect, test, vi } from 'vitest'
import { appendFrame, closeSegment, openSegment } from '../../../src/spool/segment.ts'
import { newLane, partHead } from '../shipper/frames.ts'

const disk = vi.hoisted(() => ({ leftBytes: Number.POSITIVE_INFINITY }))

vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>()
  const writeSync = (fd: number, bytes: Uint8Array, from: number, length: number, at: number): number =>
    fs.writeSync(fd, bytes, from, Math.min(length, disk.leftBytes), at)
  const writevSync = (fd: number, parts: readonly Uint8Array[], at: number): number => {
    const whole = Buffer.concat(parts)
    return fs.writeSync(fd, whole, 0, Math.min(whole.byteLength, disk.leftBytes), at)
  }
  return { ...fs, writeSync, writevSync }
})

afterEach(() => {
  disk.leftBytes = Number.POSITIVE_INFINITY
})

test.each([
  ['a small frame', 'x'.repeat(100)],
  ['a large frame', 'x'.repeat(100_000)],
])('%s', (_, body) => {
  const segment = openSegment(newLane(), 't0', 1)
  appendFrame(segment, partHead('a'), 'first')
  const before = readFileSync(segment.path, 'utf8')
  disk.leftBytes = 40
  expect(() => appendFrame(segment, partHead('b'), body)).toThrow(expect.objectContaining({ code: 'ENOSPC' }))
  expect(readFileSync(segment.path, 'utf8')).toBe(before)
  expect(segment.length).toBe(before.length)
  disk.leftBytes = Number.POSITIVE_INFINITY
  appendFrame(segment, partHead('c'), 'last')
  expect(readFileSync(segment.path, 'utf8').slice(before.length)).toContain('last')
  closeSegment(segment)
})
