// Frames kept in memory become the calls they are of, their bytes their own.
import { expect, test } from 'vitest'
import { decodeHeld } from '../../../src/recorder/decode-held.ts'
import { cutCall, type HeldCalls, holdFrame } from '../../../src/recorder/held-call.ts'
import { CLOSE, LANE, OPEN, OPTIONS } from '../decode/input.ts'

const REQUEST = '{"model":"m","messages":[]}'
const ANSWER = '{"object":"chat.completion","choices":[]}'

test('open, parts and close in one record; the call leaves the list with its end', () => {
  const calls: HeldCalls = new Map()
  const bytes = Buffer.from(ANSWER)
  const [first, second] = [bytes.subarray(0, 9), bytes.subarray(9, 20)]
  holdFrame(calls, OPEN, REQUEST)
  holdFrame(calls, { t: 'part', id: OPEN.id }, first)
  holdFrame(calls, { t: 'part', id: OPEN.id }, [second.subarray(0, 3), second.subarray(3)])
  const rest = bytes.toString('utf8', 20)
  bytes.fill(0)
  const call = holdFrame(calls, CLOSE, rest)
  expect(calls.size).toBe(0)
  expect(call?.bytes).toBe(REQUEST.length * 2 + 20 + rest.length * 2)
  const record = call && decodeHeld(call, LANE, OPTIONS)
  expect(record).toMatchObject({
    id: OPEN.id,
    status: 'ok',
    request: { body: JSON.parse(REQUEST) },
    response: { body: JSON.parse(ANSWER) },
  })
})

test('what an attempt before the last one had brought is no part of the answer', () => {
  const calls: HeldCalls = new Map()
  holdFrame(calls, OPEN, REQUEST)
  holdFrame(calls, { t: 'part', id: OPEN.id, attempt: 0 }, ANSWER.slice(0, 9))
  const attempt = { at: 0, ms: 1, status: 200 }
  const call = holdFrame(calls, { ...CLOSE, attempts: [attempt, attempt] }, ANSWER)
  expect(call && decodeHeld(call, LANE, OPTIONS).response.body).toEqual(JSON.parse(ANSWER))
})

test('one that has not ended is told as such', () => {
  const calls: HeldCalls = new Map()
  const call = holdFrame(calls, OPEN, new TextEncoder().encode(REQUEST))
  expect(call && decodeHeld(call, LANE, OPTIONS)).toMatchObject({ status: 'incomplete', request: { model: 'm' } })
  expect(calls.size).toBe(1)
})

test('frames of no known call, and losses, are nobody’s', () => {
  const calls: HeldCalls = new Map()
  expect(holdFrame(calls, CLOSE, ANSWER)).toBeNull()
  holdFrame(calls, OPEN, REQUEST)
  expect(holdFrame(calls, { t: 'lost', id: OPEN.id, count: 1, reason: 'x' }, undefined)).toBeNull()
  expect(calls.size).toBe(1)
})

test('a call that is cut keeps its times and gives up its texts, those to come too', () => {
  const calls: HeldCalls = new Map()
  const call = holdFrame(calls, OPEN, REQUEST)
  if (call) cutCall(call)
  holdFrame(calls, { t: 'part', id: OPEN.id }, ANSWER)
  const ended = holdFrame(calls, CLOSE, ANSWER)
  expect(ended?.bytes).toBe(0)
  expect(ended && decodeHeld(ended, LANE, OPTIONS)).toMatchObject({
    status: 'ok',
    request: { body: null },
    response: { body: null },
  })
})
