// What costs too much is found before it is parsed, whatever its shape; what does not is left alone.
import { describe, expect, test } from 'vitest'
import { decodeCall } from '../../../src/decode/decode.ts'
import { cutStream, isLongStream, isOversize } from '../../../src/decode/oversize.ts'
import { parseSse } from '../../../src/decode/sse.ts'
import { CLOSE, inputOf, type Parts, SSE_HEADERS } from './input.ts'

const decode = ({ isDeadly = false, ...parts }: Parts & { readonly isDeadly?: boolean }) =>
  decodeCall({ ...inputOf(parts), isDeadly })

const MIB = 1024 * 1024
const of = (unit: string, bytes: number): Buffer => Buffer.from(`[${unit.repeat(bytes / unit.length)}0]`)

describe('isOversize', () => {
  test.each([
    ['objects', '{},', 3],
    ['arrays', '[],', 3],
    ['nesting', '[[[[]]]],', 3],
    ['fields', '{"a":1},', 6],
    ['numbers', '1,', 6],
    ['lines', '0,\n', 6],
    ['text with structure behind an unpaired quote', '"\n{},{},', 6],
    ['text with structure behind an escaped line end', '"\\\n{},{},', 6],
    ['two-byte text', '"ü",', 20],
    ['one long text', 'x', 40],
  ])('%s', (_name, unit, mib) => {
    expect(isOversize(of(unit, mib * MIB))).toBe(true)
  })

  test.each([
    ['less than a MiB of anything', '{},', 0.9],
    ['pictures in base64', '"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"', 24],
    ['structure inside of a text', '\\"{},{},{},[],[],', 0],
    ['embeddings', '-0.012345678,', 12],
  ])('not %s', (_name, unit, mib) => {
    const bytes = mib === 0 ? Buffer.from(JSON.stringify(unit.repeat(100_000))) : of(unit, mib * MIB)
    expect(isOversize(bytes)).toBe(false)
  })
})

describe('cutStream', () => {
  const event = (text: string, end = '\n\n'): string =>
    `data: {"choices":[{"index":0,"delta":{"content":"${text}"}}]}${end}`

  test.each(['\n\n', '\r\n\r\n'])('whole events at both ends, the others counted (%j)', (end) => {
    const count = 300_000
    const bytes = Buffer.from(event('a', end).repeat(count - 1) + event('z', end))
    expect(isLongStream(bytes)).toBe(true)
    const { head, tail, skippedCount } = cutStream(bytes)
    const first = parseSse(head.toString())
    const last = parseSse(tail.toString())
    expect([first.malformed, last.malformed]).toEqual([null, null])
    expect(first.count + skippedCount + last.count).toBe(count)
    expect(tail.toString().endsWith(event('z', end))).toBe(true)
    expect(isLongStream(Buffer.concat([head, tail]).subarray(0, head.length))).toBe(false)
  })

  test('one event that is too long alone: no head', () => {
    const bytes = Buffer.from(`data: [${'{},'.repeat(2 * MIB)}{}]\n\n`)
    expect(cutStream(bytes).head.byteLength).toBe(0)
  })
})

describe('a record of it', () => {
  const answer = of('{},', 3 * MIB)

  test('begins as the body did, tells its bytes, and fits', () => {
    const record = decode({ answer, request: answer, options: { maxBodyBytes: 5000 } })
    expect(record.truncated).toEqual(['/request/body', '/response/body'])
    for (const body of [record.request.body, record.response.body]) {
      expect(body).toMatch(/^\[\{\},\{\}.*\[cut: \d+ bytes, sha256 [0-9a-f]{64}\]$/)
      expect(JSON.stringify(body).length).toBeLessThanOrEqual(5000)
    }
  })

  test.each([
    ['redaction', { options: { redact: ['response.secret'] } }],
    ['a call that has ended a shipper', { isDeadly: true }],
  ])('keeps nothing of the text under %s', (_name, parts) => {
    const text = Buffer.from(`{"secret":"hush","x":[${'{},'.repeat(MIB)}{}]}`)
    const record = decode({ answer: text, request: text, ...parts })
    expect(record.response.body).toMatch(/^…\[cut: \d+ bytes, sha256 [0-9a-f]{64}\]$/)
    expect(JSON.stringify(record)).not.toContain('hush')
    expect(record.truncated).toEqual(['/request/body', '/response/body'])
  })

  test('a call that has ended a shipper is not parsed, however small', () => {
    const record = decode({ request: { model: 'm' }, answer: { model: 'm' }, isDeadly: true })
    expect(record).toMatchObject({ request: { model: null }, response: { model: null }, status: 'ok' })
  })

  test('a stream counts all its events', () => {
    const bytes = Buffer.from('data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n'.repeat(300_000))
    const record = decode({ answer: bytes, close: { headers: { ...CLOSE.headers, ...SSE_HEADERS } } })
    expect(record).toMatchObject({ chunk_count: 300_000, truncated: ['/response/body'] })
  })
})
