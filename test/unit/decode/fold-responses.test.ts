import { describe, expect, test } from 'vitest'
import { clientOf, foldWire, wireOf, withoutDerived } from '../openai/sdk.ts'

const BASE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1795348926,
  model: 'gpt-4.1',
  status: 'in_progress',
  error: null,
  incomplete_details: null,
  metadata: {},
  usage: null,
}
const USAGE = {
  input_tokens: 5,
  output_tokens: 7,
  total_tokens: 12,
  input_tokens_details: { cached_tokens: 1 },
  output_tokens_details: { reasoning_tokens: 3 },
}
const URL_NOTE = { type: 'url_citation', url: 'https://example.test', title: 't', start_index: 0, end_index: 1 }

const message = (text: string, status = 'in_progress'): object => {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    status,
    content: text === '' ? [] : [{ type: 'output_text', text, annotations: [URL_NOTE] }],
  }
}
const call = (args: string, status = 'in_progress'): object => {
  return { id: 'fc_1', type: 'function_call', call_id: 'call_1', name: 'weather', arguments: args, status }
}

const REASONING = {
  id: 'rs_1',
  type: 'reasoning',
  summary: [{ type: 'summary_text', text: 'Thinking.' }],
  content: [{ type: 'reasoning_text', text: 'raw' }],
}
const MESSAGE = {
  ...message('Héllo', 'completed'),
  content: [
    { type: 'output_text', text: 'Héllo', annotations: [URL_NOTE] },
    { type: 'refusal', refusal: 'No.' },
  ],
}

const EVENTS: readonly { type: string; [field: string]: unknown }[] = [
  { type: 'response.created', response: { ...BASE, output: [] } },
  { type: 'response.in_progress', response: { ...BASE, output: [] } },
  { type: 'response.output_item.added', output_index: 0, item: { id: 'rs_1', type: 'reasoning', summary: [] } },
  {
    type: 'response.reasoning_summary_part.added',
    output_index: 0,
    summary_index: 0,
    item_id: 'rs_1',
    part: { type: 'summary_text', text: '' },
  },
  { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, item_id: 'rs_1', delta: 'Think' },
  { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, item_id: 'rs_1', delta: 'ing.' },
  {
    type: 'response.reasoning_summary_text.done',
    output_index: 0,
    summary_index: 0,
    item_id: 'rs_1',
    text: 'Thinking.',
  },
  {
    type: 'response.reasoning_summary_part.done',
    output_index: 0,
    summary_index: 0,
    item_id: 'rs_1',
    part: { type: 'summary_text', text: 'Thinking.' },
  },
  {
    type: 'response.content_part.added',
    output_index: 0,
    content_index: 0,
    item_id: 'rs_1',
    part: { type: 'reasoning_text', text: '' },
  },
  { type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, item_id: 'rs_1', delta: 'raw' },
  {
    type: 'response.output_item.done',
    output_index: 0,
    item: REASONING,
  },
  { type: 'response.output_item.added', output_index: 1, item: message('') },
  {
    type: 'response.content_part.added',
    output_index: 1,
    content_index: 0,
    item_id: 'msg_1',
    part: { type: 'output_text', text: '', annotations: [] },
  },
  { type: 'response.output_text.delta', output_index: 1, content_index: 0, item_id: 'msg_1', delta: 'Hé' },
  { type: 'response.output_text.delta', output_index: 1, content_index: 0, item_id: 'msg_1', delta: 'llo' },
  {
    type: 'response.output_text.annotation.added',
    output_index: 1,
    content_index: 0,
    annotation_index: 0,
    item_id: 'msg_1',
    annotation: URL_NOTE,
  },
  { type: 'response.output_text.done', output_index: 1, content_index: 0, item_id: 'msg_1', text: 'Héllo' },
  {
    type: 'response.content_part.added',
    output_index: 1,
    content_index: 1,
    item_id: 'msg_1',
    part: { type: 'refusal', refusal: '' },
  },
  { type: 'response.refusal.delta', output_index: 1, content_index: 1, item_id: 'msg_1', delta: 'No' },
  { type: 'response.refusal.done', output_index: 1, content_index: 1, item_id: 'msg_1', refusal: 'No.' },
  { type: 'response.output_item.done', output_index: 1, item: MESSAGE },
  { type: 'response.output_item.added', output_index: 2, item: call('') },
  { type: 'response.function_call_arguments.delta', output_index: 2, item_id: 'fc_1', delta: '{"a":' },
  { type: 'response.function_call_arguments.delta', output_index: 2, item_id: 'fc_1', delta: '1}' },
  { type: 'response.function_call_arguments.done', output_index: 2, item_id: 'fc_1', arguments: '{"a":1}' },
  { type: 'response.output_item.done', output_index: 2, item: call('{"a":1}', 'completed') },
  {
    type: 'response.output_item.added',
    output_index: 3,
    item: { id: 'ci_1', type: 'code_interpreter_call', code: null, status: 'in_progress', outputs: null },
  },
  { type: 'response.code_interpreter_call_code.delta', output_index: 3, item_id: 'ci_1', delta: 'print(1)' },
  { type: 'response.code_interpreter_call.interpreting', output_index: 3, item_id: 'ci_1' },
  {
    type: 'response.output_item.added',
    output_index: 4,
    item: { id: 'ct_1', type: 'custom_tool_call', call_id: 'c', name: 'n', input: '' },
  },
  { type: 'response.custom_tool_call_input.delta', output_index: 4, item_id: 'ct_1', delta: 'xy' },
  {
    type: 'response.output_item.added',
    output_index: 5,
    item: { id: 'mcp_1', type: 'mcp_call', name: 'n', server_label: 's', arguments: '' },
  },
  { type: 'response.mcp_call_arguments.delta', output_index: 5, item_id: 'mcp_1', delta: '{}' },
  { type: 'response.mcp_call.completed', output_index: 5, item_id: 'mcp_1' },
  {
    type: 'response.output_item.added',
    output_index: 6,
    item: { id: 'ws_1', type: 'web_search_call', status: 'in_progress', action: { type: 'search', query: 'q' } },
  },
  { type: 'response.web_search_call.searching', output_index: 6, item_id: 'ws_1' },
]

