// A custom fetch that freezes its Response made our `clone` fail and a warning appear on the program's stderr.
import { expect, test } from 'vitest'
import { runTwice } from '../run.ts'

test('nothing is printed', async () => {
  const { bare, hooked } = await runTwice({ app: 'custom-fetch.mjs', env: { NEATLOGS_EXPORTER: 'file' } })
  expect([hooked.stdout, hooked.stderr]).toEqual([bare.stdout, bare.stderr])
  expect(hooked.records.length).toBeGreaterThan(0)
})
