import { describe, expect, test } from 'vitest'
import { answerPreview, firstWords, promptPreview } from '../../../src/viewer/preview.ts'

describe('firstWords', () => {
  test('folds whitespace and cuts', () => {
    expect(firstWords('  one\n\n two\tthree ')).toBe('one two three')
    const cut = firstWords('word '.repeat(400))
    expect(cut).toHaveLength(160)
    expect(cut.endsWith('…')).toBe(true)
  })
})

describe('promptPreview', () => {
  test.each([
    [
      'the last user message',
      {
        messages: [
          { role: 'system', content: 's' },
          { role: 'user', content: 'hello' },
        ],
      },
      'hello',
    ],
    [
      'parts of a message',
      { messages: [{ role: 'user', content: [{ type: 'text', text: 'look' }, { type: 'image_url' }] }] },
      'look [image]',
    ],
    [
      'a tool result',
      {
        messages: [
          { role: 'user', content: 'q' },
          { role: 'assistant', tool_calls: [] },
          { role: 'tool', content: '{"a":1}' },
        ],
      },
      '↳ {"a":1}',
    ],
    [
      'an assistant turn is passed over',
      {
        messages: [
          { role: 'user', content: 'q' },
          { role: 'assistant', content: 'a' },
        ],
      },
      'q',
    ],
    ['input text', { input: 'embed me' }, 'embed me'],
    ['a list of inputs', { input: ['first', 'last'] }, 'last'],
    ['input items', { input: [{ role: 'user', content: [{ type: 'input_text', text: 'hi' }] }] }, 'hi'],
    ['a function output', { input: [{ type: 'function_call_output', output: '42' }] }, '↳ 42'],
    ['a prompt', { prompt: 'a tent' }, 'a tent'],
    ['an upload', { file: { type: 'file', filename: 'voice.m4a' } }, 'voice.m4a'],
    ['a body that is text', 'raw', 'raw'],
    ['nothing', null, ''],
    ['wrong types everywhere', { messages: { a: 1 }, input: 7, prompt: false, file: 3 }, ''],
  ])('%s', (_name, body, expected) => {
    expect(promptPreview(body)).toBe(expected)
  })
})

describe('answerPreview', () => {
  test.each([
    ['a choice', { choices: [{ message: { content: 'Paris' } }] }, 'Paris'],
    ['a refusal', { choices: [{ message: { content: null, refusal: 'No.' } }] }, 'No.'],
    ['tool calls', { choices: [{ message: { tool_calls: [{ function: { name: 'f', arguments: '{}' } }] } }] }, 'f({})'],
    ['a completion', { choices: [{ text: 'once upon' }] }, 'once upon'],
    [
      'output items',
      { output: [{ type: 'reasoning' }, { type: 'message', content: [{ type: 'output_text', text: 'ok' }] }] },
      'ok',
    ],
    ['a function call item', { output: [{ type: 'function_call', name: 'g', arguments: '{"x":1}' }] }, 'g({"x":1})'],
    ['a transcription', { text: 'hello' }, 'hello'],
    ['one vector', { data: [{ embedding: { dimensions: 1536 } }] }, '1 vector of 1,536 dimensions'],
    ['images', { data: [{ b64_json: 'x' }, { b64_json: 'y' }] }, '2 images'],
    [
      'a moderation',
      { results: [{ flagged: true, categories: { violence: true, hate: false } }] },
      'flagged: violence',
    ],
    ['no flag', { results: [{ flagged: false }] }, 'not flagged'],
    ['nothing', null, ''],
    ['wrong types', { choices: 'x', output: 3, data: {}, results: [] }, ''],
  ])('%s', (_name, body, expected) => {
    expect(answerPreview(body)).toBe(expected)
  })
})
