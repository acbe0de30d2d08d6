// A head of the wrong kinds throughout: only a planted lane has one. The call is told of, without content.
import { expect, test } from 'vitest'
import { decodeCall } from '../../../src/decode/decode.ts'
import { encodeLine } from '../../../src/destinations/line.ts'
import { inputOf } from './input.ts'

const ODD: readonly [what: string, parts: object][] = [
  ['an attempt that is null', { close: { attempts: [null] } }],
  ['a duration that is an object', { close: { ms: { toString: 1 } } }],
  ['an HTTP status that is an object', { close: { httpStatus: [{ toString: 1 }] } }],
  ['a header that is a number', { close: { headers: { 'content-type': 7 } } }],
  ['an error that is null', { close: { error: null } }],
  ['a status that is an object', { close: { httpStatus: { toString: 1 }, error: { message: { a: 1 }, code: [1] } } }],
  ['a URL that is a list', { open: { url: [], ctx: { tags: 5, metadata: 'x' } } }],
  ['a lane of nothing', { lane: { tags: null, metadata: null, service: {}, hostname: 4, traceId: {} } }],
]

test.each(ODD)('%s', (_, parts) => {
  const record = decodeCall(inputOf({ request: { model: 'm' }, answer: { id: 'c' }, ...parts }))
  expect(record).toMatchObject({ schema: 1, id: expect.any(String), status: expect.any(String) })
  expect(encodeLine(record)).toContain('"schema":1')
  expect(JSON.stringify(record).length).toBeLessThan(20_000)
})
