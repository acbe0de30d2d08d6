import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  inputMessages,
  outputMessages as outputMessagesOf,
  systemInstructions as systemInstructionsOf,
} from '../../../src/destinations/genai-messages.ts'
import { toolDefinitions } from '../../../src/destinations/genai-tools.ts'
import type { CallRecord, Json, Operation } from '../../../src/record.ts'
import { INPUT_MESSAGES, OUTPUT_MESSAGES, SYSTEM_INSTRUCTIONS, TOOL_DEFINITIONS } from './genai-schema.ts'
import { anyJson, makeRecord } from './records.ts'

const ajv = new Ajv({ allowUnionTypes: true, strictRequired: false, strictTypes: false })
const isInput = ajv.compile(INPUT_MESSAGES)
const isOutput = ajv.compile(OUTPUT_MESSAGES.latest)
const isOldOutput = ajv.compile(OUTPUT_MESSAGES['1.41'])
const isSystem = ajv.compile(SYSTEM_INSTRUCTIONS.latest)
const isOldSystem = ajv.compile(SYSTEM_INSTRUCTIONS['1.41'])
const isTools = ajv.compile(TOOL_DEFINITIONS)

const call = (request: Json, response: Json = null, operation: Operation = 'chat', over: Partial<CallRecord> = {}) =>
  makeRecord({
    operation,
    request: { model: 'm', body: request },
    response: { ...makeRecord().response, body: response },
    ...over,
  })

const outputMessages = (record: CallRecord) => outputMessagesOf(record, 'latest')
const systemInstructions = (record: CallRecord) => systemInstructionsOf(record, 'latest')

/** As on the wire, where `undefined` is absent. */
function checked(value: unknown, isValid: ReturnType<typeof ajv.compile>): unknown {
  const wire: unknown = JSON.parse(JSON.stringify(value))
  expect(isValid(wire), JSON.stringify(isValid.errors?.[0])).toBe(true)
  return wire
}

test('the schema refuses what is not a message', () => {
  expect(isInput([{ role: 'user', parts: [{ type: 'text', text: 'not content' }] }])).toBe(false)
  expect(isInput([{ role: 'user', content: 'hi' }])).toBe(false)
  expect(isOldOutput([{ role: 'assistant', parts: [] }])).toBe(false)
  expect(isOutput([{ role: 'assistant', parts: [{ type: 'compaction', content: 7 }] }])).toBe(false)
  expect(isInput([{ role: 'user', parts: [{ type: 'of_my_own', x: 1 }] }])).toBe(true)
})

