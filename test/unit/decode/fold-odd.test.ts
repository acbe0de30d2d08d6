import { describe, expect, test } from 'vitest'
import type { Json } from '../../../src/record.ts'
import { foldWire, wireOf } from '../openai/sdk.ts'

/** A chat stream as compatible servers send it: only what the test names. */
function chatOf(...parts: readonly unknown[]): { readonly [field: string]: Json } {
  const events = parts.map((part) => ({ id: 'c', object: 'chat.completion.chunk', choices: [part] }))
  return (foldWire(wireOf(events)) as { choices: { [field: string]: Json }[] }).choices[0] ?? {}
}

function messageOf(...deltas: readonly unknown[]): Json {
  return chatOf(...deltas.map((delta) => ({ index: 0, delta }))).message ?? null
}

const tool = (index: unknown, id: unknown, text: unknown = ''): object => {
  return { index, id, type: 'function', function: { name: 'f', arguments: text } }
}
const EMPTY = { role: 'assistant', content: null, refusal: null }

describe('chat of compatible servers', () => {
  test.each([
    ['no role', [{ content: 'a' }], { ...EMPTY, content: 'a' }],
    ['another role', [{ role: 'developer' }, { role: null }], { ...EMPTY, role: 'developer' }],
    ['a null after the text', [{ content: 'a' }, { content: null }], { ...EMPTY, content: 'a' }],
    ['a null among audio', [{ audio: { id: 'a' } }, { audio: { id: null } }], { ...EMPTY, audio: { id: 'a' } }],
    ['an id repeated', [{ audio: { id: 'a' } }, { audio: { id: 'a' } }], { ...EMPTY, audio: { id: 'a' } }],
    [
      'a function without a name or arguments',
      [{ function_call: {} }, { function_call: { arguments: 'x' } }, { function_call: { arguments: null } }],
      { ...EMPTY, function_call: { name: '', arguments: 'x' } },
    ],
    [
      'a text that becomes an object',
      [{ reasoning: 'a' }, { reasoning: { b: 1 } }],
      { ...EMPTY, reasoning: [{ type: 'text', text: 'a' }, { b: 1 }] },
    ],
    ['a null before a list', [{ notes: null }, { notes: [1] }, { notes: [2] }], { ...EMPTY, notes: [1, 2] }],
    ['an object that becomes text stays', [{ note: { a: 1 } }, { note: 'b' }], { ...EMPTY, note: { a: 1 } }],
    [
      'an object that grows',
      [{ note: { text: 'x', b: 1 } }, { note: { text: 'y' } }],
      { ...EMPTY, note: { text: 'xy', b: 1 } },
    ],
    [
      'words are not joined',
      [
        { note: 'x', id: '1' },
        { note: 'x', id: '2' },
      ],
      { ...EMPTY, note: 'x', id: '2' },
    ],
    ['a name repeated', [{ name: 'n' }, { name: 'n' }, { name: null }], { ...EMPTY, name: 'n' }],
    ['a delta that is null', [null, { content: 'a' }], { ...EMPTY, content: 'a' }],
    ['tool calls that are null', [{ tool_calls: [null] }, { tool_calls: null }], EMPTY],
  ])('%s', (_, deltas, message) => {
    expect(messageOf(...deltas)).toEqual(message)
  })

  test('list items join those of the same index, others stay apart', () => {
    const first = [{ index: 1, text: 'b' }, { index: 0, text: 'a' }, 'plain', { text: 'c' }]
    const second = [{ index: 0, text: 'A' }, { text: 'C' }, null]
    expect(messageOf({ notes: first }, { notes: second })).toEqual({
      ...EMPTY,
      notes: [{ index: 1, text: 'b' }, { index: 0, text: 'aA' }, 'plain', { text: 'c' }, { text: 'C' }, null],
    })
  })

  test.each([
    ['in order of their index', [tool(1, 'b'), tool(0, 'a')], ['a', 'b']],
    ['of one id are one', [tool(null, 'a', '{'), tool(null, 'b'), tool(null, 'a', '}')], ['a', 'b']],
    ['without id continue the last', [tool(null, 'a'), tool(null, 'b', '{'), tool(null, null, '}')], ['a', 'b']],
    ['without any id are one', [tool(undefined, undefined, '{'), tool(undefined, '', '}')], [undefined]],
    ['without index follow those with one', [tool(3, 'a'), tool(null, 'b')], ['a', 'b']],
  ])('tool calls %s', (_, calls, ids) => {
    const message = messageOf(...calls.map((call) => ({ tool_calls: [call] }))) as { tool_calls: { id?: string }[] }
    expect(message.tool_calls.map(({ id }) => id)).toEqual(ids)
    const texts = JSON.stringify(message).match(/"arguments":"[^"]+"/g) ?? []
    expect(texts.filter((text) => !text.includes('{}'))).toEqual([])
  })

  test('a call of a custom tool: its name once, its input grown', () => {
    const custom = (fields: object): object => ({ tool_calls: [{ index: 0, custom: fields }] })
    const first = { tool_calls: [{ index: 0, id: 'c1', type: 'custom', custom: { name: 'n', input: 'a' } }] }
    expect(messageOf(first, custom({ input: 'b' }), custom({ name: '' }))).toEqual({
      ...EMPTY,
      tool_calls: [{ id: 'c1', type: 'custom', custom: { name: 'n', input: 'ab' } }],
    })
  })

  test('choices without an index are told apart by their place; what is no choice is passed over', () => {
    const chunk = (choices: unknown): object => ({ id: 'c', object: 'chat.completion.chunk', choices })
    const wire = wireOf([
      chunk([{ delta: { content: 'a' } }, null, { delta: { content: 'x' } }]),
      { id: 'c', usage: { total_tokens: 1 }, choices: null },
      chunk([{ delta: { content: 'b' }, finish_reason: 'stop' }]),
      chunk([{ delta: {}, finish_reason: null }]),
    ])
    expect(foldWire(wire)).toMatchObject({
      usage: { total_tokens: 1 },
      choices: [
        { index: 0, finish_reason: 'stop', message: { content: 'ab' } },
        { index: 2, finish_reason: null, message: { content: 'x' } },
      ],
    })
  })

  test('log probabilities: lists grow, a null replaces nothing', () => {
    const probs = (logprobs: unknown): object => ({ index: 0, delta: {}, logprobs })
    const first = { content: [1], refusal: null, note: 'a' }
    expect(chatOf(probs(first), probs({ content: [2], refusal: [3], note: null }), probs(null)).logprobs).toEqual({
      content: [1, 2],
      refusal: [3],
      note: 'a',
    })
  })
})

