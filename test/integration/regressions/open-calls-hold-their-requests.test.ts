// Symptom: 1,000 open streams with prompts of 300 KB held 605 MB: a call held the SDK's options, and with them the request, until its answer
// had ended, although the text was on disk and nobody needed it any more.
import { expect, test } from 'vitest'
import { runTwice } from '../run.ts'

const CALLS = 100
/** 100 prompts of 100 KB are 10 MB, as text alone. */
const MOST_MB = 3

const runs = [
  { openai: '4.104.0', kind: 'streams' },
  { openai: '6.49.0', kind: 'streams' },
  { openai: '7.57.0', kind: 'unread' },
]

test.each(runs)(
  'openai $openai, $kind: the request is let go once it is on disk and the head has come',
  async ({ openai, kind }) => {
    const { bare, hooked } = await runTwice({
      app: 'held-memory.mjs',
      openai,
      node: '22',
      nodeArgs: ['--expose-gc'],
      args: [kind, String(CALLS)],
    })
    const [without, with_] = [bare, hooked].map(({ stdout }) => JSON.parse(stdout) as { mb: number; kept: number })
    expect(with_?.kept).toBe(CALLS + 1)
    expect((with_?.mb ?? 0) - (without?.mb ?? 0)).toBeLessThan(MOST_MB)
    expect(hooked.records).toHaveLength(CALLS + 1)
    expect(hooked.records.every(({ request }) => JSON.stringify(request.body).length > 90_000)).toBe(true)
  },
)