describe('input messages', () => {
  test('chat: texts, images, tool calls, tool answers', () => {
    const messages = [
      { role: 'system', content: 's' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'what?' },
          { type: 'image_url', image_url: { url: 'https://x/y.png' } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: 'ok' },
    ]
    expect(checked(inputMessages(call({ messages })), isInput)).toEqual([
      { role: 'system', parts: [{ type: 'text', content: 's' }] },
      {
        role: 'user',
        parts: [
          { type: 'text', content: 'what?' },
          { type: 'uri', modality: 'image', uri: 'https://x/y.png' },
        ],
      },
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'f', arguments: { a: 1 } }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: 'ok' }] },
    ])
  })

  test('chat: data URLs, audio, files, names, refusals, functions of 2023', () => {
    const messages = [
      {
        role: 'user',
        name: 'ann',
        content: [
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
          { type: 'input_audio', input_audio: { data: 'BBBB', format: 'mp3' } },
          { type: 'file', file: { file_id: 'file-1' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,CCCC' } },
        ],
      },
      { role: 'assistant', content: null, refusal: 'no', function_call: { name: 'g', arguments: 'half {' } },
      { role: 'function', name: 'g', content: '42' },
    ]
    expect(checked(inputMessages(call({ messages })), isInput)).toEqual([
      {
        role: 'user',
        name: 'ann',
        parts: [
          { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'AAAA' },
          { type: 'blob', modality: 'audio', mime_type: 'audio/mp3', content: 'BBBB' },
          { type: 'file', modality: 'document', file_id: 'file-1' },
          { type: 'blob', modality: 'document', mime_type: 'application/pdf', content: 'CCCC' },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'refusal', content: 'no' },
          { type: 'tool_call', name: 'g', arguments: 'half {' },
        ],
      },
      { role: 'tool', name: 'g', parts: [{ type: 'tool_call_response', id: 'g', response: '42' }] },
    ])
  })

  test('responses: a text, and items of each kind', () => {
    expect(inputMessages(call({ input: 'Hi' }, null, 'responses'))).toEqual([
      { role: 'user', parts: [{ type: 'text', content: 'Hi' }] },
    ])
    const input = [
      {
        role: 'user',
        content: [
          { type: 'input_text', text: 'a' },
          { type: 'input_image', image_url: 'https://x/1.png' },
          { type: 'input_file', file_id: 'f1' },
        ],
      },
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'thinking' }] },
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: 'ok' },
      { type: 'web_search_call', id: 'ws_1', status: 'completed' },
      { type: 'mcp_call', id: 'm1', name: 'roll', arguments: '{}' },
    ]
    expect(checked(inputMessages(call({ input }, null, 'responses')), isInput)).toEqual([
      {
        role: 'user',
        parts: [
          { type: 'text', content: 'a' },
          { type: 'uri', modality: 'image', uri: 'https://x/1.png' },
          { type: 'file', modality: 'document', file_id: 'f1' },
        ],
      },
      { role: 'assistant', parts: [{ type: 'reasoning', content: 'thinking' }] },
      { role: 'assistant', parts: [{ type: 'tool_call', id: 'c1', name: 'f', arguments: {} }] },
      { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: 'ok' }] },
      {
        role: 'assistant',
        parts: [
          {
            type: 'server_tool_call',
            id: 'ws_1',
            name: 'web_search',
            server_tool_call: { type: 'web_search_call', id: 'ws_1', status: 'completed' },
          },
        ],
      },
      {
        role: 'assistant',
        parts: [
          {
            type: 'server_tool_call',
            id: 'm1',
            name: 'roll',
            server_tool_call: { type: 'mcp_call', id: 'm1', name: 'roll', arguments: '{}' },
          },
        ],
      },
    ])
  })

  test('a part that bears a name of the conventions but not its shape is renamed', () => {
    const types = ['blob', 'uri', 'file', 'tool_call', 'tool_call_response', 'server_tool_call', 'reasoning']
    const messages = [{ role: 'user', content: types.map((type) => ({ type, x: 1 })) }]
    expect(checked(inputMessages(call({ messages })), isInput)).toEqual([
      { role: 'user', parts: types.map((type) => ({ type: `openai.${type}`, x: 1 })) },
    ])
  })

  test('prompts of completions and images; none for embeddings', () => {
    const user = (content: string) => ({ role: 'user', parts: [{ type: 'text', content }] })
    expect(inputMessages(call({ prompt: ['a', 'b'] }, null, 'text_completion'))).toEqual([user('a'), user('b')])
    expect(inputMessages(call({ prompt: 'a cat' }, null, 'image'))).toEqual([user('a cat')])
    expect(inputMessages(call({ input: 'a' }, null, 'embeddings'))).toEqual([])
  })
})

