// A call that failed before its request left had no model, no prompt and no `stream`; `Connection error.` had no cause; an abort in the
// pause before a retry was an `error` of the 503 before it.
import { expect, test } from 'vitest'
import { expectSame } from '../compare.ts'
import { PATIENT, type RecordLine, runTwice } from '../run.ts'

test.each(['4.104.0', '6.49.0', '7.59.0@24'])('what is known is told, openai %s', async (version) => {
  const [openai = '', node = '20'] = version.split('@')
  const { bare, hooked } = await runTwice({ app: 'no-answer.mjs', openai, node, env: PATIENT })
  expectSame(bare, hooked)
  const records = [...hooked.records]
  const [signal, stream, headers] = records.splice(0, 3)
  const asked = { model: 'gpt-4o-mini', body: { messages: [{ role: 'user', content: 'Say hi.' }] } }
  expect(signal).toMatchObject({ status: 'aborted', method: 'chat.completions.create', request: asked })
  expect(stream).toMatchObject({ status: 'aborted', stream: true, request: asked })
  expect(headers).toMatchObject({ status: 'error', request: asked })
  const [pause, noTls, refused] = records.reverse() as [RecordLine, RecordLine, RecordLine]
  expect(refused).toMatchObject({ status: 'error', error: { code: 'ECONNREFUSED' } })
  expect(refused.attempts.map(({ error }) => error)).toEqual([1, 2].map(() => expect.stringContaining('ECONNREFUSED')))
  expect(noTls.error?.code).toMatch(/^(ERR_SSL_|EPROTO|ERR_TLS)/)
  expect(pause).toMatchObject({ status: 'aborted', http_status: 503, error: { type: 'APIUserAbortError' } })
  if (openai.startsWith('4.')) return // knows no functions as keys
  const key = { status: 'error', error: { message: expect.stringContaining('no key today') } }
  expect(records.slice(3).reverse()).toMatchObject([{ ...key, request: asked }, key])
})
