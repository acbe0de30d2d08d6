// The SDK made an error of an answer that had come whole (content that does not fit, an empty body, a stream helper's "missing
// finish_reason"), and the record said `ok`: the program got an error.
import { expect, test } from 'vitest'
import { expectSame } from '../compare.ts'
import { PATIENT, runTwice } from '../run.ts'

test.each(['4.104.0', '5.23.2', '6.0.0', '6.49.0@24', '7.0.0@22', '7.59.0@26'])(
  'each is the error that the program got, openai %s',
  async (version) => {
    const [openai = '', node = '20'] = version.split('@')
    const { bare, hooked } = await runTwice({ app: 'late-errors.mjs', openai, node, env: PATIENT })
    expectSame(bare, hooked)
    const printed = hooked.stdout.trimEnd().split('\n')
    const told = printed.map((line) => {
      const [, type, message] = /: threw (\w+): (.*) \{[^{]*\}$/.exec(line) ?? []
      return type === undefined ? { status: 'ok', error: null } : { status: 'error', error: { type, message } }
    })
    expect(printed.filter((line) => line.includes('threw')).length).toBeGreaterThanOrEqual(7)
    expect(hooked.records.map(({ status, error }) => ({ status, error }))).toMatchObject(told)
  },
)