describe('output messages', () => {
  test('one per choice, with the reason’s name in the conventions', () => {
    const choices = [
      { finish_reason: 'stop', message: { role: 'assistant', content: 'x', refusal: null } },
      {
        finish_reason: 'tool_calls',
        message: { content: null, tool_calls: [{ id: 'c', function: { name: 'f', arguments: '{}' } }] },
      },
      { finish_reason: null, message: { content: 'half' } },
    ]
    expect(checked(outputMessages(call({}, { choices }, 'chat', { status: 'error' })), isOutput)).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'x' }], finish_reason: 'stop' },
      {
        role: 'assistant',
        parts: [{ type: 'tool_call', id: 'c', name: 'f', arguments: {} }],
        finish_reason: 'tool_call',
      },
      { role: 'assistant', parts: [{ type: 'text', content: 'half' }], finish_reason: 'error' },
    ])
  })

  test('one for all items of a response', () => {
    const output = [
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello' }] },
    ]
    expect(checked(outputMessages(call({}, { output }, 'responses')), isOutput)).toEqual([
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', content: 'hm' },
          { type: 'text', content: 'Hello' },
        ],
        finish_reason: 'stop',
      },
    ])
  })

  test('no reason is made up for an answer that has none yet, nor for one that broke off', () => {
    const none = { response: { ...makeRecord().response, finish_reasons: [], body: { status: 'queued', output: [] } } }
    const queued = call({}, null, 'responses', none)
    expect(outputMessages(queued)).toEqual([{ role: 'assistant', parts: [] }])
    expect(checked(outputMessagesOf(queued, '1.41'), isOldOutput)).toMatchObject([{ finish_reason: 'unknown' }])
    const aborted = call({}, { choices: [{ message: { content: 'ha' } }] }, 'chat', { status: 'aborted' })
    expect(outputMessages(aborted)).toMatchObject([{ finish_reason: 'error' }])
  })
})

test('instructions and tools', () => {
  const record = call({
    instructions: 'Be kind.',
    tools: [
      { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } },
      { type: 'function', name: 'g', parameters: null },
      { type: 'web_search_preview', search_context_size: 'low' },
      { type: 'custom', custom: { name: 'c', format: { type: 'text' } } },
    ],
    functions: [{ name: 'old' }],
  })
  expect(checked(systemInstructions(record), isSystem)).toEqual([{ type: 'text', content: 'Be kind.' }])
  expect(checked(toolDefinitions(record), isTools)).toEqual([
    { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' } },
    { type: 'function', name: 'g' },
    { type: 'web_search_preview', name: 'web_search_preview', search_context_size: 'low' },
    { type: 'custom', name: 'c', format: { type: 'text' } },
    { type: 'function', name: 'old' },
  ])
})

test('whatever the body holds, the messages are valid', () => {
  const operation = fc.constantFrom<Operation>(
    'chat',
    'responses',
    'text_completion',
    'image',
    'transcription',
    'speech',
  )
  const item = fc.oneof(
    anyJson,
    fc.record(
      {
        role: anyJson,
        type: fc.oneof(
          anyJson,
          fc.constantFrom(
            'message',
            'reasoning',
            'function_call',
            'function_call_output',
            'text',
            'blob',
            'file',
            'uri',
            'tool_call',
            'thinking',
            'computer_call',
            'shell_call_output',
            'mcp_approval_request',
            'image_generation_call',
            'compaction',
            'input_audio',
            'image_url',
          ),
        ),
        content: fc.oneof(anyJson, fc.array(anyJson, { maxLength: 2 })),
        name: anyJson,
        text: anyJson,
        tool_calls: anyJson,
        arguments: anyJson,
        call_id: anyJson,
        function: anyJson,
        message: anyJson,
        summary: anyJson,
        annotations: anyJson,
        images: anyJson,
        audio: anyJson,
        reasoning: anyJson,
        result: anyJson,
        image_url: anyJson,
        input_audio: anyJson,
      },
      { requiredKeys: [] },
    ),
  )
  const list = fc.array(item, { maxLength: 3 })
  fc.assert(
    fc.property(list, list, operation, (inputs, outputs, kind) => {
      const request = {
        messages: inputs,
        input: inputs,
        instructions: inputs,
        tools: inputs,
        functions: inputs,
      } as Json
      const body = kind === 'responses' ? { input: inputs, instructions: inputs, tools: outputs } : request
      const record = call(
        body as Json,
        { choices: outputs, ...(kind === 'responses' ? { output: outputs } : {}) } as Json,
        kind,
      )
      checked(inputMessages(record), isInput)
      checked(outputMessages(record), isOutput)
      checked(outputMessagesOf(record, '1.41'), isOldOutput)
      checked(systemInstructions(record), isSystem)
      checked(systemInstructionsOf(record, '1.41'), isOldSystem)
      checked(toolDefinitions(record), isTools)
    }),
    { numRuns: 400 },
  )
})
