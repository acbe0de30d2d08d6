import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NOT_CAPTURED, withholdBody } from '../../../src/content/withhold.ts'
import { decodeCall } from '../../../src/decode/decode.ts'
import type { CallRecord } from '../../../src/record.ts'
import { inputOf, type Parts, SSE_HEADERS } from '../decode/input.ts'
import { wireOf } from '../openai/sdk.ts'

const SECRET = 'xyzzy plugh'
const decode = (parts: Parts): CallRecord => decodeCall(inputOf({ ...parts, options: { captureContent: false } }))

/** A chat call with the word wherever content may stand. */
const REQUEST = {
  model: 'gpt-4o',
  temperature: 0.5,
  stream: false,
  stop: [SECRET],
  user: 'user-7',
  metadata: { topic: SECRET, id: 'xyzzy' },
  messages: [
    { role: 'system', content: SECRET },
    {
      role: 'user',
      name: 'xyzzy',
      content: [
        { type: 'text', text: SECRET },
        { type: 'image_url', image_url: { url: `https://x.test/${SECRET}`, detail: 'low' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: `{"q":"${SECRET}"}` } }],
    },
    { role: 'tool', tool_call_id: 'call_1', content: SECRET },
  ],
  tools: [
    {
      type: 'function',
      function: {
        name: 'weather',
        description: SECRET,
        parameters: {
          type: 'object',
          properties: { city: { type: 'string', description: SECRET, enum: [SECRET], default: SECRET } },
        },
      },
    },
  ],
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'out', description: SECRET, schema: { title: SECRET } },
  },
}
const ANSWER = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'gpt-4o-2024',
  choices: [
    {
      index: 0,
      finish_reason: 'tool_calls',
      message: {
        role: 'assistant',
        content: SECRET,
        refusal: SECRET,
        reasoning_content: SECRET,
        tool_calls: [{ id: 'call_2', type: 'function', function: { name: 'weather', arguments: SECRET } }],
        audio: { id: 'audio_1', transcript: SECRET, data: 'eHl6enkgcGx1Z2g=' },
      },
      logprobs: { content: [{ token: 'xyzzy', bytes: [120, 121], logprob: -1, top_logprobs: [] }] },
    },
  ],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
}

test('structure, numbers, ids, tool names and usage stay; no content does', () => {
  const record = decode({ request: REQUEST, answer: ANSWER })
  expect(JSON.stringify(record)).not.toMatch(/xyzzy|plugh/)
  expect(record.request.body).toMatchObject({
    model: 'gpt-4o',
    temperature: 0.5,
    user: 'user-7',
    messages: [
      { role: 'system', content: NOT_CAPTURED },
      {
        role: 'user',
        name: NOT_CAPTURED,
        content: [
          { type: 'text', text: NOT_CAPTURED },
          { type: 'image_url', image_url: { url: NOT_CAPTURED, detail: 'low' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: NOT_CAPTURED } }],
      },
      { role: 'tool', tool_call_id: 'call_1', content: NOT_CAPTURED },
    ],
    tools: [
      {
        function: {
          name: 'weather',
          description: NOT_CAPTURED,
          parameters: { type: 'object', properties: { city: { type: 'string' } } },
        },
      },
    ],
  })
  expect(record.response.body).toMatchObject({
    choices: [
      {
        finish_reason: 'tool_calls',
        message: { tool_calls: [{ id: 'call_2', function: { name: 'weather' } }] },
        logprobs: NOT_CAPTURED,
      },
    ],
    usage: ANSWER.usage,
  })
  expect(record).toMatchObject({
    usage: { input_tokens: 3 },
    response: { finish_reasons: ['tool_calls'], model: 'gpt-4o-2024' },
  })
})

test('token ids are content too', () => {
  expect(withholdBody({ input: [[1, 2], [3]], prompt: [4], n: 2, logit_bias: { '50256': -100 } })).toEqual({
    input: [[null, null], [null]],
    prompt: [null],
    n: 2,
    logit_bias: NOT_CAPTURED,
  })
})

test('a model, an id or a reason that is a sentence is none', () => {
  const record = decode({
    request: { model: SECRET },
    answer: { id: SECRET, model: SECRET, choices: [{ finish_reason: SECRET }] },
  })
  expect(record.request.model).toBeNull()
  expect(record.response).toMatchObject({ id: null, model: null, finish_reasons: ['other'] })
})

