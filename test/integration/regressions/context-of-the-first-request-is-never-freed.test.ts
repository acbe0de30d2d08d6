// What we open with the first call (a thread, its ports, timers) once kept that call's AsyncLocalStorage contexts for as long as the
// process lived: a request with all it held, in jest the whole realm of a test file.
import { expect, test } from 'vitest'
import { expectSame } from '../compare.ts'
import { runTwice } from '../run.ts'

test.each(['20', '24'])('contexts of answered requests are freed, on Node %s', async (node) => {
  const { bare, hooked } = await runTwice({ app: 'request-context.mjs', node, nodeArgs: ['--expose-gc'] })
  expect(bare.stdout).toBe('freed freed freed\n')
  expectSame(bare, hooked)
  expect(hooked.records).toHaveLength(3)
})