/** Events until the first three items are done. */
const ALL_DONE = 26

describe('equals finalResponse()', () => {
  const ends = EVENTS.map((_, at) => at + 1)
  test.each(ends)('after %i events of a stream that broke off', async (length) => {
    const wire = wireOf(EVENTS.slice(0, length), false)
    const stream = clientOf(wire, 31).responses.stream({ model: 'm', input: 'i' })
    expect(foldWire(wire)).toEqual(withoutDerived(await stream.finalResponse()))
  })

  test.each(['completed', 'failed', 'incomplete'])('when the stream ends with response.%s', async (status) => {
    const output = [REASONING, { ...MESSAGE, status }, call('{"a":1}', 'completed')]
    const response = { ...BASE, status, output, usage: USAGE }
    const wire = wireOf([...EVENTS.slice(0, ALL_DONE), { type: `response.${status}`, response }], false)
    const stream = clientOf(wire, 31).responses.stream({ model: 'm', input: 'i' })
    const body = foldWire(wire)
    expect(body).toEqual(withoutDerived(await stream.finalResponse()))
    expect(body).toEqual(response)
  })
})

describe('beyond the SDK', () => {
  test('a stream that is resumed in its middle is rebuilt without its scaffolds', () => {
    const body = foldWire(wireOf(EVENTS.slice(13, 15), false))
    expect(body).toEqual({
      output: [{ id: 'msg_1', type: 'message', content: [{ type: 'output_text', text: 'Héllo' }] }],
    })
  })

  test('items stay when the last event has an empty output', () => {
    const end = { type: 'response.completed', response: { ...BASE, status: 'completed', output: [], usage: USAGE } }
    const body = foldWire(wireOf([...EVENTS.slice(0, 21), end], false))
    expect(body).toMatchObject({
      status: 'completed',
      usage: USAGE,
      output: [{ type: 'reasoning' }, { type: 'message' }],
    })
  })

  test('events of unknown types change nothing', () => {
    const odd = { type: 'response.future.thing', output_index: 1, anything: 1 }
    expect(foldWire(wireOf([...EVENTS.slice(0, 21), odd], false))).toEqual(foldWire(wireOf(EVENTS.slice(0, 21), false)))
  })
})
