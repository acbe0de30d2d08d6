// Frameworks that reach openai in their own way, one folder of fixtures/programs each: a program run without and with the hook
// cannot be told apart, and its records say what the server served.
import { describe, expect, test } from 'vitest'
import { expectSame, type SameOptions } from '../integration/compare.ts'
import { expectRecorded } from '../integration/recorded.ts'
import { PATIENT, runTwice } from '../integration/run.ts'

interface Row extends SameOptions {
  readonly app: string
  readonly folder: string
  /** Calls of the program; each is one attempt. */
  readonly calls: number
  readonly mayBeLeft?: boolean
}

const ROWS: readonly Row[] = [
  // Its own log lines hold the time.
  { app: 'instructor.mjs', folder: 'instructor', calls: 6, ignore: /\d{4}-\d\d-\d\dT[\d:.]+Z/g },
  { app: 'llamaindex.mjs', folder: 'llamaindex', calls: 10 },
  { app: 'fastify-handler.mjs', folder: 'fastify', calls: 9, concurrent: true, mayBeLeft: true },
]

// Node 20 hooks in a thread of its own, 24 in the program's.
describe.each(ROWS)('$app', ({ app, folder, calls, mayBeLeft, ...same }) => {
  test.each(['20', '24'])('on Node %s', async (node) => {
    const { bare, hooked } = await runTwice({ app, openai: `programs/${folder}`, node, how: 'env', env: PATIENT })
    expectSame(bare, hooked, same)
    expectRecorded(hooked, mayBeLeft)
    expect(bare.records).toHaveLength(0)
    expect(hooked.served).toHaveLength(calls)
    expect(hooked.records).toHaveLength(calls)
  })
})
