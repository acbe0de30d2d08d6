// A list of names ages with each release of the SDK: calls of a model by other endpoints were left out, and without tokens when all was
// captured.
import { expect, test } from 'vitest'
import { PATIENT, runNode } from '../run.ts'

const CALLS = [
  ['decisions.create', 4],
  ['videos.create', null],
  ['videos.remix', null],
  ['rerank.create', 4],
  ['threads.runs.create', null],
  ['agents.sessions.create', null],
  ['fine_tuning.alpha.graders.run', null],
  ['new.named.create', null],
  ['new.counted.create', 4],
  ['new.answered.create', null],
]
const MANAGED = [
  ['new.managed.create', null],
  ['assistants.create', null],
  ['chat.completions.update', null],
  ['responses.input_tokens', null],
  ['chat.completions.retrieve', null],
]

test.each(['4.104.0', '6.49.0', '7.59.0@24'])('a model call is told by what it says, openai %s', async (version) => {
  const [openai = '', node = '20'] = version.split('@')
  const { stdout, records } = await runNode({ app: 'new-endpoints.mjs', openai, node, env: PATIENT })
  expect(stdout).toBe('done\n')
  expect(records.map(({ method, usage }) => [method, usage.total_tokens])).toEqual(CALLS)
})

test('all of them with NEATLOGS_CAPTURE=all, tokens of calls only', async () => {
  const { records } = await runNode({ app: 'new-endpoints.mjs', env: { ...PATIENT, NEATLOGS_CAPTURE: 'all' } })
  expect(records.map(({ method, usage }) => [method, usage.total_tokens])).toEqual([...CALLS, ...MANAGED])
})
