// Symptom: on Node 20 a program that started a thread while it imported a module of Node's own ended with a TypeError of Node's loader; so did, on a
// busy machine, one in a hundred that started none: Node's own thread for load hooks was taken for one of the program's.
import { expect, test } from 'vitest'
import { runNode } from '../run.ts'

const WAITS_MS = [0.3, 0.6, 0.9, 1.2, 1.6, 2, 2.5, 3]

test.each(WAITS_MS)('a thread that is started %s ms after an import began: the program goes on', async (ms) => {
  const run = await runNode({ app: 'worker-amid-import.mjs', args: [String(ms)] })
  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(run.stdout.split('\n').sort()).toEqual(['', 'function', 'thread ended 0'])
})

// Node's loader cannot require a file that imports what is just being imported; then nothing was recorded as long as the program ran.
test.each(['fs', 'os', 'crypto'])('first calls while node:%s is being imported are recorded', async (name) => {
  const env = { NEATLOGS_EXIT_TIMEOUT_MS: '30000' }
  const runs = await Promise.all(
    [0.6, 1, 1.4, 2].map((ms) => runNode({ app: 'call-amid-import.mjs', args: [String(ms), name], env })),
  )
  for (const run of runs) {
    expect(run).toMatchObject({ code: 0, stdout: 'chatcmpl-amid chatcmpl-amid\n' })
    expect(run.records.map(({ status }) => status)).toEqual(['ok', 'ok'])
  }
})