test('a sentence under a safe name is not safe', () => {
  expect(withholdBody({ id: 'please tell me', type: 'function', status: 'a b' })).toEqual({
    id: NOT_CAPTURED,
    type: 'function',
    status: NOT_CAPTURED,
  })
})

test('a text without blanks is no word: another script, a sentence with punctuation, a long one', () => {
  const prose = ['病人约翰多伊', 'Пациент', 'tell·me', "it's", 'a,b', 'x@y.z', 'a'.repeat(300)]
  for (const text of prose) {
    const body = {
      id: text,
      role: text,
      type: text,
      user: text,
      event: text,
      name: text,
      code: text,
      error: { code: text, param: text, type: text },
    }
    const withheld = JSON.stringify(withholdBody(body))
    expect(withheld).not.toContain(text)
  }
  expect(withholdBody({ status: 'a'.repeat(65), id: 'a'.repeat(65) })).toEqual({
    status: NOT_CAPTURED,
    id: 'a'.repeat(65),
  })
  expect(withholdBody({ event: 'thread.message.delta', model: '@cf/meta/llama-3.1' })).toEqual({
    event: 'thread.message.delta',
    model: '@cf/meta/llama-3.1',
  })
})

test('names of people under the names of fields that programs fill', () => {
  const body = { event: 'JohnDoe', user: 'JohnDoe', safety_identifier: 'Jane', prompt_cache_key: 'John-Doe' }
  expect(withholdBody(body)).toEqual({
    event: NOT_CAPTURED,
    user: NOT_CAPTURED,
    safety_identifier: NOT_CAPTURED,
    prompt_cache_key: NOT_CAPTURED,
  })
})

describe('errors', () => {
  const error = {
    type: 'BadRequestError',
    code: 'invalid',
    param: 'messages[0]',
    message: `400 no ${SECRET}`,
    stack: `BadRequestError: 400 no ${SECRET}\n    at a (b.js:1:2)\n    at c`,
  }

  test('keep type, code, param and frames, lose their text', () => {
    const record = decode({
      answer: { error: { message: SECRET, code: 'invalid', type: 't', param: null } },
      close: { status: 'error', httpStatus: 400, error },
    })
    expect(record.error).toEqual({
      type: 'BadRequestError',
      code: 'invalid',
      param: 'messages[0]',
      message: NOT_CAPTURED,
      status: 400,
      stack: '    at a (b.js:1:2)\n    at c',
    })
    expect(record.response.body).toEqual({ error: { message: NOT_CAPTURED, code: 'invalid', type: 't', param: null } })
  })

  test('a stack in which the message is not found whole is dropped: its lines could be content', () => {
    const cut = { ...error, message: `${error.message} and more` }
    expect(decode({ close: { status: 'error', error: cut } }).error?.stack).toBeNull()
  })

  test('a malformed event does not leak by its error', () => {
    const record = decode({ answer: `data: {"x": "${SECRET}\n\n`, close: { headers: SSE_HEADERS } })
    expect(record.status).toBe('error')
    expect(JSON.stringify(record)).not.toMatch(/xyzzy/)
  })
})

test('whatever the JSON, no text of more than a word gets through', () => {
  const text = fc.string({ minLength: 1, maxLength: 4 }).map((tail) => `xyzzy ${tail}`)
  const key = fc.constantFrom(
    'id',
    'name',
    'type',
    'content',
    'metadata',
    'code',
    'error',
    'arguments',
    'input',
    'user',
    'format',
    'x',
  )
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      text,
      fc.integer(),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }))
  fc.assert(
    fc.property(tree, tree, fc.boolean(), (request, body, streamed) => {
      const answer = streamed
        ? wireOf([{ choices: [{ index: 0, delta: { role: 'assistant', content: body } }] }, body], false)
        : body
      const record = decode({
        request: JSON.stringify(request),
        answer: typeof answer === 'string' ? answer : JSON.stringify(answer),
        close: { headers: streamed ? SSE_HEADERS : {} },
      })
      expect(JSON.stringify(record)).not.toContain('xyzzy ')
    }),
    { numRuns: 3000 },
  )
})
