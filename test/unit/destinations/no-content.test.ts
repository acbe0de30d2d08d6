// Without opt-in nothing that a person, a model or a server wrote goes to an OpenTelemetry backend, whichever field it stands in: attributes,
// names, events, states of spans, attributes and exemplars of metrics. The same fields are withheld from records.
import { describe, expect, test } from 'vitest'
import { OPERATIONS } from '../../../src/cli/filters.ts'
import { withholdContent } from '../../../src/content/withhold.ts'
import { factsOf, measurementsOf } from '../../../src/destinations/metric-facts.ts'
import { encodeOtlp } from '../../../src/destinations/otlp.ts'
import type { CallRecord } from '../../../src/record.ts'
import { makeFailure, makeRecord } from './records.ts'

const SAID = 'Mrs CANARY is ill'
const BODY = {
  model: SAID,
  stop: [SAID],
  input: SAID,
  messages: [{ role: 'user', content: SAID, name: SAID }],
  service_tier: SAID,
  reasoning: { effort: SAID },
  reasoning_effort: SAID,
  previous_response_id: SAID,
  prompt: { id: SAID, version: SAID, variables: { [SAID]: SAID } },
  encoding_format: SAID,
  text: { format: { type: SAID } },
  response_format: { type: SAID },
  modalities: [SAID],
  query: SAID,
  tools: [{ type: SAID, name: SAID }],
  user: SAID,
  metadata: { [SAID]: SAID },
  system_fingerprint: SAID,
  conversation: SAID,
  session: { model: SAID },
  response: { modalities: [SAID] },
}
const FIELDS: Partial<CallRecord> = {
  session_id: SAID,
  url_path: `/v1/${SAID}/vector_stores/${encodeURIComponent(SAID)}/search`,
  request_id: SAID,
  attempts: [{ started_at: '1', duration_ms: 1, status: 500, request_id: SAID, retry_after: SAID, error: SAID }],
  request: { model: SAID, body: BODY },
  response: {
    id: SAID,
    model: SAID,
    finish_reasons: [SAID],
    headers: {
      'content-type': SAID,
      'x-request-id': SAID,
      'openai-model': SAID,
      'x-ms-region': SAID,
      'retry-after': SAID,
    },
    body: {
      ...BODY,
      error: { message: SAID, code: SAID },
      choices: [{ message: { content: SAID }, finish_reason: SAID }],
    },
  },
  truncated: [`/request/body/${SAID}`],
  unplaced: [`/response/body/${SAID}`],
}
const ERROR = { type: SAID, code: SAID, message: SAID, param: SAID, status: null, stack: `E: ${SAID}\n    at x` }

const spansOf = (record: CallRecord, semconv: 'latest' | '1.41'): unknown =>
  encodeOtlp([record], {
    content: false,
    detail: 'full',
    semconv,
    valueLengthLimit: null,
    resource: [],
    droppedCount: 0,
  })
const metricsOf = (record: CallRecord): unknown => {
  const facts = factsOf(record)
  return facts === null ? null : [facts, measurementsOf(facts)]
}

describe.each(OPERATIONS)('%s', (operation) => {
  const records = [
    makeRecord({ ...FIELDS, operation, conversation_id: null }),
    makeFailure({ ...FIELDS, operation, conversation_id: null, error: ERROR, http_status: null }),
    makeFailure({ ...FIELDS, operation, conversation_id: null, error: { ...ERROR, status: 400 }, session_id: null }),
    makeFailure({
      ...FIELDS,
      operation,
      method: 'vector_stores.search',
      conversation_id: null,
      error: ERROR,
      status: 'incomplete',
    }),
  ]

  test.each(records.map((record, at) => [at, record] as const))('record %i', (_, record) => {
    for (const semconv of ['latest', '1.41'] as const)
      expect(JSON.stringify(spansOf(record, semconv))).not.toMatch(/CANARY/)
    expect(JSON.stringify(metricsOf(record))).not.toMatch(/CANARY/)
    const {
      tags: _tags,
      metadata: _metadata,
      user_id: _user,
      name: _name,
      trace_id: _trace,
      ...withheld
    } = withholdContent(record)
    expect(JSON.stringify(withheld)).not.toMatch(/CANARY/)
  })
})

test('what is a word stays', () => {
  const record = makeRecord({
    url_path: '/v1/models/org%2Fmodel/@cf/meta/llama',
    request_id: 'req_0a1b2c',
    response: {
      ...makeRecord().response,
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'x-ms-region': 'East US 2',
        'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT',
        'x-ratelimit-reset-tokens': '6m0s',
        'openai-processing-ms': '663',
      },
    },
    attempts: [
      {
        started_at: '1',
        duration_ms: 1,
        status: null,
        request_id: null,
        retry_after: '0.5',
        error: 'TypeError (ECONNRESET)',
      },
    ],
  })
  const { url_path, request_id, attempts, response } = withholdContent(record)
  expect({ url_path, request_id, attempts, headers: response.headers }).toEqual({
    url_path: record.url_path,
    request_id: record.request_id,
    attempts: record.attempts,
    headers: record.response.headers,
  })
})

test('an error that a socket told is a server’s text; one of this machine is not', () => {
  const told = makeFailure({
    http_status: null,
    session_id: 'sess_1',
    error: { ...ERROR, type: 'invalid_request_error', code: 'bad' },
  })
  expect(JSON.stringify(spansOf(told, 'latest'))).not.toContain('CANARY')
  const own = makeFailure({
    http_status: null,
    session_id: null,
    response: { ...makeRecord().response, body: null },
    error: { ...ERROR, message: 'Connection error.' },
  })
  expect(JSON.stringify(spansOf(own, 'latest'))).toContain('Connection error.')
})