describe('usage in a stream', () => {
  const chat = (usage: unknown): object => ({ id: 'c', choices: [{ index: 0, delta: {} }], usage })
  const text = (usage: unknown): object => ({ id: 'c', choices: [{ index: 0, text: 'a' }], usage })
  test.each([
    ['the last one counts', [{ total_tokens: 1 }, { total_tokens: 2 }], { total_tokens: 2 }],
    ['null is kept when there was nothing else', [null, undefined], null],
    ['null takes nothing away', [{ total_tokens: 1 }, null], { total_tokens: 1 }],
    ['it comes after nulls', [null, null, { total_tokens: 1 }], { total_tokens: 1 }],
  ])('%s', (_, usages, expected) => {
    expect(foldWire(wireOf(usages.map(chat)))).toHaveProperty('usage', expected)
    expect(foldWire(wireOf(usages.map(text)))).toHaveProperty('usage', expected)
  })
})

describe('what kind of stream it is', () => {
  const textChoice = { index: 0, text: 'a' }
  const chatChoice = { index: 0, delta: { content: 'a' } }
  test.each([
    ['legacy by its object', [{ object: 'text_completion', choices: [{ index: 0, delta: {}, text: 'a' }] }], 'text'],
    ['legacy by its text', [{ choices: [textChoice] }], 'text'],
    ['chat by its object', [{ object: 'chat.completion.chunk', choices: [textChoice] }], 'message'],
    ['chat by its delta', [{ choices: [chatChoice] }], 'message'],
    ['chat with a text beside the delta', [{ choices: [{ ...chatChoice, text: 'a' }] }], 'message'],
    ['chat when it does not tell', [{ choices: [{ index: 0 }] }], 'message'],
    ['told by the second chunk', [{ object: '', choices: [] }, { choices: [textChoice] }], 'text'],
    [
      'the first that tells decides',
      [{ choices: [chatChoice] }, { object: 'text_completion', choices: [] }],
      'message',
    ],
  ])('%s', (_, events, field) => {
    const { choices } = foldWire(wireOf(events)) as { choices: object[] }
    expect(Object.keys(choices[0] ?? {})).toContain(field)
  })

  test('events that are no chunk stay out of the answer', () => {
    const wire = `data: {"type":"ping","note":1}\n\n${wireOf([{ id: 'c', choices: [chatChoice] }])}`
    expect(foldWire(wire)).toEqual({
      id: 'c',
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: null, logprobs: null, message: { ...EMPTY, content: 'a' } }],
    })
  })

  test('an assistant stream stays as it is, whatever its data look like', () => {
    const wire = 'event: thread.run.step\ndata: {"choices":[],"type":"x"}\n\nevent: other\ndata: {"choices":[]}\n\n'
    expect(foldWire(wire)).toEqual({
      events: [
        { event: 'thread.run.step', data: { choices: [], type: 'x' } },
        { event: 'other', data: { choices: [] } },
      ],
    })
  })

  test('typed events are folded though others are among them', () => {
    const events = [{ type: 'ping' }, { type: 'transcript.text.delta', delta: 'a' }]
    expect(foldWire(wireOf(events))).toEqual({ text: 'a' })
  })

  test('an event whose type is no text keeps its name', () => {
    expect(foldWire('event: x\ndata: {"type":5}\n\n')).toEqual({ events: [{ event: 'x', data: { type: 5 } }] })
    expect(foldWire('event: x\ndata: {"type":"x"}\n\n')).toEqual({ events: [{ type: 'x' }] })
  })
})

