// A second `client.request()` with the very options object of a call whose answer is still unread was taken for a retry of it: the
// first call's answer was thrown away, and the second had none.
import { expect, test } from 'vitest'
import { expectRecorded } from '../recorded.ts'
import { runTwice } from '../run.ts'

test.each(['4.104.0', '6.49.0'])('each has its own record, openai %s', async (openai) => {
  const { bare, hooked } = await runTwice({ app: 'same-options.mjs', openai })
  expect(hooked.stdout).toBe(bare.stdout)
  expectRecorded(hooked)
  expect(hooked.records.map(({ status, attempts }) => [status, attempts.length])).toEqual([
    ['ok', 1],
    ['ok', 1],
  ])
})
