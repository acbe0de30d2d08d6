// The page of a socket session: what was said in each of its calls, one after another, and a way to each; an unknown one is told.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CallRecord } from '../../../src/record.ts'
import { makeRecords } from './records.ts'
import { eventually, openSession, type Session } from './session.ts'

let session: Session

beforeAll(async () => {
  const made = makeRecords({ count: 4, endMs: Date.now() - 1000, spanMs: 60_000 })
  const records = made.map((record, index): CallRecord => {
    const said = { type: 'message', role: 'user', content: [{ type: 'input_text', text: `Question ${index}` }] }
    const heard = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: `Answer ${index}` }] }
    const request = { model: 'gpt-realtime-2', body: { session: { instructions: 'Be brief.' }, input: [said] } }
    const response = { ...record.response, body: { object: 'realtime.response', output: [heard] } }
    const session_id = index < 3 ? 'sess_talk' : null
    return { ...record, session_id, operation: 'realtime', method: 'realtime.response', request, response }
  })
  session = await openSession(records)
})
afterAll(() => session.close())

test('a session is shown as one conversation', async () => {
  await session.go('/session/sess_talk')
  const text = () => session.page.locator('main').innerText()
  await eventually(text).toContain('Answer 2')
  const words = (await text()).match(/(?:Question|Answer) \d/g)
  expect(words).toEqual([0, 1, 2].flatMap((index) => [`Question ${index}`, `Answer ${index}`]))
  expect(await session.page.locator('main a[href*="/call/"]').count()).toBe(3)
  expect(session.problems).toEqual([])
})

test('an unknown session is told', async () => {
  await session.go('/session/sess_none')
  await eventually(() => session.page.locator('main').innerText()).toMatch(/session/i)
})
