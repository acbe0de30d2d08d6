// Symptom: a suite that mocks the module `openai` (node:test's `mock.module`) got a line on stderr that its class has no makeRequest.
import { expect, test } from 'vitest'
import { expectSame } from '../compare.ts'
import { runTwice } from '../run.ts'

test.each(['22', '24'])('mock.module on Node %s', async (node) => {
  const nodeArgs = ['--experimental-test-module-mocks', '--no-warnings']
  const { bare, hooked } = await runTwice({ app: 'mocked-module.mjs', node, nodeArgs })
  expect(bare).toMatchObject({ code: 0, stdout: 'mocked\n' })
  expectSame(bare, hooked)
  expect(hooked.records).toEqual([])
})
