import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { addGenAiAttributes, addGenAiContent } from '../../../src/destinations/genai-attributes.ts'
import { attributeList } from '../../../src/destinations/otlp-model.ts'
import { addRecordAttributes } from '../../../src/destinations/record-attributes.ts'
import { type Semconv, spanName } from '../../../src/destinations/semconv.ts'
import type { CallRecord, Json } from '../../../src/record.ts'
import { INPUT_MESSAGES, OUTPUT_MESSAGES, RETRIEVAL_DOCUMENTS } from './genai-schema.ts'
import { makeRecord } from './records.ts'

const ajv = new Ajv({ allowUnionTypes: true, strictRequired: false, strictTypes: false })
const isInput = ajv.compile(INPUT_MESSAGES)
const isOutput = ajv.compile(OUTPUT_MESSAGES.latest)
const isDocuments = ajv.compile(RETRIEVAL_DOCUMENTS)

/** What the span of a record says, as plain values. */
function said(record: CallRecord, semconv: Semconv = 'latest'): { readonly [key: string]: unknown } {
  const list = attributeList()
  addGenAiAttributes(list, record, semconv)
  addRecordAttributes(list, record, semconv, true)
  addGenAiContent(list, record, semconv)
  return Object.fromEntries(
    list.attributes.map(({ key, value }) => [
      key,
      'intValue' in value ? Number(value.intValue) : Object.values(value)[0],
    ]),
  )
}

const asked = (body: Json, over: Partial<CallRecord> = {}): CallRecord =>
  makeRecord({ request: { model: 'm', body }, ...over })
const answered = (body: Json, over: Partial<CallRecord> = {}): CallRecord =>
  makeRecord({ response: { ...makeRecord().response, body }, ...over })
const responses = { operation: 'responses', method: 'responses.create' } as const

function outputParts(record: CallRecord): unknown {
  const messages = JSON.parse(String(said(record)['gen_ai.output.messages']))
  expect(isOutput(messages), JSON.stringify(isOutput.errors)).toBe(true)
  return messages[0].parts
}

function sentMessages(record: CallRecord): unknown {
  const messages = JSON.parse(String(said(record)['gen_ai.input.messages']))
  expect(isInput(messages), JSON.stringify(isInput.errors)).toBe(true)
  return messages
}

describe('what a call is', () => {
  const search = makeRecord({
    operation: 'other',
    method: 'vector_stores.search',
    url_path: '/v1/vector_stores/vs_1/search',
    request: { model: null, body: { query: ['red', 'shoes'], max_num_results: 5 } },
    response: {
      ...makeRecord().response,
      body: { data: [{ file_id: 'f1', score: 0.9, filename: 'a.md', content: [] }, { id: 7 }] },
    },
  })

  test('a vector store search is a retrieval', () => {
    const span = said(search)
    expect(spanName(search, 'latest')).toBe('retrieval vs_1')
    expect(span).toMatchObject({
      'gen_ai.operation.name': 'retrieval',
      'gen_ai.data_source.id': 'vs_1',
      'gen_ai.retrieval.top_k': 5,
      'gen_ai.retrieval.query.text': 'red\nshoes',
    })
    const documents = JSON.parse(String(span['gen_ai.retrieval.documents']))
    expect(isDocuments(documents)).toBe(true)
    expect(documents[0]).toMatchObject({ id: 'f1', score: 0.9, filename: 'a.md' })
    expect(said(search, '1.41')).toMatchObject({ 'gen_ai.operation.name': 'retrieval', 'gen_ai.request.top_k': 5 })
  })

  test('a read is fetch_response and counts no tokens a second time', () => {
    const read = makeRecord({
      operation: 'responses',
      method: 'responses.retrieve',
      request: { model: null, body: null },
    })
    expect(spanName(read, 'latest')).toBe('fetch_response')
    const span = said(read)
    expect(span['gen_ai.operation.name']).toBe('fetch_response')
    expect(Object.keys(span).filter((key) => key.startsWith('gen_ai.usage.'))).toEqual([])
    expect(span['neatlogs.record.usage.input_tokens']).toBe(13)
    expect(said(read, '1.41')['gen_ai.operation.name']).toBe('chat')
  })

  test('openai.* belongs to OpenAI', () => {
    for (const provider of ['groq', 'aws.bedrock', 'azure.ai.openai', 'openrouter']) {
      const span = said(asked({ service_tier: 'flex' }, { provider }))
      expect(Object.keys(span).filter((key) => key.startsWith('openai.'))).toEqual([])
      expect(span['gen_ai.provider.name']).toBe(provider)
    }
    expect(said(asked({ service_tier: 'flex' }))['openai.request.service_tier']).toBe('flex')
  })
})

