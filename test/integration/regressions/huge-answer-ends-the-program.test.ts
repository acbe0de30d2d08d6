// Symptom: an answer of 18 MB of JSON structure was parsed in the shipper, whose heap it filled: V8 aborted the whole program
// ("Reached heap limit"), and the next process that took the lane over died of it again.
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { runTwice } from '../run.ts'

const EVENT_COUNT = 1_000_000
const EVENT = `data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n`
const LAST_EVENT = `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}}\n\ndata: [DONE]\n\n`
const SMALL = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'small',
  choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }],
}

async function repeat(response: ServerResponse, piece: string, times: number): Promise<void> {
  const block = piece.repeat(1000)
  for (let sent = 0; sent < times; sent += 1000) {
    if (!response.write(block)) await new Promise((resolve) => response.once('drain', resolve))
  }
}

async function answer(model: string, response: ServerResponse): Promise<void> {
  if (model === 'events') {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    await repeat(response, EVENT, EVENT_COUNT)
    response.end(LAST_EVENT)
    return
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  if (model === 'small') return void response.end(JSON.stringify(SMALL))
  response.write('{"id":"x","choices":[')
  if (model === 'structure') await repeat(response, '{},', 6_000_000)
  else await repeat(response, '{"index":0,"message":{"content":"abc"}},', 5_500_000)
  response.end('{}]}')
}

test('answers that no heap holds become records without their content, and their neighbours arrive', async () => {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (text) => {
      body += text
    })
    request.on('end', () => void answer((JSON.parse(body) as { model: string }).model, response))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const { bare, hooked } = await runTwice({
    app: 'huge-answers.mjs',
    timeoutMs: 110_000,
    env: { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, NEATLOGS_EXIT_TIMEOUT_MS: '60000' },
  })
  server.close()
  server.closeAllConnections()

  expect(hooked.stdout).toBe(bare.stdout)
  expect(hooked.code).toBe(bare.code)
  const of = (model: string) => hooked.records.filter(({ request }) => request.model === model)
  expect(of('small')).toHaveLength(40)
  for (const model of ['huge', 'structure']) {
    expect(of(model)).toMatchObject([{ status: 'ok', http_status: 200, truncated: ['/response/body'] }])
    expect(of(model)[0]?.response.body).toMatch(/^\{"id":"x","choices":\[.*…\[cut: \d+ bytes, sha256 [0-9a-f]{64}\]$/s)
  }
  expect(of('events')).toMatchObject([
    {
      status: 'ok',
      chunk_count: EVENT_COUNT + 1,
      truncated: ['/response/body'],
      usage: { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
      response: { finish_reasons: ['stop'] },
    },
  ])
})
