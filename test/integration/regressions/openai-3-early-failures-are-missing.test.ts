// openai 3: a call that failed before axios had it (a parameter left out, a body that is no JSON) was no record at all.
import { expect, test } from 'vitest'
import { expectSame } from '../compare.ts'
import { PATIENT, runTwice } from '../run.ts'

test('what was asked for is told, and the error that the program got', async () => {
  const { bare, hooked } = await runTwice({ app: 'v3-early.cjs', openai: '3.3.0', env: PATIENT })
  expectSame(bare, hooked)
  const completion = { status: 'error', method: 'completions.create', url_path: '/v1/completions' }
  expect(hooked.records).toMatchObject([
    { ...completion, error: { type: 'RequiredError' }, attempts: [] },
    { ...completion, error: { type: 'TypeError' }, request: { model: 'text-davinci-003', body: { prompt: 'This' } } },
    { status: 'error', method: 'audio.transcriptions.create', request: { model: 'whisper-1' } },
    { ...completion, error: { type: 'TypeError', code: 'ERR_INVALID_CHAR' }, request: { model: 'text-davinci-003' } },
  ])
})
