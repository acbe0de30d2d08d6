// Symptom: with NEATLOGS_REDACT naming the prompt and the answer by path, a body that was not whole JSON (cut, NDJSON, text, a malformed
// event) kept both in clear, and copies of what was taken stood in the model's name, the URL, the error and the log probabilities.
import { expect, test } from 'vitest'
import { decodeCall } from '../../../src/decode/decode.ts'
import type { CallRecord } from '../../../src/record.ts'
import { inputOf, type Parts, SSE_HEADERS } from '../../unit/decode/input.ts'

const SECRET = 'PATIENT-JOHN-DOE'
const RULES = ['request.messages[*].content', 'response.choices[*].message.content']
const redact = (parts: Parts, rules = RULES): CallRecord =>
  decodeCall(inputOf({ ...parts, options: { redact: rules } }))
const request = { model: 'm', messages: [{ role: 'user', content: `about ${SECRET}` }] }
const answer = { id: 'c', choices: [{ index: 0, message: { role: 'assistant', content: `Dear ${SECRET}` } }] }

const BROKEN: readonly (readonly [name: string, parts: Parts])[] = [
  [
    'a cut answer',
    {
      answer: JSON.stringify(answer).slice(0, -9),
      close: { status: 'error', error: { type: 'TypeError', message: 'terminated' } },
    },
  ],
  ['a call in flight', { answer: JSON.stringify(answer).slice(0, -9), close: null }],
  ['NDJSON', { answer: `${JSON.stringify(answer)}\n${JSON.stringify(answer)}` }],
  ['a text', { answer: `Dear ${SECRET}`, close: { headers: { 'content-type': 'text/plain' } } }],
  ['a request that is no JSON', { request: `{"messages": [{"content": "${SECRET}"` }],
  ['a list of texts', { request: { messages: [SECRET, { content: [SECRET] }] } }],
  ['a text for the messages', { request: { messages: SECRET } }],
  ['an object for the choices', { answer: { choices: { message: { content: SECRET } } } }],
  ['a list for the message', { answer: { choices: [{ message: [SECRET] }] } }],
  [
    'a malformed event',
    { answer: `data: {"choices":[{"delta":{"content":"${SECRET}"}}]\n\n`, close: { headers: SSE_HEADERS } },
  ],
  [
    'a malformed event that the SDK quotes',
    {
      answer: `data: {"choices":"${SECRET}"\n\n`,
      close: {
        headers: SSE_HEADERS,
        status: 'error',
        error: { type: 'SyntaxError', message: `Unexpected token, ..."${SECRET.slice(4)}" is not valid JSON` },
      },
    },
  ],
  [
    'events of no known kind',
    { answer: `data: {"text":"${SECRET}"}\n\ndata: {"text":"b"}\n\n`, close: { headers: SSE_HEADERS } },
  ],
  [
    'an error page',
    {
      answer: `<p>cannot answer ${SECRET}</p>`,
      close: {
        status: 'error',
        httpStatus: 502,
        headers: { 'content-type': 'text/html' },
        error: { type: 'InternalServerError', message: `502 <p>cannot answer ${SECRET}</p>` },
      },
    },
  ],
]

test.each(BROKEN)('%s', (_, parts) => {
  expect(JSON.stringify(redact({ request, ...parts }))).not.toMatch(/PATIENT|JOHN/)
})

test('what an error quotes of the prompt, whole, in part and spelled otherwise', () => {
  const prompt = `病人约翰·多伊 said "no" to ${SECRET}`
  const messages = [{ role: 'user', content: prompt }]
  for (const message of [
    `Invalid value: '${prompt}'`,
    `near ${SECRET.slice(0, 9)}…`,
    `bad: ${JSON.stringify(prompt)}`,
    `bad ${encodeURIComponent(prompt)}`,
    '约翰·多伊?',
  ]) {
    const body = { error: { message, code: message, param: 'messages.0' } }
    const record = redact({
      request: { messages },
      answer: body,
      close: {
        status: 'error',
        httpStatus: 400,
        error: { type: 'BadRequestError', message: `400 ${message}`, code: message, param: 'messages.0' },
      },
    })
    expect(JSON.stringify(record)).not.toMatch(/PATIENT|约翰|JOHN|%E7%97%85/)
    expect(record.error).toMatchObject({ type: 'BadRequestError', param: 'messages.0' })
  }
})

test('copies: model, URL, ids, finish reasons, headers, log probabilities', () => {
  const url = 'https://x.openai.azure.com/openai/deployments/secret-model/chat/completions'
  const logprobs = { content: [{ token: 'Dear' }, { token: ' PATIENT' }] }
  const record = redact(
    {
      open: { url },
      request: { model: 'secret-model', messages: [], user: 'jane-doe-77' },
      answer: {
        id: 'answer-id-1',
        model: 'secret-model',
        choices: [{ finish_reason: 'odd-reason', message: { content: `Dear ${SECRET}` }, logprobs }],
      },
      close: {
        headers: { 'content-type': 'application/json', 'x-request-id': 'req_77', 'openai-model': 'secret-model' },
        attempts: [{ at: 0, ms: 1, status: 200, requestId: 'req_77' }],
      },
    },
    [
      'request.model',
      'response.id',
      'response.headers["x-request-id"]',
      'response.choices[*].finish_reason',
      'response.choices[*].message.content',
    ],
  )
  expect(JSON.stringify(record)).not.toMatch(/secret-model|answer-id-1|odd-reason|req_77|PATIENT/)
  expect(record).toMatchObject({
    url_path: '/openai/deployments/[Redacted]/chat/completions',
    request_id: '[Redacted]',
    method: 'chat.completions.create',
  })
})

test('what has nothing to do with it stays', () => {
  const record = redact({ request, answer })
  expect(record).toMatchObject({
    status: 'ok',
    url_path: '/v1/chat/completions',
    request_id: 'req_1',
    request: { model: 'm', body: { model: 'm', messages: [{ role: 'user', content: '[Redacted]' }] } },
    response: { id: 'c', body: { choices: [{ message: { role: 'assistant', content: '[Redacted]' } }] } },
  })
  const limited = redact({
    request,
    close: { status: 'error', httpStatus: 429, error: { type: 'RateLimitError', message: 'Rate limit reached for m' } },
  })
  expect(limited.error?.message).toBe('Rate limit reached for m')
})

test('`*` takes tags and names too', () => {
  const ctx = { tags: [SECRET], name: SECRET, userId: SECRET, metadata: { a: SECRET } }
  expect(JSON.stringify(redact({ open: { ctx } }, ['*']))).not.toContain(SECRET)
})