describe('what was asked for', () => {
  test.each<[string, Partial<CallRecord>, Json, unknown]>([
    ['sound', {}, { modalities: ['text', 'audio'] }, 'speech'],
    ['a picture', {}, { modalities: ['image', 'text'] }, 'image'],
    ['text', {}, { modalities: ['text'] }, 'text'],
    ['JSON', {}, { modalities: ['text'], response_format: { type: 'json_schema' } }, 'json'],
    ['a transcript', { operation: 'transcription' }, {}, 'text'],
    ['nothing', {}, {}, undefined],
  ])('%s', (_name, over, body, type) => expect(said(asked(body, over))['gen_ai.output.type']).toBe(type))

  test('reasoning, previous response, stored prompt, compaction: since 1.42 only', () => {
    const body = {
      reasoning: { effort: 'high' },
      previous_response_id: 'resp_0',
      prompt: { id: 'pmpt_1', version: '3', variables: { city: 'Oslo', n: 2 } },
      input: [{ type: 'compaction', id: 'cmp_1', encrypted_content: 'AAAA' }],
    }
    const names = {
      'gen_ai.request.reasoning.level': 'high',
      'gen_ai.request.previous_response.id': 'resp_0',
      'gen_ai.prompt.name': 'pmpt_1',
      'gen_ai.prompt.version': '3',
      'gen_ai.prompt.variable.city': 'Oslo',
      'gen_ai.prompt.variable.n': '2',
      'gen_ai.conversation.compacted': true,
    }
    expect(said(asked(body, responses))).toMatchObject(names)
    expect(said(asked({ reasoning_effort: 'minimal' }))['gen_ai.request.reasoning.level']).toBe('minimal')
    const old = said(asked(body, responses), '1.41')
    for (const name of Object.keys(names)) expect(old).not.toHaveProperty(name)
  })

  test('cache writes and tokens by modality have the names of the version', () => {
    const usage = { ...makeRecord().usage, cache_write_input_tokens: 4, audio_input_tokens: 5, audio_output_tokens: 6 }
    expect(said(makeRecord({ usage }))).toMatchObject({
      'gen_ai.usage.cache_write.input_tokens': 4,
      'gen_ai.usage.audio.input_tokens': 5,
      'gen_ai.usage.audio.output_tokens': 6,
    })
    expect(said(makeRecord({ usage }), '1.41')).toMatchObject({
      'gen_ai.usage.cache_creation.input_tokens': 4,
      'neatlogs.record.usage.audio_input_tokens': 5,
    })
  })
})

