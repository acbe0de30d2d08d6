// Symptom: a program that loads openai anew (a development server) kept every copy of it: 0.9 MB each on Node 20, 0.2 MB on 24.
import { expect, test } from 'vitest'
import { expectSame } from '../compare.ts'
import { expectRecorded } from '../recorded.ts'
import { PATIENT, runTwice } from '../run.ts'

test.each(['20', '24'])('on Node %s', async (node) => {
  const { bare, hooked } = await runTwice({ app: 'reloaded.cjs', node, nodeArgs: ['--expose-gc'], env: PATIENT })
  expect(bare.stdout).toBe('they go\n')
  expectSame(bare, hooked)
  expectRecorded(hooked)
  expect(hooked.records).toHaveLength(8)
})
