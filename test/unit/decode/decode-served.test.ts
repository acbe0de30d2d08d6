// The fixture server's own account of what it served, against what decode makes of the bytes: every kind of stream.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OpenAIServer, startOpenAI } from '../../../fixtures/servers/openai.mjs'
import { decodeCall } from '../../../src/decode/decode.ts'
import { describeMedia } from '../../../src/decode/describe.ts'
import { parseJson } from '../../../src/json-walk.ts'
import type { CallRecord, Json } from '../../../src/record.ts'
import { inputOf } from './input.ts'

let server: OpenAIServer
beforeAll(async () => {
  server = await startOpenAI()
})
afterAll(() => server.close())

interface Call {
  readonly record: CallRecord
  readonly equivalent: Json
  readonly chunks: number
}

async function call(path: string, body: object): Promise<Call> {
  const request = JSON.stringify(body)
  const response = await fetch(`${server.url}/v1${path}`, {
    method: 'POST',
    headers: { authorization: 'Bearer sk-test-fixture', 'content-type': 'application/json' },
    body: request,
  })
  const answer = new Uint8Array(await response.arrayBuffer())
  const served = server.served.at(-1)
  const headers = Object.fromEntries(response.headers)
  const record = decodeCall(
    inputOf({
      open: { url: `${server.url}/v1${path}` },
      request,
      answer,
      close: { httpStatus: response.status, headers },
      options: { maxBodyBytes: 64 * 1024 * 1024 },
    }),
  )
  const parsed = parseJson(JSON.stringify(served?.equivalent ?? null))
  return { record, equivalent: parsed.ok ? describeMedia(parsed.value) : null, chunks: served?.chunks ?? 0 }
}

const chat = (scenario: string, more: object = {}): readonly [string, object] => {
  const messages = [{ role: 'user', content: 'Grüße, 世界 🚀' }]
  return ['/chat/completions', { model: `scenario-${scenario}`, messages, stream: true, ...more }]
}
const responses = (scenario: string): readonly [string, object] => [
  '/responses',
  { model: `scenario-${scenario}`, input: 'Hi', stream: true },
]
const USAGE = { stream_options: { include_usage: true } }

describe('streams fold to the plain answer', () => {
  test.each([
    chat('default'),
    chat('default', USAGE),
    chat('default', { n: 3, logprobs: true, ...USAGE }),
    ...[
      'tools',
      'parallel-tools',
      'function-call',
      'refusal',
      'reasoning',
      'reasoning-content',
      'cached',
      'length',
      'content-filter',
      'azure-filter',
      'json',
      'odd-sse',
      'split-bytes',
      'no-done',
      'gzip',
      'big-1',
    ].map((name) => chat(name, USAGE)),
    chat('audio', { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } }),
    ...['default', 'tools', 'reasoning', 'refusal', 'incomplete', 'json', 'web-search', 'odd-sse'].map(responses),
    ['/completions', { model: 'scenario-default', prompt: 'Say hi', stream: true, n: 2, logprobs: 1 }],
  ] as const)('%s %j', async (path, body) => {
    const { record, equivalent, chunks } = await call(path, body)
    expect(equivalent).not.toBeNull()
    expect(record.response.body).toEqual(equivalent)
    expect(record).toMatchObject({
      status: 'ok',
      error: null,
      chunk_count: chunks,
      truncated: [],
    })
  })
})

test.each([
  chat('malformed-event'),
  chat('error-event'),
  responses('malformed-event'),
  responses('error-event'),
  responses('failed'),
])('an error inside a stream: %s %j', async (path, body) => {
  const { record } = await call(path, body)
  expect(record).toMatchObject({ status: 'error', http_status: 200, error: { message: expect.stringMatching(/./) } })
})

test.each([
  chat('bad-json', { stream: false }),
  chat('status-429', { stream: false }),
  chat('html-502', { stream: false }),
])('an answer that is an error: %s %j', async (path, body) => {
  expect((await call(path, body)).record).toMatchObject({
    status: 'error',
    error: { message: expect.stringMatching(/./) },
  })
})
