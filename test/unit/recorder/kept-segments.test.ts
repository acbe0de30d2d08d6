// Segments that are read once more for the history: those the shipper has removed, too, and no more than it gives.
import { fstatSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { framesOf } from '../../../src/recorder/kept-frames.ts'
import { type KeptSegments, keepSegments } from '../../../src/recorder/kept-segments.ts'
import { appendFrame, closeSegment, openSegment, type Segment } from '../../../src/spool/segment.ts'

const lane = mkdtempSync(join(tmpdir(), 'neatlogs-kept-'))
afterAll(() => rmSync(lane, { recursive: true, force: true }))
let number = 0

const begin = (kept: KeptSegments | null = null): Segment => {
  const segment = openSegment(lane, 't0', ++number)
  kept?.add(segment)
  return segment
}
const note = (segment: Segment, id: string, body = 'text'): void => appendFrame(segment, { t: 'part', id }, body)
const idsOf = (kept: KeptSegments): string[] => [...framesOf(kept.pieces())].map(([head]) => head.id)
const isOpen = ({ fd }: Segment): boolean => {
  try {
    return fstatSync(fd).isFile()
  } catch {
    return false
  }
}

test('frames come oldest first, of full segments and of removed files, too', () => {
  const kept = keepSegments(null)
  const first = begin(kept)
  note(first, 'a')
  expect(kept.release(first)).toBe(true)
  rmSync(first.path)
  const second = begin(kept)
  note(second, 'b')
  note(second, 'c', 'é')
  const frames = [...framesOf(kept.pieces())].map(([head, bytes]) => `${head.id} ${Buffer.from(bytes)}`)
  expect(frames).toEqual(['a text', 'b text', 'c é'])
})

test('what was in the live segment before is left out', () => {
  const live = begin()
  note(live, 'before')
  const kept = keepSegments(live)
  note(live, 'after')
  expect(idsOf(kept)).toEqual(['after'])
})

test('the oldest go, and are closed, when newer ones hold 8 MiB', () => {
  const kept = keepSegments(null)
  const full = 'x'.repeat(8 * 1024 * 1024)
  const [one, two] = [begin(kept), begin(kept)] as const
  note(one, 'one', full)
  kept.release(one)
  note(two, 'two', full)
  kept.release(two)
  expect([isOpen(one), isOpen(two)]).toEqual([true, true])
  const three = begin(kept)
  note(three, 'three')
  expect([isOpen(one), isOpen(two)]).toEqual([false, true])
  expect(idsOf(kept)).toEqual(['two', 'three'])
})

test('one that is not kept any more is closed by who filled it', () => {
  const kept = keepSegments(null)
  const one = begin(kept)
  note(one, 'one')
  note(begin(kept), 'two', 'x'.repeat(8 * 1024 * 1024))
  begin(kept)
  expect(kept.release(one)).toBe(false)
  expect(isOpen(one)).toBe(true)
  closeSegment(one)
})
