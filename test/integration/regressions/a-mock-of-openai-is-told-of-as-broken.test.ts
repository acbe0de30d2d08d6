// Symptom: a suite that mocks the module `openai` (node:test's `mock.module`) got a line on stderr that its class has no makeRequest.
import { expect, test } from 'vitest'
import { expectSame } from '../compare.ts'
import { runTwice } from '../run.ts'

test.each(['22', '24'])('mock.module on Node %s', async (node) => {
  const nodeArgs = ['--experimental-test-module-mocks', '--no-warnings', '--test-reporter=dot', '--test']
  const { bare, hooked } = await runTwice({ app: 'mocked-module.test.mjs', node, nodeArgs, how: 'env' })
  expect(bare.code).toBe(0)
  expectSame(bare, hooked, { ignore: /duration_ms.*/g })
  expect(hooked.records).toEqual([])
})
