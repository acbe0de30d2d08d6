// shimmer's __original, __wrapped and __unwrap showed on the prototype; async methods became plain ones.
import { expect, test } from 'vitest'
import { expectSame } from '../compare.ts'
import { runTwice } from '../run.ts'

test.each(['4.104.0', '6.49.0'])('on openai %s', async (openai) => {
  const { bare, hooked } = await runTwice({ app: 'introspect.mjs', openai })
  expect(bare.stdout + bare.stderr).not.toBe('')
  expectSame(bare, hooked)
})
