// Beside a slow server a worker of jest waited up to two seconds at its exit; jest ends a worker after half a second, and prints
// "A worker process has failed to exit gracefully". The server here never answers, and the limit is a minute.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startNeatlogs } from '../../../fixtures/servers/neatlogs.mjs'
import { runNode } from '../run.ts'

test('a worker of jest does not wait for its server', async () => {
  const neatlogs = await startNeatlogs({ faults: { hang: true } })
  const env = {
    NEATLOGS_API_KEY: 'nl-test-key-0001',
    NEATLOGS_ENDPOINT: neatlogs.url,
    NEATLOGS_EXIT_TIMEOUT_MS: '60000',
  }
  const run = await runNode({ app: 'jest-worker.mjs', how: 'env', env })
  await neatlogs.close()
  expect(run.stdout).toMatch(/ended 0 null\n$/)
  expect(readdirSync(join(run.dir, 'lanes'))).toHaveLength(1) // on disk, for the next program
})
