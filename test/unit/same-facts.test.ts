// The page, `tail`, OTLP and NeatLogs show the same facts of one record: each is asked in its own words, and all must say what the record says.
import { describe, expect, test } from 'vitest'
import { requestOf, responseOf } from '../../fixtures/servers/neatlogs/content.mjs'
import { decodeTraces, spansOf } from '../../fixtures/servers/neatlogs/otlp.mjs'
import { readableLine } from '../../src/cli/tail/line.ts'
import { conversationOf } from '../../src/conversation/conversation.ts'
import { encodeNeatlogs } from '../../src/destinations/neatlogs.ts'
import { encodeOtlp } from '../../src/destinations/otlp.ts'
import { encodeProtobuf } from '../../src/destinations/otlp-protobuf.ts'
import { bag, list } from '../../src/narrow.ts'
import type { CallRecord, Json } from '../../src/record.ts'
import { placeRows, usageRows } from '../../src/viewer/page/call/fact-rows.ts'
import { formatCost, formatCount } from '../../src/viewer/page/shell/format.ts'
import { makeFailure, makeRecord } from './destinations/records.ts'

type Attributes = { readonly [key: string]: unknown }

const RESOURCE: readonly [string, string][] = []

function spanOf(request: ReturnType<typeof encodeOtlp>): Attributes {
  const spans = spansOf(decodeTraces(encodeProtobuf(request)))
  return spans.find(({ attributes }) => 'neatlogs.record.id' in attributes)?.attributes ?? {}
}

const otlp = (record: CallRecord): Attributes =>
  spanOf(
    encodeOtlp([record], {
      content: true,
      detail: 'full',
      semconv: 'latest',
      valueLengthLimit: null,
      resource: RESOURCE,
      droppedCount: 0,
    }),
  )
const neatlogs = (record: CallRecord): Attributes =>
  spanOf(encodeNeatlogs([record], { resource: RESOURCE, droppedCount: 0 }))
const page = (record: CallRecord): { readonly [name: string]: string } =>
  Object.fromEntries([...usageRows(bag(record)), ...placeRows(bag(record))])
const tail = (record: CallRecord): string => readableLine({ ...record, time: 0 }, (_, text) => text)

/** What was answered, said by each: reasoning, text, calls and sources. */
interface Said {
  readonly reasoning: readonly string[]
  readonly text: readonly string[]
  readonly calls: readonly string[]
  readonly sources: readonly string[]
}

function saidByPage(request: unknown, response: unknown): Said {
  const parts = conversationOf(request, response)
    .filter(({ isAnswer }) => isAnswer)
    .flatMap((turn) => turn.parts)
  return {
    reasoning: parts.flatMap((part) => (part.kind === 'reasoning' && part.text !== '' ? [part.text] : [])),
    text: parts.flatMap((part) => (part.kind === 'text' ? [part.text] : [])),
    calls: parts.flatMap((part) => (part.kind === 'call' ? [part.name] : [])),
    sources: parts.flatMap((part) => (part.kind === 'attachment' && part.what === 'source' ? [part.details] : [])),
  }
}

function saidBySpan(attributes: Attributes): Said {
  const messages = JSON.parse(String(attributes['gen_ai.output.messages'] ?? '[]')) as { parts: Attributes[] }[]
  const parts = messages.flatMap((message) => message.parts)
  const of = (type: string, field: string) =>
    parts.filter((part) => part.type === type).map((part) => String(part[field]))
  return {
    reasoning: of('reasoning', 'content'),
    text: of('text', 'content'),
    calls: [...of('tool_call', 'name'), ...of('server_tool_call', 'name')],
    sources: parts
      .filter((part) => part.type === 'url_citation')
      .map(({ title, url }) => [title, url].filter(Boolean).join(' · ')),
  }
}

const chat = (message: Json, more: { readonly [key: string]: Json } = {}, over: Partial<CallRecord> = {}): CallRecord =>
  makeRecord({
    ...over,
    response: {
      ...makeRecord().response,
      body: { id: 'chatcmpl-123', choices: [{ index: 0, message, finish_reason: 'stop' }], ...more },
    },
  })
const call = { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }

const RECORDS: { readonly [name: string]: CallRecord } = {
  'a plain answer': makeRecord(),
  'Groq: reasoning, a stream': chat(
    { role: 'assistant', content: 'four', reasoning: 'two and two' },
    {},
    {
      provider: 'groq',
      server_address: 'api.groq.com',
      stream: true,
      chunk_count: 7,
      time_to_first_token_ms: 120.4,
      usage: { ...makeRecord().usage, reasoning_output_tokens: 1, cache_write_input_tokens: 5 },
    },
  ),
  'OpenRouter: details, a stated price, a source': chat(
    {
      role: 'assistant',
      content: 'four',
      reasoning_details: [{ type: 'reasoning.text', text: 'two and two' }],
      annotations: [{ type: 'url_citation', url_citation: { url: 'https://a.example/', title: 'A' } }],
    },
    {},
    { provider: 'openrouter', cost_usd: 0.0125, cost_source: 'server' },
  ),
  'Mistral: thinking in the content': chat(
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'two and two' }] },
        { type: 'text', text: 'four' },
      ],
    },
    {},
    { provider: 'mistral_ai', cost_usd: null, cost_source: null },
  ),
  'Perplexity: sources beside the choices': chat(
    { role: 'assistant', content: 'four' },
    { search_results: [{ title: 'A', url: 'https://a.example/' }] },
    { provider: 'perplexity' },
  ),
  'a tool call': chat({ role: 'assistant', content: null, tool_calls: [call] }),
  'a response that reasons, searches and asks for a shell': makeRecord({
    operation: 'responses',
    method: 'responses.create',
    request: { model: 'gpt-5', body: { model: 'gpt-5', input: 'How many?' } },
    response: {
      ...makeRecord().response,
      finish_reasons: ['tool_calls'],
      body: {
        object: 'response',
        output: [
          { type: 'reasoning', summary: [{ type: 'summary_text', text: 'two and two' }] },
          { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'four' }] },
          { type: 'shell_call', call_id: 'c1', action: { commands: ['ls'] } },
          { type: 'web_search_call', id: 'ws_1', status: 'completed' },
        ],
      },
    },
  }),
  'a refused call': makeFailure(),
}