describe('what came back', () => {
  const chat = (message: Json, more: { readonly [key: string]: Json } = {}) =>
    answered({ choices: [{ message, finish_reason: 'stop' }], ...more })

  test.each<[string, Json]>([
    ['DeepSeek', { reasoning_content: 'hm', content: 'x' }],
    ['Groq', { reasoning: 'hm', content: 'x' }],
    ['LiteLLM', { thinking_blocks: [{ type: 'thinking', thinking: 'hm' }], content: 'x' }],
    ['OpenRouter', { reasoning: 'hm', reasoning_details: [{ type: 'reasoning.text', text: 'hm' }], content: 'x' }],
    [
      'Mistral',
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
          { type: 'text', text: 'x' },
        ],
      },
    ],
  ])('the reasoning of %s', (_server, message) => {
    expect(outputParts(chat(message))).toEqual([
      { type: 'reasoning', content: 'hm' },
      { type: 'text', content: 'x' },
    ])
  })

  test('citations of every kind', () => {
    const cited = { type: 'url_citation', url: 'https://a.example/', title: 'A' }
    const nested = [{ type: 'url_citation', url_citation: { url: 'https://a.example/', title: 'A' } }]
    expect(outputParts(chat({ content: 'x', annotations: nested }))).toEqual([{ type: 'text', content: 'x' }, cited])
    const output = [{ type: 'message', content: [{ type: 'output_text', text: 'x', annotations: [cited] }] }]
    expect(outputParts(answered({ output }, responses))).toEqual([{ type: 'text', content: 'x' }, cited])
    expect(outputParts(chat({ content: 'x' }, { citations: ['https://b.example/'] }))).toContainEqual({
      type: 'url_citation',
      url: 'https://b.example/',
    })
  })

  test('pictures and sound', () => {
    const images = [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }]
    const picture = { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'AAAA' }
    expect(outputParts(chat({ content: 'x', images }))).toContainEqual(picture)
    const described = { type: 'image', media_type: 'image/png', encoding: 'base64', bytes: 3, sha256: 'f' }
    const shown = { type: 'image', mime_type: 'image/png', bytes: 3, sha256: 'f' }
    const call = { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: described }
    expect(outputParts(answered({ output: [call] }, responses))).toEqual([
      {
        type: 'server_tool_call',
        id: 'ig_1',
        name: 'image_generation',
        server_tool_call: { type: 'image_generation_call', id: 'ig_1', status: 'completed' },
      },
      shown,
    ])
    const made = answered({ data: [{ b64_json: described, revised_prompt: 'a cat' }] }, { operation: 'image' })
    expect(outputParts(made)).toEqual([shown, { type: 'text', content: 'a cat' }])
    const audio = { id: 'audio_1', data: { ...described, type: 'audio', media_type: null }, transcript: 'Hello' }
    expect(outputParts(chat({ content: null, audio }))).toEqual([
      { type: 'audio', mime_type: null, bytes: 3, sha256: 'f', id: 'audio_1', transcript: 'Hello' },
    ])
    expect(outputParts(answered('Hi there', { operation: 'transcription' }))).toEqual([
      { type: 'text', content: 'Hi there' },
    ])
    const speech = { type: 'audio', media_type: 'audio/mpeg', bytes: 9, sha256: 'a' }
    expect(outputParts(answered(speech, { operation: 'speech' }))).toMatchObject([{ type: 'audio', bytes: 9 }])
  })

  test('what the program runs stands apart from what the server ran', () => {
    const output = [
      { type: 'computer_call', id: 'cu', call_id: 'c1', action: { type: 'click', x: 1 } },
      { type: 'shell_call', call_id: 'c2', action: { commands: ['ls'] } },
      { type: 'apply_patch_call', call_id: 'c3', operation: { type: 'delete_file', path: 'a' } },
      { type: 'mcp_approval_request', id: 'mcpr_1', name: 'roll', server_label: 'dice', arguments: '{"n":2}' },
      { type: 'web_search_call', id: 'ws', status: 'completed' },
      { type: 'shell_call', call_id: 'c4', environment: { type: 'container_reference' }, action: {} },
      { type: 'shell_call_output', call_id: 'c4', output: [] },
    ]
    const parts = outputParts(answered({ output }, responses)) as { type: string; id?: string; name?: string }[]
    expect(parts.map(({ type, id, name }) => [type, id, name])).toEqual([
      ['tool_call', 'c1', 'computer'],
      ['tool_call', 'c2', 'shell'],
      ['tool_call', 'c3', 'apply_patch'],
      ['tool_call', 'mcpr_1', 'roll'],
      ['server_tool_call', 'ws', 'web_search'],
      ['server_tool_call', undefined, 'shell'],
      ['server_tool_call_response', 'c4', undefined],
    ])
    expect(parts[0]).toMatchObject({ arguments: { type: 'click', x: 1 } })
  })
})

test('what the program gave back are tool answers', () => {
  const input = [
    {
      type: 'computer_call_output',
      call_id: 'c1',
      output: { type: 'computer_screenshot', image_url: 'https://x/1.png' },
    },
    { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true },
    { type: 'compaction', id: 'cmp_1', encrypted_content: 'AAAA' },
  ]
  expect(sentMessages(asked({ input }, responses))).toEqual([
    {
      role: 'tool',
      parts: [
        {
          type: 'tool_call_response',
          id: 'c1',
          response: { type: 'computer_screenshot', image_url: 'https://x/1.png' },
        },
      ],
    },
    { role: 'tool', parts: [{ type: 'tool_call_response', id: 'mcpr_1', response: { approve: true } }] },
    { role: 'assistant', parts: [{ type: 'compaction', id: 'cmp_1' }] },
  ])
  expect(sentMessages(asked({ input: 'Say this' }, { operation: 'speech' }))).toEqual([
    { role: 'user', parts: [{ type: 'text', content: 'Say this' }] },
  ])
})
