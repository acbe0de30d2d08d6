// openai 6.47 and later send a form whose file is a stream as a web stream: the record had no model, no prompt, no file.
import { expect, test } from 'vitest'
import { expectSame } from '../compare.ts'
import { PATIENT, runTwice } from '../run.ts'

const FILE = { type: 'file', bytes: 200_012 }

test.each(['4.104.0', '6.49.0', '7.59.0@26'])('is told by its fields, openai %s', async (version) => {
  const [openai = '', node = '20'] = version.split('@')
  const { bare, hooked } = await runTwice({ app: 'streamed-uploads.mjs', openai, node, env: PATIENT })
  expectSame(bare, hooked)
  const sent = hooked.served.map(({ path, requestBody }) => ({ path, form: String(requestBody) }))
  const uploads = hooked.records.map(({ request }) => request)
  for (const [at, { path, form }] of sent.entries()) {
    const name = /filename="([^"]*)"/.exec(form)?.[1]
    // openai 4 knows no web streams, and sends no file.
    if (!path.endsWith('/transcriptions') || name === undefined) continue
    const body = { model: 'whisper-1', language: 'de', prompt: 'Zürich', file: { ...FILE, filename: name } }
    expect(uploads[at]).toMatchObject({ model: 'whisper-1', body })
  }
  expect(uploads[4]?.body).toMatchObject({ 'timestamp_granularities[]': ['word', 'segment'], temperature: '0.5' })
  const images = uploads.find(({ model }) => model === 'gpt-image-1')
  const files = [FILE, FILE]
  expect(images).toMatchObject({ body: { prompt: 'A hat', 'image[]': files } })
  if (openai.startsWith('4.')) return // takes no stream for a body
  const messages = [{ role: 'user', content: 'streamed' }]
  expect(uploads.at(-1)).toEqual({ model: 'gpt-4o-mini', body: { model: 'gpt-4o-mini', messages } })
})
