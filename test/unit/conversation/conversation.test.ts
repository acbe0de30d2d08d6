import { describe, expect, test } from 'vitest'
import { conversationOf } from '../../../src/conversation/conversation.ts'
import { describe as describeMedia, imagePart } from '../../../src/conversation/parts.ts'
import { makeRecords } from '../../integration/viewer/records.ts'

const text = (words: string) => ({ kind: 'text', text: words })
const PIXEL = 'data:image/png;base64,iVBORw0KGgo='

describe('chat completions', () => {
  test('roles, then the answer', () => {
    const turns = conversationOf(
      {
        messages: [
          { role: 'system', content: 's' },
          { role: 'user', name: 'ann', content: 'q' },
        ],
      },
      { choices: [{ message: { role: 'assistant', content: 'a' }, finish_reason: 'length' }] },
    )
    expect(turns).toEqual([
      { role: 'system', note: null, parts: [text('s')], isAnswer: false },
      { role: 'user', note: 'ann', parts: [text('q')], isAnswer: false },
      { role: 'assistant', note: 'length', parts: [text('a')], isAnswer: true },
    ])
  })

  test('results stand beside their calls, each beside its own', () => {
    const call = (id: string, name: string) => ({
      id,
      type: 'function',
      function: { name, arguments: `{"of":"${id}"}` },
    })
    const turns = conversationOf(
      {
        messages: [
          { role: 'assistant', content: null, tool_calls: [call('1', 'f'), call('2', 'g')] },
          { role: 'tool', tool_call_id: '2', content: 'second' },
          { role: 'tool', tool_call_id: '1', content: 'first' },
          { role: 'tool', tool_call_id: 'unknown', content: 'stray' },
        ],
      },
      { choices: [{ message: { tool_calls: [call('3', 'h')] }, finish_reason: 'tool_calls' }] },
    )
    expect(turns.map((turn) => turn.role)).toEqual(['assistant', 'tool', 'assistant'])
    expect(turns[0]?.parts).toEqual([
      { kind: 'call', id: '1', name: 'f', args: '{"of":"1"}', result: [text('first')] },
      { kind: 'call', id: '2', name: 'g', args: '{"of":"2"}', result: [text('second')] },
    ])
    expect(turns[2]?.parts).toMatchObject([{ kind: 'call', name: 'h', result: null }])
  })

  test('pictures from data URLs only', () => {
    const image = (url: unknown) => ({ type: 'image_url', image_url: { url, detail: 'high' } })
    const described = {
      type: 'image',
      media_type: 'image/jpeg',
      encoding: 'base64',
      bytes: 48213,
      sha256: '9f2b1c44aa',
    }
    const [turn] = conversationOf(
      {
        messages: [
          {
            role: 'user',
            content: [
              image(PIXEL),
              image('https://example.com/cat.png'),
              image(described),
              image('javascript:alert(1)'),
            ],
          },
        ],
      },
      null,
    )
    expect(turn?.parts).toEqual([
      { kind: 'image', source: PIXEL },
      { kind: 'attachment', what: 'image', details: 'https://example.com/cat.png' },
      { kind: 'attachment', what: 'image', details: 'image/jpeg · 48,213 bytes · sha256 9f2b1c44…' },
      { kind: 'attachment', what: 'image', details: 'javascript:alert(1)' },
    ])
  })

  test('refusals, reasoning, several choices, the old function_call', () => {
    const turns = conversationOf(
      {
        messages: [
          { role: 'assistant', function_call: { name: 'f', arguments: '{}' } },
          { role: 'function', name: 'f', content: '7' },
        ],
      },
      { choices: [{ message: { refusal: 'No.' } }, { message: { reasoning_content: 'hm', content: 'b' } }] },
    )
    expect(turns[0]?.parts).toEqual([{ kind: 'call', id: 'f', name: 'f', args: '{}', result: [text('7')] }])
    expect(turns[1]).toMatchObject({ note: 'choice 1', parts: [{ kind: 'refusal', text: 'No.' }] })
    expect(turns[2]).toMatchObject({ note: 'choice 2', parts: [{ kind: 'reasoning', text: 'hm' }, text('b')] })
  })
})

