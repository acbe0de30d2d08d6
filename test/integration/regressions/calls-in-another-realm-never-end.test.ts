// A class of another realm (vm.createContext, jest) gives promises of that realm: `instanceof Promise` passed them by, so no answer was
// seen and every call was `incomplete`, and kept in memory, until the process ended.
import { expect, test } from 'vitest'
import { expectRecorded } from '../recorded.ts'
import { runNode } from '../run.ts'

test.each(['5.23.2', '6.49.0', '7.59.0'])(
  'answers of a client made in another realm are recorded, openai %s',
  async (openai) => {
    const run = await runNode({ app: 'other-realm.cjs', openai })
    expect(run.stdout).toContain('Say hi.')
    expectRecorded(run)
    expect(run.records.map(({ status }) => status)).toEqual(['ok', 'ok', 'error'])
  },
)
