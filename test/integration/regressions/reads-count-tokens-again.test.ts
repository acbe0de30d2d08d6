// `responses.create` and two `responses.retrieve` gave three times the tokens: a read repeats what the call has told. Of an answer made
// in the background the first that has tokens counts, whichever process got it.
import { expect, test } from 'vitest'
import { PATIENT, runNode } from '../run.ts'

test.each(['5.23.2', '6.49.0', '7.59.0@24'])('tokens count once, openai %s', async (version) => {
  const [openai = '', node = '20'] = version.split('@')
  const { stdout, records } = await runNode({ app: 'polled.mjs', openai, node, how: 'env', env: PATIENT })
  expect(stdout).toBe('34\n')
  const far = records.filter(({ response }) => response.id === 'resp_far')
  expect(far.map(({ operation }) => operation).sort()).toEqual([...Array(5).fill('fetch_response'), 'responses'])
  const near = records.filter(({ response }) => response.id === 'resp_near')
  const run = records.filter(({ response }) => response.id === 'run_1')
  expect(near.map(({ operation, usage }) => [operation, usage.total_tokens])).toEqual([
    ['fetch_response', null],
    ['fetch_response', null],
  ])
  for (const made of [far, run]) {
    expect(made.flatMap(({ usage }) => (usage.total_tokens === null ? [] : [usage.total_tokens]))).toEqual([34])
  }
  expect(run.map(({ method }) => method)).toEqual([
    'threads.runs.create',
    'threads.runs.retrieve',
    'threads.runs.retrieve',
  ])
})
