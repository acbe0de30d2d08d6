// A `fetch` of the program's that had sent at once sixteen times was watched as Node's own from then on; a request that it then made late, through
// a gateway or for a second time was recorded as a call of its own.
import { expect, test } from 'vitest'
import { expectSame } from '../compare.ts'
import { PATIENT, runTwice } from '../run.ts'

test.each(['6.49.0@20', '6.49.0@24', '5.23.2@22', '7.59.0@26'])('each call once, openai %s', async (version) => {
  const [openai = '', node = ''] = version.split('@')
  const { bare, hooked } = await runTwice({ app: 'fetch-turns-late.mjs', openai, node, env: PATIENT })
  expectSame(bare, hooked, { concurrent: true })
  expect(hooked.records).toHaveLength(Number(hooked.stdout))
  expect(new Set(hooked.records.map((record) => record.seen_by))).toEqual(new Set(['patch']))
  expect(new Set(hooked.records.map((record) => record.status))).toEqual(new Set(['ok']))
})
