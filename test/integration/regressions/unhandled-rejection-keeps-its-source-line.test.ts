// Reading error.stack made V8 forget where the error came from: Node printed its own file instead.
import { expect, test } from 'vitest'
import { expectSame } from '../compare.ts'
import { runTwice } from '../run.ts'

test.each(['4.104.0', '6.49.0'])('on openai %s', async (openai) => {
  const { bare, hooked } = await runTwice({ app: 'unhandled-rejection.mjs', openai })
  expect(bare.stdout + bare.stderr).not.toBe('')
  expectSame(bare, hooked)
})
