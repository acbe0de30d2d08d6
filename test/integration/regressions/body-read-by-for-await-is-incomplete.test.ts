// Node's stream iterators carry `next` themselves, not on a prototype: a body read by `for await` was never seen to end.
import { expect, test } from 'vitest'
import { runNode } from '../run.ts'

test.each(['5.23.2', '6.49.0'])('on openai %s', async (openai) => {
  const run = await runNode({ app: 'chat-stream.mjs', openai })
  expect(run.records).toMatchObject([{ status: 'ok', stream: true, chunk_count: run.served[0]?.chunks }])
  expect(run.records[0]?.response.body).toEqual(run.served[0]?.equivalent)
})