describe('legacy completions', () => {
  test('choices out of order, without index, with holes', () => {
    const chunk = (choices: unknown): object => ({ object: 'text_completion', choices })
    const wire = wireOf([
      chunk([{ index: 1, text: 'b', finish_reason: 'stop' }]),
      chunk([{ text: 'a' }, null, 'x']),
      chunk(null),
      chunk([{ index: 1, text: null, finish_reason: null }]),
    ])
    expect(foldWire(wire)).toEqual({
      object: 'text_completion',
      choices: [
        { text: 'a', index: 0, logprobs: null, finish_reason: null },
        { text: 'b', index: 1, logprobs: null, finish_reason: 'stop' },
      ],
    })
  })
})

describe('a responses stream of which parts are missing', () => {
  const event = (type: string, fields: object = {}): object => ({
    type: `response.${type}`,
    output_index: 0,
    ...fields,
  })
  const text = (fields: object): object => event('output_text.delta', { content_index: 0, ...fields })
  const outputOf = (...events: readonly object[]): Json =>
    (foldWire(wireOf(events)) as { output: Json } | null)?.output ?? null

  test.each([
    ['nothing known', [event('future', { output_index: 'x' })], null],
    ['a lifecycle event without its response', [{ type: 'response.created' }], null],
    ['an item that is no item', [event('output_item.added', { item: null })], null],
    [
      'a text without item id',
      [text({ delta: 'a' })],
      [{ type: 'message', content: [{ type: 'output_text', text: 'a' }] }],
    ],
    [
      'a delta that is no text',
      [text({ delta: 'a' }), text({ delta: 1 })],
      [{ type: 'message', content: [{ type: 'output_text', text: 'a' }] }],
    ],
    [
      'a summary alone',
      [event('reasoning_summary_text.delta', { summary_index: 0, delta: 'a' })],
      [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'a' }] }],
    ],
    [
      'an end without its text',
      [text({ delta: 'a' }), event('output_text.done', { content_index: 0 })],
      [{ type: 'message', content: [{ type: 'output_text', text: 'a' }] }],
    ],
    [
      'a part that is no part',
      [text({ delta: 'a' }), event('content_part.done', { content_index: 0 })],
      [{ type: 'message', content: [{ type: 'output_text', text: 'a' }] }],
    ],
    [
      'a part known only when done',
      [
        text({ delta: 'a' }),
        event('content_part.done', { content_index: 0, part: { type: 'output_text', text: 'ab' } }),
      ],
      [{ type: 'message', content: [{ type: 'output_text', text: 'ab' }] }],
    ],
    [
      'parts that were never begun',
      [text({ content_index: 4, delta: 'a' }), text({ delta: 'b', content_index: 0 })],
      [{ type: 'message', content: [{ type: 'output_text', text: 'ab' }] }],
    ],
  ])('%s', (_, events, output) => {
    expect(outputOf(...events)).toEqual(output)
  })

  test('a response without items has an empty output', () => {
    expect(foldWire(wireOf([{ type: 'response.created', response: { id: 'r' } }]))).toEqual({ id: 'r', output: [] })
  })

  test('items are in order of their index; what is no item is kept', () => {
    const item = (output_index: number, id: string): object =>
      event('output_item.added', { output_index, item: { id } })
    expect(outputOf(item(1, 'b'), item(0, 'a'))).toEqual([{ id: 'a' }, { id: 'b' }])
    expect(outputOf({ type: 'response.completed', response: { output: ['odd'] } })).toEqual([{ value: 'odd' }])
  })

  test('annotations stand where they belong, or at the end', () => {
    const note = (annotation_index: unknown, annotation: unknown): object =>
      event('output_text.annotation.added', { content_index: 0, annotation_index, annotation })
    const output = outputOf(text({ delta: 'a' }), note(0, 'x'), note(7, 'y'), note(undefined, 'z'), note(1, 'Y'))
    expect(output).toMatchObject([{ content: [{ annotations: ['x', 'Y', 'z'] }] }])
  })
})
