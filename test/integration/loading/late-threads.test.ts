// A program that gets to Node's threads only after openai: the memory its threads share is made in that moment
// (`beforeBuiltin` of src/hook/install.ts), so that they have one session.
import { expect, test } from 'vitest'
import { runNode } from '../run.ts'

test.each([
  { node: '20', how: 'import' },
  { node: '24', how: 'import' },
  { node: '24', how: 'require' },
])('Node $node: threads by a late $how are of one session', async ({ node, how }) => {
  const run = await runNode({ app: 'threads-late.mjs', node, args: [how] })
  expect(run.code).toBe(0)
  expect(run.records.length).toBe(100)
  expect(new Set(run.records.map((record) => record.trace_id)).size).toBe(1)
})
