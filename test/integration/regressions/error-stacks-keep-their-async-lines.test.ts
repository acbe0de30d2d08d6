// A second reaction on the SDK's promise cut the 'at async' lines of the user's own functions.
import { expect, test } from 'vitest'
import { expectSame } from '../compare.ts'
import { runTwice } from '../run.ts'

test.each(['4.104.0', '6.49.0'])('on openai %s', async (openai) => {
  const { bare, hooked } = await runTwice({ app: 'stack.mjs', openai })
  expect(bare.stdout + bare.stderr).not.toBe('')
  expectSame(bare, hooked)
})
