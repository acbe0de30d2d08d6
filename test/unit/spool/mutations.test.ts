// Damage costs the frames it touches, and no others: a byte that is wrong, bytes that are gone, zeroed or foreign.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Tail } from '../../../src/shipper/tail.ts'
import { readFrames } from '../../../src/spool/read.ts'
import { appendFrame, closeSegment, openSegment } from '../../../src/spool/segment.ts'
import { closeHead, openHead } from '../shipper/frames.ts'

const CALLS = 20

/** A segment of frames of many sizes, one of which holds the text of a frame. */
function makeSegment(): { lane: string; path: string; bytes: Buffer; ends: number[]; ids: string[] } {
  const lane = mkdtempSync(join(tmpdir(), 'neatlogs-mutations-'))
  const segment = openSegment(lane, 't0', 1)
  const ends: number[] = []
  const ids: string[] = []
  for (let index = 0; index < CALLS; index++) {
    const body =
      index % 7 === 3
        ? JSON.stringify('\n{"bytes":5,"t":"open","id":"quoted"}\nabcde\n')
        : `${index}`.repeat(index * 40)
    for (const head of [openHead(`c${index}`), closeHead(`c${index}`)]) {
      appendFrame(segment, head, body)
      ends.push(segment.length)
      ids.push(`${head.t} ${head.id}`)
    }
  }
  closeSegment(segment)
  return { lane, path: segment.path, bytes: readFileSync(segment.path), ends, ids }
}

const { bytes, ends, ids, lane, path } = makeSegment()

/** The frames that `from` to `to` do not touch. */
function untouched(from: number, to: number): string[] {
  return ids.filter((_, index) => (ends[index] ?? 0) <= from || (ends[index - 1] ?? 0) >= to)
}

function read(mutated: Buffer): string[] {
  return readFrames(mutated, mutated.length).frames.map(({ head }) => `${head.t} ${head.id}`)
}

test('one wrong byte', () => {
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const mutated = Buffer.from(bytes)
      mutated[at] = ((mutated[at] ?? 0) + by) % 256
      const found = read(mutated)
      expect(untouched(at, at + 1).filter((id) => !found.includes(id))).toEqual([])
      expect(found.filter((id) => id.endsWith('quoted'))).toEqual([])
    }),
    { numRuns: 3000 },
  )
})

test('a wrong digit in a length', () => {
  for (const match of bytes.toString('latin1').matchAll(/\{"bytes":(\d+),"t"/g)) {
    for (let digit = 0; digit < (match[1] ?? '').length; digit++) {
      const at = match.index + 9 + digit
      const mutated = Buffer.from(bytes)
      mutated[at] = mutated[at] === 0x39 ? 0x31 : 0x39
      const found = read(mutated)
      expect(untouched(at, at + 1).filter((id) => !found.includes(id))).toEqual([])
    }
  }
})

test('bytes that are zeroed or cut out', () => {
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 3000 }), fc.boolean(), (at, length, isCut) => {
      const end = Math.min(bytes.length, at + length)
      const middle = isCut ? Buffer.alloc(0) : Buffer.alloc(end - at)
      const found = read(Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(end)]))
      expect(untouched(at, end).filter((id) => !found.includes(id))).toEqual([])
    }),
    { numRuns: 1000 },
  )
})

test('an unfinished frame in a segment that is not written any more is passed over, and counted; in another it is waited for', () => {
  const start = ends[19] ?? 0
  const rest = bytes.toString('latin1', start).replace(/^\{"bytes":\d+/, '{"bytes":99999')
  writeFileSync(path, Buffer.concat([bytes.subarray(0, start), Buffer.from(rest, 'latin1')]))
  const readAll = (isDead: boolean): { count: number; damaged: number } => {
    const tail = new Tail(lane, 'file', isDead)
    let count = 0
    for (let frames = tail.read(); frames.length > 0; frames = tail.read()) count += frames.length
    const damaged = tail.takeDamaged()
    tail.close()
    return { count, damaged }
  }
  const dead = readAll(true)
  expect(dead.count).toBe(2 * CALLS - 1)
  expect(dead.damaged).toBeGreaterThan(0)
  expect(readAll(false).count).toBeLessThan(2 * CALLS - 1)
})
