// A segment's bytes: one head line, the announced bytes, one newline, and nothing of a frame that could not be written whole.
import { closeSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { FrameBody } from '../../../src/frame.ts'
import { checksum } from '../../../src/spool/checksum.ts'
import {
  appendFrame,
  closeSegment,
  nextNumber,
  noteFrame,
  openSegment,
  type Segment,
} from '../../../src/spool/segment.ts'
import { closeHead, newLane, partHead } from '../shipper/frames.ts'

function written(...bodies: readonly (FrameBody | undefined)[]): { text: string; segment: Segment } {
  const segment = openSegment(newLane(), 't0', 1)
  for (const body of bodies) appendFrame(segment, partHead('a'), body)
  closeSegment(segment)
  return { text: readFileSync(segment.path, 'latin1'), segment }
}

const headLine = (bytes: number, head: object, body: string): string => {
  const text = JSON.stringify(head)
  return `{"bytes":${bytes},${text.slice(1, -1)},"sum":${checksum(text, Buffer.from(body, 'latin1'))}}\n`
}
const frame = (bytes: number, body: string): string => `${headLine(bytes, partHead('a'), body)}${body}\n`

test.each([
  ['no body', undefined, frame(0, '')],
  ['text', 'é', frame(2, 'Ã©')],
  ['bytes', Uint8Array.of(0, 10, 255), frame(3, '\0\n\xff')],
  ['several pieces', [Uint8Array.of(65), Uint8Array.of(), Uint8Array.of(66)], frame(2, 'AB')],
])('%s', (_, body, expected) => {
  const { text, segment } = written(body, body)
  expect(text).toBe(expected + expected)
  expect(segment.length).toBe(2 * expected.length)
})

// The buffer that small frames share has 512 KiB; what it could not hold goes another way, byte for byte the same.
test.each([65_536, 262_000, 349_000, 349_600, 524_000, 524_300])('a body of %i bytes', (length) => {
  const text = 'é'.repeat(length / 2)
  const bytes = Buffer.from(text)
  expect(written(text).text).toBe(frame(length, bytes.toString('latin1')))
  expect(written([bytes.subarray(0, 9), bytes.subarray(9)]).text).toBe(frame(length, bytes.toString('latin1')))
  expect(written(text, 'x').segment.length).toBe(frame(length, bytes.toString('latin1')).length + frame(1, 'x').length)
})

// Heads and bodies beyond ASCII, a sum and a length of any number of digits, short texts and long ones, summed whole or at their ends.
test.each([0, 1, 9, 10, 99, 100, 999, 1000, 2047, 2048, 2049, 4095, 4096, 4097, 9999, 10_000])(
  '%i characters',
  (length) => {
    const segment = openSegment(newLane(), 't0', 1)
    const heads = [closeHead('a'), { ...closeHead('a'), headers: { é: '\u201cé\u201d' } }]
    const bodies = ['x', 'é', '\u201c', '\ud800'].map((character) => character.repeat(length))
    let expected = ''
    for (const head of heads) {
      for (const body of bodies) {
        for (const given of [body, Buffer.from(body), [Buffer.from(body), Buffer.from(body)]]) {
          const bytes = Array.isArray(given) ? Buffer.concat(given) : Buffer.from(given)
          appendFrame(segment, head, given)
          expected += `${headLine(bytes.length, head, bytes.toString('latin1'))}${bytes.toString('utf8')}\n`
        }
      }
    }
    closeSegment(segment)
    expect(readFileSync(segment.path, 'utf8') === expected).toBe(true)
  },
)

test('a head longer than the shared buffer', () => {
  const head = { ...closeHead('a'), headers: { long: 'é'.repeat(200_000) } }
  const segment = openSegment(newLane(), 't0', 1)
  appendFrame(segment, head, 'x')
  expect(readFileSync(segment.path, 'utf8')).toBe(`${headLine(1, head, 'x')}x\n`)
  closeSegment(segment)
})

test('a frame that cannot be written throws and leaves the segment as it was', () => {
  const segment = openSegment(newLane(), 't0', 1)
  appendFrame(segment, partHead('a'), 'x')
  const readOnly = { ...segment, fd: openSync(segment.path, 'r') }
  expect(() => appendFrame(readOnly, partHead('b'), 'y')).toThrow('EBADF')
  expect(readOnly.length).toBe(segment.length)
  closeSync(readOnly.fd)
  appendFrame(segment, partHead('a'), 'z')
  expect(readFileSync(segment.path, 'utf8')).toBe(frame(1, 'x') + frame(1, 'z'))
  closeSegment(segment)
  expect(() => appendFrame(segment, partHead('a'), 'x')).toThrow('EBADF')
})

test('a segment is for its owner alone, and never one that is there', () => {
  const lane = newLane()
  const { path, ...segment } = openSegment(lane, 't3', 12)
  expect(path).toBe(join(lane, 't3-00000012.seg'))
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(() => openSegment(lane, 't3', 12)).toThrow('EEXIST')
  closeSegment({ path, ...segment })
})

test('a writer goes on behind its own last number, whatever others have', () => {
  const lane = newLane()
  expect(nextNumber(lane, 'w0')).toBe(1)
  for (const name of ['w0-00000002.seg', 'w0-00000011.seg', 'w01-00000090.seg', 't0-00000050.seg', 'lane.json']) {
    writeFileSync(join(lane, name), '')
  }
  expect(nextNumber(lane, 'w0')).toBe(12)
})

test('a note is a whole frame, in a file that may be new', () => {
  const path = join(newLane(), 'xab-00000001.seg')
  const lost = { t: 'lost', id: 'a', count: 3, reason: 'cap' } as const
  noteFrame(path, lost)
  noteFrame(path, lost)
  const line = `${headLine(0, lost, '')}\n`
  expect(readFileSync(path, 'utf8')).toBe(line + line)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})
