// What a record weighs in a batch: a stream's many events are not what is sent, and no text is forgotten.
import { expect, test } from 'vitest'
import type { CallRecord } from '../../../src/record.ts'
import { bytesOf } from '../../../src/shipper/weight.ts'

const bytes = (length: number) => new Uint8Array(length)
const record = (stream: boolean, body: CallRecord['response']['body']) => ({ stream, response: { body } }) as CallRecord
const EVENTS = 60_000

test('a stream weighs what was made of it', () => {
  const said = { choices: [{ message: { content: 'x'.repeat(1000) } }] }
  const weight = bytesOf(record(true, said), { request: bytes(500), answer: bytes(EVENTS) })
  expect(weight).toBeGreaterThan(1500)
  expect(weight).toBeLessThan(5000)
})

test('and never more than its events', () => {
  const weight = bytesOf(record(true, 'x'.repeat(100_000)), { request: bytes(500), answer: bytes(EVENTS) })
  expect(weight).toBeLessThan(EVENTS + 5000)
})

test('an answer that was one text weighs its bytes', () => {
  expect(bytesOf(record(false, null), { request: bytes(500), answer: bytes(EVENTS) })).toBeGreaterThan(EVENTS)
})
