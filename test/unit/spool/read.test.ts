// Frames read back are the frames written: any bodies, any place the bytes are cut at.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { FrameBody } from '../../../src/frame.ts'
import { readFrames } from '../../../src/spool/read.ts'
import { closeHead, newLane, writeSegment } from '../shipper/frames.ts'

const body: fc.Arbitrary<FrameBody | undefined> = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 300 }),
  fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 4 }),
  fc.constant('\n{"bytes":3,"t":"close","id":"not a frame"}\nabc\n'),
  fc.constant(undefined),
)

function bytesOf(one: FrameBody | undefined): string {
  const parts = typeof one === 'string' || one instanceof Uint8Array ? [one] : (one ?? [])
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))).toString('hex')
}

test('whole, and in two pieces', () => {
  fc.assert(
    fc.property(fc.array(body, { maxLength: 6 }), fc.nat(), (bodies, cut) => {
      const lane = newLane()
      writeSegment(
        lane,
        't0',
        1,
        bodies.map((one, index) => (one === undefined ? [closeHead(String(index))] : [closeHead(String(index)), one])),
      )
      const file = readFileSync(join(lane, 't0-00000001.seg'))
      const at = file.length === 0 ? 0 : cut % file.length
      const first = readFrames(file.subarray(0, at))
      const second = readFrames(file.subarray(first.consumed))
      const read = [
        ...first.frames.map(({ start, end }) => file.subarray(start, end)),
        ...second.frames.map(({ start, end }) => file.subarray(first.consumed + start, first.consumed + end)),
      ]
      expect(read.map((bytes) => bytes.toString('hex'))).toEqual(bodies.map(bytesOf))
      expect(first.damaged + second.damaged).toBe(0)
      expect(first.consumed + second.consumed).toBe(file.length)
    }),
    { numRuns: 60 },
  )
})
