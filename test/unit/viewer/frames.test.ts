import { describe, expect, test } from 'vitest'
import { readFrames as readSpoolFrames } from '../../../src/spool/read.ts'
import { readFrames } from '../../../src/viewer/frames.ts'

function frame(id: string, body: string): Buffer {
  return Buffer.from(`${JSON.stringify({ bytes: Buffer.byteLength(body), t: 'open', id })}\n${body}\n`)
}

// The command line gives the spool's reader; both must read the same segments alike.
describe.each([
  ['the viewer’s reader', readFrames],
  ['the spool’s reader', readSpoolFrames],
])('%s', (_name, read) => {
  const idsIn = (bytes: Buffer) => read(bytes).frames.map(({ head }) => ('id' in head ? head.id : ''))

  test('reads whole frames whose bodies hold newlines and braces', () => {
    const bytes = Buffer.concat([frame('a', '{"x":\n1}\n'), frame('b', ''), frame('c', 'ü')])
    const { frames, consumed } = read(bytes)
    expect(frames.map(({ start, end }) => bytes.toString('utf8', start, end))).toEqual(['{"x":\n1}\n', '', 'ü'])
    expect(consumed).toBe(bytes.length)
  })

  test('stops before a torn frame, wherever it is torn', () => {
    const whole = frame('a', 'body')
    const torn = frame('b', 'more of it')
    for (let length = 0; length < torn.length; length++) {
      const { frames, consumed } = read(Buffer.concat([whole, torn.subarray(0, length)]))
      expect(frames).toHaveLength(1)
      expect(consumed).toBe(whole.length)
    }
  })

  test('passes over damage and zeros', () => {
    expect(idsIn(Buffer.concat([frame('a', '1'), Buffer.alloc(64)]))).toEqual(['a'])
    expect(idsIn(Buffer.concat([frame('a', '1'), Buffer.from('garbage\n'), frame('b', '2')]))).toEqual(['a', 'b'])
  })
})
