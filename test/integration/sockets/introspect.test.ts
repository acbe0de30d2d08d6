// A program that looks at the socket classes, their instances and the sockets below them sees what it sees without us; each of its calls
// is recorded, `openai/resources/beta/responses/ws` included.
import { expect, test } from 'vitest'
import { expectSameProgram, expectServed, runSocketTwice } from './run.ts'

const COPIES = [
  { openai: '4.104.0', node: '22', count: 2 },
  { openai: '5.23.2', node: '24', count: 4 },
  { openai: '6.49.0', node: '22', count: 6 },
  { openai: '7.59.0', node: '24', count: 6 },
  { openai: '7.59.0', node: '26', count: 6 },
]

test.each(COPIES)('openai $openai, Node $node', async ({ count, ...copy }) => {
  const { bare, hooked } = await runSocketTwice({ app: 'sockets-introspect.mjs', tls: true, ...copy })
  expectSameProgram(bare, hooked)
  expect(bare.stderr).toBe('')
  expectServed(hooked.records, hooked.responses)
  expect(hooked.records).toHaveLength(count)
})
