// The net: whatever a server sends, every piece of text of a stream is in the record, and the record says where.
import { expect, test } from 'vitest'
import { decodeCall } from '../../../src/decode/decode.ts'
import { pieceLength } from '../../../src/decode/misfits.ts'
import { parseSse } from '../../../src/decode/sse.ts'
import type { CallRecord, Json } from '../../../src/record.ts'
import { inputOf, SSE_HEADERS } from './input.ts'
import { oddStream, randomOf } from './odd-streams.ts'

/** `NET_EVENTS=1000000 NET_SEED=7 npx vitest run test/unit/decode/net.test.ts` for the long run. */
const EVENTS = Number(process.env.NET_EVENTS ?? 20_000)
const SEED = Number(process.env.NET_SEED ?? 1)

function decode(wire: string, more: object = {}): CallRecord {
  const options = { maxBodyBytes: 64 * 1024 * 1024, ...more }
  return decodeCall(inputOf({ request: { stream: true }, answer: wire, close: { headers: SSE_HEADERS }, options }))
}

function textsOf(value: Json): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return ''
  return Object.values(value).map(textsOf).join('\n')
}

function lengthOf(value: Json): number {
  if (typeof value === 'string') return value.length
  return typeof value === 'object' && value !== null
    ? Object.values(value).reduce<number>((sum, inner) => sum + lengthOf(inner), 0)
    : 0
}

test(`${EVENTS} random and bent events: no piece of text is lost, none is fewer than was sent`, () => {
  const random = randomOf(SEED)
  let count = 0
  let kept = 0
  while (count < EVENTS) {
    const stream = oddStream(random, 40, random() < 0.3 ? 0 : random() * 0.5)
    count += stream.eventCount
    const record = decode(stream.wire)
    const { body } = record.response
    const texts = textsOf(body) + (record.error?.message ?? '')
    const lost = stream.pieces.filter((piece) => !texts.includes(piece))
    if (lost.length > 0) expect.fail(`${lost.join(' ')} of ${stream.wire}\nin ${JSON.stringify(record, null, 1)}`)
    const sent = parseSse(stream.wire).events.reduce((sum, { data }) => sum + pieceLength(data), 0)
    expect(lengthOf(body)).toBeGreaterThanOrEqual(sent)
    if (record.unplaced.length > 0) kept++
  }
  expect(kept).toBeGreaterThan(0)
})

test('streams that nobody bent are placed whole', () => {
  const random = randomOf(SEED + 1)
  for (let at = 0; at < 200; at++) {
    const { wire } = oddStream(random, 30, 0)
    if (wire.includes('future_thing')) continue
    const { unplaced, response } = decode(wire)
    expect(unplaced, JSON.stringify(response.body, null, 1)).toEqual([])
  }
})
