// openai 7 gives a body its own time-out. When it sent again, bytes of the first attempt that were on disk were joined with the second
// answer; when it gave up, the call was `aborted` at exit, else ended ten seconds late.
import { expect, test } from 'vitest'
import { expectSame } from '../compare.ts'
import { PATIENT, runTwice } from '../run.ts'

const TIMED_OUT = { status: 'error', error: { type: 'APIConnectionTimeoutError', message: 'Request timed out.' } }

test('the last attempt is the answer, and a call ends when the program is told', async () => {
  const { bare, hooked } = await runTwice({ app: 'late-bodies.mjs', openai: '7.59.0', node: '22', env: PATIENT })
  expectSame(bare, hooked)
  const [again, givenUp, next, aborted, last] = hooked.records
  expect(again).toMatchObject({ status: 'ok', error: null, usage: { total_tokens: expect.any(Number) } })
  expect(again?.response.body).toEqual(JSON.parse(String(hooked.served[1]?.responseBody)))
  expect(again?.attempts).toHaveLength(2)
  expect(givenUp).toMatchObject(TIMED_OUT)
  expect(BigInt(givenUp?.ended_at ?? 0)).toBeLessThanOrEqual(BigInt(next?.started_at ?? 0))
  expect(next).toMatchObject({ status: 'ok' })
  expect(aborted).toMatchObject({ status: 'aborted', error: { type: 'APIUserAbortError' } })
  expect(last).toMatchObject(TIMED_OUT)
})
