// What the user said is written down after the last `response.done`: it stands in the request of the response that it belongs to.
import { expect, test } from 'vitest'
import { expectSameProgram, expectServed, runSocketTwice } from './run.ts'

test.each(['6.49.0', '7.59.0'])('openai %s', async (openai) => {
  const { bare, hooked } = await runSocketTwice({ app: 'sockets-late-words.mjs', tls: true, openai, node: '22' })
  expect(bare.stdout).toBe('completed 0\ncompleted 0\nwritten 2\n')
  expectSameProgram(bare, hooked)
  expectServed(hooked.records, hooked.responses)
  const said = hooked.records.map(({ request }) => {
    const { input } = request.body as unknown as { input: readonly { id: string; content: readonly object[] }[] }
    return input.map(({ id, content }) => [`words of ${id}`, content[0]])
  })
  expect(said).toMatchObject(said.map(([[words] = []]) => [[words, { transcript: words, transcription_usage: {} }]]))
  expect(said).toHaveLength(2)
})
