// What the user said is written down after the last `response.done`: it stands in the request of the response that it belongs to.
import { expect, test } from 'vitest'
import { expectSameProgram, expectServed, runSocketTwice } from './run.ts'

test.each(['6.49.0', '7.59.0'])('openai %s', async (openai) => {
  const { bare, hooked } = await runSocketTwice({ app: 'sockets-late-words.mjs', tls: true, openai, node: '22' })
  expect(bare.stdout).toBe('completed 0\ncompleted 0\nwritten 2\n')
  expectSameProgram(bare, hooked)
  expectServed(hooked.records, hooked.responses)
  const said = hooked.records.map(({ request }) => {
    const { input } = request.body as unknown as {
      input: readonly { id: string; content: readonly { transcript: string }[] }[]
    }
    return input.map(({ id, content }) => [`words of ${id}`, content[0]?.transcript])
  })
  expect(said.map((items) => items.length)).toEqual([1, 1])
  for (const [expected, transcript] of said.flat()) expect(transcript).toBe(expected)
})