describe('responses', () => {
  test('instructions, items, reasoning, calls and answers', () => {
    const turns = conversationOf(
      {
        instructions: 'be brief',
        input: [
          {
            role: 'user',
            content: [
              { type: 'input_text', text: 'q' },
              { type: 'input_image', image_url: PIXEL },
            ],
          },
          { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
          { type: 'function_call_output', call_id: 'c1', output: '42' },
        ],
      },
      {
        output: [
          { type: 'reasoning', summary: [{ type: 'summary_text', text: 'thought' }] },
          { type: 'web_search_call', id: 'ws', status: 'completed', action: { type: 'search', query: 'x' } },
          {
            type: 'message',
            role: 'assistant',
            content: [
              { type: 'output_text', text: 'a' },
              { type: 'refusal', refusal: 'r' },
            ],
          },
        ],
      },
    )
    expect(turns.map((turn) => [turn.role, turn.isAnswer])).toEqual([
      ['instructions', false],
      ['user', false],
      ['assistant', false],
      ['assistant', true],
    ])
    expect(turns[1]?.parts).toEqual([text('q'), { kind: 'image', source: PIXEL }])
    expect(turns[2]?.parts).toMatchObject([{ kind: 'call', name: 'f', result: [text('42')] }])
    expect(turns[3]?.parts).toMatchObject([
      { kind: 'reasoning', text: 'thought' },
      { kind: 'call', name: 'web_search', args: '{"type":"search","query":"x"}' },
      text('a'),
      { kind: 'refusal', text: 'r' },
    ])
  })

  test('a plain input, reasoning without text, items nobody knows', () => {
    const turns = conversationOf(
      { input: 'hello' },
      {
        output: [
          { type: 'reasoning', summary: [] },
          { type: 'novelty', x: 1 },
        ],
      },
    )
    expect(turns[0]).toMatchObject({ role: 'user', parts: [text('hello')] })
    expect(turns[1]?.parts).toEqual([
      { kind: 'reasoning', text: '' },
      { kind: 'json', label: 'novelty', value: { type: 'novelty', x: 1 } },
    ])
  })
})

describe('other endpoints', () => {
  test.each([
    ['embeddings', { input: ['a', 'b'] }, { object: 'list', data: [{ embedding: {} }] }, ['a', 'b'], 'json'],
    [
      'images',
      { prompt: 'a tent' },
      { data: [{ b64_json: 'aGk=', revised_prompt: 'a red tent' }] },
      ['a tent'],
      'image',
    ],
    [
      'described images',
      { prompt: 'a tent' },
      { data: [{ b64_json: { media_type: 'image/png', bytes: 9 } }] },
      ['a tent'],
      'attachment',
    ],
    ['speech', { input: 'say it' }, { type: 'audio', media_type: 'audio/mpeg', bytes: 9 }, ['say it'], 'attachment'],
    ['a transcription', { file: { type: 'file', filename: 'v.m4a' } }, { text: 'said' }, [undefined], 'text'],
    ['a text', { prompt: 'once' }, 'upon a time', ['once'], 'text'],
  ])('%s', (_name, request, response, asked, kind) => {
    const turns = conversationOf(request, response)
    const sent = turns.filter((turn) => !turn.isAnswer).map((turn) => (turn.parts[0] as { text?: string }).text)
    expect(sent).toEqual(asked)
    expect(turns.map((turn) => turn.role)).toEqual([...sent.map(() => 'input'), 'output'])
    expect(turns.at(-1)).toMatchObject({ isAnswer: true, parts: [{ kind }, ...(turns.at(-1)?.parts.slice(1) ?? [])] })
  })

  test('nothing recorded is nothing shown', () => {
    expect(conversationOf(null, null)).toEqual([])
  })

  test('any shape gives turns and never throws', () => {
    const odd: unknown[] = [null, 3, 'x', [], {}, { type: 7 }, { content: [{}] }, [[[]]], { tool_calls: 'no' }]
    for (const a of odd)
      for (const b of odd)
        for (const request of [{ messages: a }, { messages: [a, b] }, { input: [a, b] }, { prompt: a, file: b }, a])
          for (const response of [{ choices: [a, b] }, { output: [a, b] }, { data: [a] }, b])
            expect(() => conversationOf(request, response)).not.toThrow()
  })

  test('every generated record has something to read', () => {
    for (const record of makeRecords({ count: 200, endMs: 1_760_000_000_000, spanMs: 1000 }))
      expect(conversationOf(record.request.body, record.response.body).length).toBeGreaterThan(0)
  })
})

test('imagePart shows no SVG and nothing with markup in it', () => {
  for (const source of [
    'data:image/svg+xml;base64,PHN2Zz4=',
    'data:image/png;base64,a"onerror=',
    'data:text/html;base64,aGk=',
  ])
    expect(imagePart(source)).toMatchObject({ kind: 'attachment' })
})

test('describe names media that the record only describes', () => {
  expect(
    describeMedia({
      data: { type: 'audio', media_type: 'audio/wav', bytes: 1000, sha256: 'abcdef0123' },
      format: 'wav',
    }),
  ).toBe('audio/wav · wav · 1,000 bytes · sha256 abcdef01…')
})

describe('answers of every server', () => {
  const answer = (message: object, more: object = {}) =>
    conversationOf({}, { choices: [{ message, finish_reason: 'stop' }], ...more })[0]?.parts

  test.each<[string, object]>([
    ['reasoning_content', { reasoning_content: 'hm' }],
    ['reasoning', { reasoning: 'hm' }],
    ['thinking', { thinking: 'hm' }],
    ['thinking_blocks', { thinking_blocks: [{ type: 'thinking', thinking: 'hm' }] }],
    ['reasoning_details', { reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] }],
  ])('%s is reasoning', (_name, message) => {
    expect(answer({ content: 'x', ...message })).toEqual([{ kind: 'reasoning', text: 'hm' }, text('x')])
  })

  test('Mistral thinks inside the content', () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      { type: 'text', text: 'x' },
    ]
    expect(answer({ content })).toEqual([{ kind: 'reasoning', text: 'hm' }, text('x')])
  })

  test('sources and pictures stand with the text', () => {
    const annotations = [{ type: 'url_citation', url_citation: { url: 'https://a.example/', title: 'A' } }]
    const source = { kind: 'attachment', what: 'source', details: 'A · https://a.example/' }
    expect(answer({ content: 'x', annotations })).toEqual([text('x'), source])
    expect(answer({ content: 'x' }, { citations: ['https://b.example/'] })).toContainEqual({
      ...source,
      details: 'https://b.example/',
    })
    const images = [{ type: 'image_url', image_url: { url: PIXEL } }]
    expect(answer({ content: 'x', images })).toContainEqual({ kind: 'image', source: PIXEL })
  })

  test('calls that the program runs have their results beside them', () => {
    const input = [
      { type: 'computer_call', id: 'cu_1', call_id: 'c1', action: { type: 'click' } },
      { type: 'computer_call_output', call_id: 'c1', output: 'done' },
      { type: 'mcp_approval_request', id: 'mcpr_1', name: 'roll', arguments: '{}' },
      { type: 'mcp_approval_response', approval_request_id: 'mcpr_1', approve: true },
    ]
    expect(conversationOf({ input }, null)[0]?.parts).toMatchObject([
      { kind: 'call', name: 'computer', args: '{"type":"click"}', result: [text('done')] },
      { kind: 'call', name: 'roll', result: [{ kind: 'json' }] },
    ])
  })
})