describe.each(Object.keys(RECORDS))('%s', (name) => {
  const record = RECORDS[name] as CallRecord
  const [span, sent, facts, line] = [otlp(record), neatlogs(record), page(record), tail(record)]

  test('provider, models, ids and how it ended', () => {
    const { provider, request, response, status, error } = record
    expect(span).toMatchObject({ 'gen_ai.provider.name': provider, 'neatlogs.record.status': status })
    expect(sent).toMatchObject({ 'neatlogs.llm.provider': provider, 'neatlogs.record.status': status })
    expect(facts.Provider).toBe(provider)
    expect(line).toContain(status)
    expect([span['gen_ai.request.model'], sent['neatlogs.llm.request_model']]).toEqual([request.model, request.model])
    expect(line).toContain(request.model)
    const served = response.model ?? undefined
    expect([span['gen_ai.response.model'], facts['Model served']]).toEqual([served, served])
    expect(sent['neatlogs.llm.model_name']).toBe(response.model ?? request.model)
    const id = response.id ?? undefined
    expect([span['gen_ai.response.id'], sent['neatlogs.llm.response_id'], facts.Response]).toEqual([id, id, id])
    const reasons = response.finish_reasons
    expect([span['gen_ai.response.finish_reasons'] ?? [], sent['gen_ai.response.finish_reasons'] ?? []]).toEqual([
      reasons,
      reasons,
    ])
    expect(sent['neatlogs.llm.finish_reason']).toBe(reasons[0])
    expect(facts.Finish).toBe(reasons.join(', ') || undefined)
    if (error !== null) {
      expect([span['error.type'], sent['error.type']]).toEqual([error.type, error.type])
      expect(line).toContain(error.message)
    }
  })

  test('tokens, cost and who says so, time to the first token', () => {
    const { usage, cost_usd: cost, cost_source: source, time_to_first_token_ms: first } = record
    const counts = [
      ['gen_ai.usage.input_tokens', 'prompt', 'Input tokens', usage.input_tokens],
      ['gen_ai.usage.output_tokens', 'completion', 'Output tokens', usage.output_tokens],
      ['gen_ai.usage.cache_read.input_tokens', 'cache_read', '· from cache', usage.cache_read_input_tokens],
      ['gen_ai.usage.cache_write.input_tokens', 'cache_write', '· into cache', usage.cache_write_input_tokens],
      ['gen_ai.usage.reasoning.output_tokens', 'reasoning', '· reasoning', usage.reasoning_output_tokens],
    ] as const
    for (const [attribute, own, row, count] of counts) {
      const known = count ?? undefined
      expect([span[attribute], sent[attribute], sent[`neatlogs.llm.token_count.${own}`]]).toEqual([known, known, known])
      expect(facts[row]).toBe(count === null ? undefined : formatCount(count))
    }
    if (usage.input_tokens !== null) expect(line).toContain(`${usage.input_tokens}→${usage.output_tokens} tokens`)
    const price = cost ?? undefined
    expect([span['neatlogs.record.cost_usd'], sent['neatlogs.llm.cost_usd']]).toEqual([price, price])
    expect([span['neatlogs.record.cost_source'], sent['neatlogs.record.cost_source']]).toEqual([
      source ?? undefined,
      source ?? undefined,
    ])
    if (cost === null) expect([facts.Cost, line.includes('$')]).toEqual([undefined, false])
    else {
      expect(facts.Cost).toContain(formatCost(cost))
      expect(facts.Cost?.includes('server')).toBe(source === 'server')
      expect(line.includes('(server)')).toBe(source === 'server')
    }
    expect(sent['neatlogs.llm.metrics.ttft_ms']).toBe(first ?? undefined)
    if (first !== null) expect(line).toContain(`first ${Math.round(first)} ms`)
  })

  test('what was said: reasoning, text, calls and sources', () => {
    const { request, response } = record
    const said = saidByPage(request.body, response.body)
    expect(saidBySpan(span)).toEqual(said)
    // NeatLogs gets the same bodies, whatever way they went.
    expect(requestOf(sent)).toEqual(request.body)
    expect(responseOf(sent)).toEqual(response.body)
    expect(saidByPage(requestOf(sent), responseOf(sent))).toEqual(said)
    for (const text of said.text) expect(line).toContain(text)
    if (list(bag(response.body).choices).length > 0) {
      const shown = sent['neatlogs.llm.output_messages.0.content'] ?? sent['neatlogs.llm.tool_calls.0.name']
      for (const text of [...said.text, ...said.calls]) expect(String(shown)).toContain(text)
    }
  })
})
