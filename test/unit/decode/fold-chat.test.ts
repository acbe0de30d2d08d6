import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldStream } from '../../../src/decode/fold-stream.ts'
import { parseSse } from '../../../src/decode/sse.ts'
import { clientOf, foldWire, wireOf, withoutDerived } from '../openai/sdk.ts'

const HEAD = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1795348926, model: 'gpt-4o-mini-2024-07-18' }
const USAGE = { prompt_tokens: 9, completion_tokens: 4, total_tokens: 13, prompt_tokens_details: { cached_tokens: 2 } }

function chunk(delta: object, more: object = {}, index = 0, top: object = {}): object {
  const choice = { index, delta, logprobs: null, finish_reason: null, ...more }
  return { ...HEAD, system_fingerprint: 'fp_1', service_tier: 'default', choices: [choice], ...top }
}

function logprob(token: string): object {
  return { token, logprob: -0.1, bytes: [...Buffer.from(token)], top_logprobs: [] }
}

const STREAMS: { readonly [name: string]: readonly object[] } = {
  'text and usage': [
    chunk({ role: 'assistant', content: '', refusal: null }),
    chunk({ content: 'Grüße' }),
    chunk({ content: ', 世界 🚀' }),
    chunk({}, { finish_reason: 'stop' }),
    { ...HEAD, system_fingerprint: 'fp_1', choices: [], usage: USAGE },
  ],
  'several choices, interleaved, out of order': [
    chunk({ role: 'assistant', content: '' }, {}, 1),
    chunk({ role: 'assistant', content: '' }, {}, 0),
    chunk({ content: 'one' }, {}, 1),
    chunk({ content: 'zero' }, {}, 0),
    chunk({}, { finish_reason: 'length' }, 0),
    chunk({}, { finish_reason: 'stop', content_filter_results: { hate: { filtered: false } } }, 1),
  ],
  'two parallel tool calls': [
    chunk({
      role: 'assistant',
      content: null,
      tool_calls: [{ index: 0, id: 'call_a', type: 'function', function: { name: 'weather', arguments: '' } }],
    }),
    chunk({ tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] }),
    chunk({ tool_calls: [{ index: 1, id: 'call_b', type: 'function', function: { name: 'time', arguments: '' } }] }),
    chunk({
      tool_calls: [
        { index: 1, function: { arguments: '{}' } },
        { index: 0, function: { arguments: '"Oslo"}' } },
      ],
    }),
    chunk({}, { finish_reason: 'tool_calls' }),
  ],
  'a function call of the old kind': [
    chunk({ role: 'assistant', content: null, function_call: { name: 'weather', arguments: '' } }),
    chunk({ function_call: { arguments: '{"a"' } }),
    chunk({ function_call: { arguments: ':1}' } }),
    chunk({}, { finish_reason: 'function_call' }),
  ],
  'a refusal': [
    chunk({ role: 'assistant', content: null, refusal: '' }),
    chunk({ refusal: 'I cannot ' }),
    chunk({ refusal: 'do that.' }),
    chunk({}, { finish_reason: 'stop' }),
  ],
  logprobs: [
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: 'a' }, { logprobs: { content: [logprob('a')], refusal: null } }),
    chunk({ content: 'b' }, { logprobs: { content: [logprob('b')], refusal: null } }),
    chunk({}, { finish_reason: 'stop' }),
  ],
  audio: [
    chunk({ role: 'assistant', audio: { id: 'audio_1', transcript: '' } }),
    chunk({ audio: { data: 'UklG', transcript: 'Hel' } }),
    chunk({ audio: { data: 'Rg==', transcript: 'lo' } }),
    chunk({ audio: { expires_at: 1795349000 } }),
    chunk({}, { finish_reason: 'stop' }),
  ],
  'Azure: a first chunk of filter results without id': [
    { id: '', object: '', created: 0, model: '', choices: [], prompt_filter_results: [{ prompt_index: 0 }] },
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: 'ok' }),
    chunk({}, { finish_reason: 'stop' }),
  ],
}

describe('equals finalChatCompletion()', () => {
  test.each(Object.entries(STREAMS))('%s', async (_, events) => {
    const wire = wireOf(events)
    const stream = clientOf(wire).chat.completions.stream({ model: 'm', messages: [] })
    expect(foldWire(wire)).toEqual(withoutDerived(await stream.finalChatCompletion()))
  })

  test('arbitrary text in arbitrary pieces over choices and tools', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 })
    const step = fc.record({
      index: fc.nat(2),
      content: fc.option(text),
      tool: fc.option(fc.record({ index: fc.nat(1), text })),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const wire = wireOf(eventsOf(steps))
        const stream = clientOf(wire, 13).chat.completions.stream({ model: 'm', messages: [] })
        expect(foldWire(wire)).toEqual(withoutDerived(await stream.finalChatCompletion()))
      }),
      { numRuns: 60 },
    )
  })
})

interface Step {
  index: number
  content: string | null
  tool: { index: number; text: string } | null
}

function eventsOf(steps: readonly Step[]): object[] {
  const begin = [0, 1, 2].map((index) => {
    const tools = [0, 1].map((at) => ({
      index: at,
      id: `call_${index}${at}`,
      type: 'function',
      function: { name: 'f', arguments: '' },
    }))
    return chunk({ role: 'assistant', content: '>', tool_calls: tools }, {}, index)
  })
  const middle = steps.map(({ index, content, tool }) => {
    const calls = tool ? { tool_calls: [{ index: tool.index, function: { arguments: tool.text } }] } : {}
    return chunk({ ...(content === null ? {} : { content }), ...calls }, {}, index)
  })
  return [...begin, ...middle, ...[0, 1, 2].map((index) => chunk({}, { finish_reason: 'stop' }, index))]
}

