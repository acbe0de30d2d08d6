// axios errors without a response (abort, timeout, a cut socket) have `request.res: null`: reading its status failed beside the call.
import { expect, test } from 'vitest'
import { runNode } from '../run.ts'

test.each(['v3-calls.cjs', 'v3-errors.cjs'])('%s', async (app) => {
  const run = await runNode({ app, openai: '3.3.0', env: { NEATLOGS_EXPORTER: 'file' } })
  expect(run.stderr).toBe('')
  expect(run.records.some((record) => record.status === 'error')).toBe(true)
})
