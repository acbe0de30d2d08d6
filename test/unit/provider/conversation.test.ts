// What a history entry shows of each kind of call.
import { expect, test } from 'vitest'
import { decodeCall } from '../../../src/decode/decode.ts'
import { toEntry } from '../../../src/provider/conversation.ts'
import { inputOf } from '../decode/input.ts'

const entryOf = (request: unknown, answer: unknown) => toEntry(decodeCall(inputOf({ request, answer })), false)
const toolCalls = [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }]

test.each([
  ['chat', { messages: [1] }, { choices: [{ message: { content: 'Hi.' } }] }, [1], 'Hi.'],
  [
    'chat, first of several',
    { messages: [] },
    { choices: [{ message: { content: 'a' } }, { message: { content: 'b' } }] },
    [],
    'a',
  ],
  ['chat, empty text', { messages: [] }, { choices: [{ message: { content: '' } }] }, [], ''],
  [
    'chat with tool calls',
    { messages: [] },
    { choices: [{ message: { content: null, tool_calls: toolCalls } }] },
    [],
    { content: null, tool_calls: toolCalls },
  ],
  ['completion', { prompt: 'Once' }, { choices: [{ text: ' upon' }] }, 'Once', ' upon'],
  [
    'response',
    { input: 'Hi?' },
    {
      output: [
        { type: 'reasoning' },
        {
          content: [
            { type: 'output_text', text: 'H' },
            { type: 'output_text', text: 'i' },
          ],
        },
      ],
    },
    'Hi?',
    'Hi',
  ],
  ['response without text', { input: 'x' }, { output: [{ type: 'function_call' }] }, 'x', [{ type: 'function_call' }]],
  ['transcription', { model: 'whisper-1' }, { text: 'Heard.' }, { model: 'whisper-1' }, 'Heard.'],
  ['no answer', { input: 'x' }, '', 'x', null],
])('%s', (_kind, request, answer, prompt, completion) => {
  expect(entryOf(request, answer)).toMatchObject({ prompt, completion })
})

test('the model is the one that answered, else the one asked for, else unknown', () => {
  expect(entryOf({ model: 'a' }, { model: 'b' }).model).toBe('b')
  expect(entryOf({ model: 'a' }, {}).model).toBe('a')
  expect(entryOf({}, {}).model).toBeNull()
})