describe('beyond the SDK', () => {
  test('joins reasoning text of other providers, where the SDK keeps the last piece', () => {
    const detail = (text: string): object => ({ type: 'reasoning.text', index: 0, format: 'x-v1', text })
    const body = foldWire(
      wireOf([
        chunk({
          role: 'assistant',
          content: '',
          reasoning_content: 'First ',
          reasoning: 'a',
          reasoning_details: [detail('p')],
        }),
        chunk({ reasoning_content: 'think.', reasoning: 'b', reasoning_details: [detail('q')] }),
        chunk({ content: 'Done', reasoning_content: null }, { finish_reason: 'stop' }),
      ]),
    )
    expect(body).toMatchObject({
      choices: [
        {
          message: {
            content: 'Done',
            reasoning_content: 'First think.',
            reasoning: 'ab',
            reasoning_details: [{ type: 'reasoning.text', index: 0, format: 'x-v1', text: 'pq' }],
          },
        },
      ],
    })
  })

  test('empty text stays empty text, as in openai 7', () => {
    const body = foldWire(
      wireOf([chunk({ role: 'assistant', content: '', refusal: null }), chunk({}, { finish_reason: 'stop' })]),
    )
    expect(body).toMatchObject({ choices: [{ message: { content: '', refusal: null } }] })
  })

  test('keeps what came of a stream that broke off, with a null finish reason', () => {
    const body = foldWire(wireOf([chunk({ role: 'assistant', content: '' }), chunk({ content: 'Hel' })], false))
    expect(body).toMatchObject({
      object: 'chat.completion',
      choices: [{ finish_reason: null, message: { content: 'Hel' } }],
    })
  })

  test('puts tool calls without an index in order of their ids', () => {
    const call = (id: string, text: string): object => ({
      id,
      type: 'function',
      function: { name: 'f', arguments: text },
    })
    const body = foldWire(
      wireOf([chunk({ role: 'assistant', tool_calls: [call('a', '{}')] }), chunk({ tool_calls: [call('b', '[]')] })]),
    )
    expect(body).toMatchObject({ choices: [{ message: { tool_calls: [{ id: 'a' }, { id: 'b' }] } }] })
  })

  test('keeps usage that a later chunk would null', () => {
    const body = foldWire(wireOf([chunk({ content: 'x' }, {}, 0, { usage: USAGE }), chunk({}, {}, 0, { usage: null })]))
    expect(body).toMatchObject({ usage: USAGE })
  })

  test('chunks without an id add what was not known yet', () => {
    const { id: _, ...bare } = chunk({ content: 'x' }, {}, 0, { service_tier: null }) as { id: string }
    const body = foldWire(wireOf([bare, { ...bare, model: 'other', service_tier: 'flex' }]))
    expect(body).toMatchObject({ model: HEAD.model, service_tier: 'flex', choices: [{ message: { content: 'xx' } }] })
  })

  test('folding leaves the events as they were', () => {
    const step = { content: 'a', reasoning_details: [{ index: 0, text: 'p' }] }
    const probs = { logprobs: { content: [logprob('a')], refusal: null } }
    const { events } = parseSse(wireOf([chunk(step, probs), chunk(step, probs)]))
    const before = JSON.stringify(events)
    foldStream(events)
    expect(JSON.stringify(events)).toBe(before)
  })

  test('logprobs in the first chunk are not doubled', () => {
    const body = foldWire(wireOf([chunk({ content: 'a' }, { logprobs: { content: [logprob('a')], refusal: null } })]))
    expect(body).toMatchObject({ choices: [{ logprobs: { content: [{ token: 'a' }] } }] })
    expect((body as { choices: { logprobs: { content: unknown[] } }[] }).choices[0]?.logprobs.content).toHaveLength(1)
  })

  test('an own `__proto__` field stays a field', () => {
    const body = foldWire('data: {"id":"1","__proto__":{"x":1},"choices":[{"index":0,"delta":{"__proto__":"y"}}]}\n\n')
    expect(JSON.stringify(body)).toContain('"__proto__":{"x":1}')
    expect(JSON.stringify(body)).toContain('"__proto__":"y"')
  })
})

test('legacy completions: text and logprobs joined per choice', () => {
  const head = { id: 'cmpl-1', object: 'text_completion', created: 1, model: 'gpt-3.5-turbo-instruct' }
  const probs = (token: string): object => ({
    tokens: [token],
    token_logprobs: [-1],
    top_logprobs: null,
    text_offset: [0],
  })
  const wire = wireOf([
    { ...head, choices: [{ text: 'Hel', index: 0, logprobs: probs('Hel'), finish_reason: null }] },
    { ...head, choices: [{ text: 'Bye', index: 1, logprobs: null, finish_reason: null }] },
    { ...head, choices: [{ text: 'lo', index: 0, logprobs: probs('lo'), finish_reason: 'stop' }] },
    { ...head, choices: [], usage: USAGE },
  ])
  expect(foldWire(wire)).toEqual({
    ...head,
    choices: [
      {
        text: 'Hello',
        index: 0,
        logprobs: { tokens: ['Hel', 'lo'], token_logprobs: [-1, -1], top_logprobs: null, text_offset: [0, 0] },
        finish_reason: 'stop',
      },
      { text: 'Bye', index: 1, logprobs: null, finish_reason: null },
    ],
    usage: USAGE,
  })
})
