// Bodies that stay bytes from the spool to the destination make the record, the spans and the lines that their texts make; and where anything is to
// be hidden they do not stay. Random bodies from a seed, with what secrets, escapes and other scripts look like in them.
import { describe, expect, test } from 'vitest'
import { decodeCall } from '../../../src/decode/decode.ts'
import { beginBytes } from '../../../src/destinations/attribute-bytes.ts'
import { encodeLine, encodeWireLine } from '../../../src/destinations/line.ts'
import { encodeNeatlogs } from '../../../src/destinations/neatlogs.ts'
import { encodeOtlp } from '../../../src/destinations/otlp.ts'
import { encodeProtobuf } from '../../../src/destinations/otlp-protobuf.ts'
import type { CallRecord } from '../../../src/record.ts'
import { isWire, readable } from '../../../src/wire-text.ts'
import { inputOf, type Parts } from './input.ts'
import { pickerOf, randomOf } from './odd-streams.ts'

const random = randomOf(14)
const pick = pickerOf(random)
const WORDS =
  'the of and naïve “so” 東京の天気 привет, 🙂 \n\n C:\\temp <b>bold</b> a/b key: 5e3 x=1 http://a.b/c?d=e'.split(' ')
const ODD = [
  ...[
    'https://user:pässwört@host/x',
    'see http://a.b/c?api_key=äbcdef12345&x=1',
    '{"api_key":"sk-12345678901234"}',
    'me@example.com',
  ],
  ...[
    `{"${'ключ'.repeat(9)}_api_key":"geheim12345"}`,
    '{"password" : "hunter22"}',
    '\ud800',
    '\u0001',
    '\u2028',
    'data:image/png;base64,iVBORw0KGgo=',
  ],
  ...[`://${'ä'.repeat(300)}@host`, '" :', '":', '\\u0041'],
]
const prose = (count: number): string => Array.from({ length: count }, () => pick(WORDS)).join(' ')
const text = (): string =>
  random() < 0.08 ? `${prose(30)} ${pick(ODD)} ${prose(30)}` : prose(Math.floor(random() * 700))
const message = (): object => ({
  role: pick(['user', 'system', 'assistant', 'tool']),
  content:
    random() < 0.8
      ? text()
      : [
          { type: 'text', text: text() },
          { type: 'text', text: 'é' },
        ],
  ...(random() < 0.1 ? { name: pick(['José', 'a']) } : {}),
  ...(random() < 0.2
    ? {
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'f', arguments: JSON.stringify({ q: text() }) } },
        ],
      }
    : {}),
  ...(random() < 0.05 ? { [pick(['ключ', 'api_key', 'refusal', 'headers'])]: pick(['x', { a: 'é' }]) } : {}),
})
const asJson = (value: unknown): string => {
  const json = JSON.stringify(value)
  const way = random()
  if (way < 0.9) return json
  return way < 0.95 ? JSON.stringify(value, null, 2) : json.replaceAll('/', '\\/')
}

function someCall(): Parts {
  const tools = [
    { type: 'function', function: { name: 'f', description: text(), parameters: { type: 'object', properties: {} } } },
  ]
  return {
    open: {
      url: `https://api.openai.com${pick(['/v1/chat/completions', '/v1/chat/completions', '/v1/responses', '/v1/files'])}`,
    },
    close: random() < 0.1 ? { headers: { 'content-type': 'application/json', server: 'ü' } } : {},
    request: asJson({
      model: pick(['gpt-4o', 'gpt-4o', 'gpt-4o', 'módel']),
      messages: [message(), message()],
      ...(random() < 0.2 ? { tools } : {}),
    }),
    answer: asJson({
      ...{ id: 'chatcmpl-1', object: 'chat.completion', model: 'gpt-4o-2024', temperature: 1e21 },
      choices: [{ index: 0, message: message(), finish_reason: pick(['stop', 'stop', 'stop', 'ü']) }],
      usage: { prompt_tokens: 3, completion_tokens: 4 },
    }),
    options: { maxBodyBytes: pick([1024 * 1024, 1024 * 1024, 6000]) },
  }
}

function bytesOf(record: CallRecord): readonly Buffer[] {
  const encoding = { resource: [['a', 'ü']] as const, droppedCount: 0 }
  const otlp = { ...encoding, content: true, detail: 'full', semconv: 'latest', valueLengthLimit: null } as const
  const limited = { ...otlp, valueLengthLimit: 20 }
  return [
    Buffer.from(encodeProtobuf(encodeNeatlogs([record], { ...encoding, make: beginBytes() }))),
    Buffer.from(encodeProtobuf(encodeOtlp([record], { ...otlp, make: beginBytes() }))),
    encodeProtobuf(encodeNeatlogs([record], encoding)),
    encodeProtobuf(encodeOtlp([record], limited)),
  ].map((bytes) => Buffer.from(bytes))
}

test('what stays bytes is what its texts are, at every destination', () => {
  let wireCount = 0
  for (let round = 0; round < 150; round++) {
    const call = someCall()
    const usual = decodeCall(inputOf(call))
    const wire = decodeCall(inputOf({ ...call, options: { ...call.options, keepsWire: true } }))
    expect(readable(wire)).toEqual(usual)
    if (!isWire(wire)) continue
    wireCount++
    const written = bytesOf(usual)
    expect(bytesOf(wire).map((bytes, at) => bytes.equals(written[at] as Buffer))).toEqual([true, true, true, true])
    const line = Buffer.from(encodeWireLine(wire), 'latin1').toString()
    expect(line.indexOf('\n')).toBe(line.length - 1)
    expect(JSON.parse(line)).toEqual(JSON.parse(encodeLine(usual)))
    expect(encodeLine(wire)).toBe(encodeLine(usual))
  }
  expect(wireCount).toBeGreaterThan(15)
})

describe('does not stay bytes', () => {
  const long = 'é'.repeat(4000)
  const asked = (content: string, more: object = {}): string =>
    JSON.stringify({ model: 'a', messages: [{ role: 'user', content }], ...more })
  test.each<[string, Parts]>([
    ['a secret of a URL', { request: asked(`${long} https://a:b@c/`) }],
    ['a secret field', { request: asked(long, { api_key: 'x' }) }],
    ['a secret field in a text', { request: asked(`${long} {"api_key":"12345678"}`) }],
    ['an escape that may be any character', { request: asked(long).replace('é', '\\u00e9') }],
    ['bytes that are no UTF-8', { request: Buffer.from(asked(long), 'latin1') }],
    ['rules of redaction', { request: asked(long), options: { redact: ['email'] } }],
    ['content that is not to be kept', { request: asked(long), options: { captureContent: false } }],
    ['a body that is cut', { request: asked(long), options: { maxBodyBytes: 1000 } }],
    ['an error', { request: asked(long), close: { httpStatus: 500, status: 'error' } }],
    ['another fact that is not ASCII', { request: asked(long), lane: { service: 'ü' } }],
    ['an embedding, which is described', { request: asked(long), answer: { data: [{ embedding: [1, 2] }] } }],
  ])('%s', (_, parts) => {
    const call = { answer: '{"choices":[]}', ...parts }
    const wire = decodeCall(inputOf({ ...call, options: { ...call.options, keepsWire: true } }))
    expect(isWire(wire)).toBe(false)
    expect(wire).toEqual(decodeCall(inputOf(call)))
  })

  test('but does without any of it', () => {
    const call = { request: asked(long), answer: '{"choices":[]}', options: { keepsWire: true } }
    expect(isWire(decodeCall(inputOf(call)))).toBe(true)
  })
})
