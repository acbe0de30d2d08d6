// Node 26: `Readable.fromWeb(response.body)` (an answer saved, piped to Express) reads the stream by its slots and no method of a reader; the
// record was `incomplete` with no body.
import { expect, test } from 'vitest'
import { expectSame } from '../compare.ts'
import { PATIENT, runTwice } from '../run.ts'

test.each(['6.49.0@22', '6.49.0@26', '7.59.0@24', '7.59.0@26'])(
  'the answer is what was served, openai %s',
  async (version) => {
    const [openai = '', node = ''] = version.split('@')
    const { bare, hooked } = await runTwice({ app: 'from-web.mjs', openai, node, env: PATIENT })
    expectSame(bare, hooked)
    const { records, served } = hooked
    const statuses = ['ok', 'ok', 'ok', 'ok', 'ok', 'aborted']
    expect(records.slice(0, 6).map(({ status }) => status)).toEqual(statuses)
    for (const [index, one] of served.slice(0, 5).entries()) {
      const expected: unknown = one.equivalent ?? JSON.parse(String(one.responseBody))
      expect(records[index]?.response.body, one.scenario).toEqual(expected)
    }
    expect(records[6]).toMatchObject({ status: 'error', response: { body: expect.stringContaining('{"id"') } })
  },
)
