import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { compileRedactor } from '../../../src/content/redact.ts'
import { censorPath } from '../../../src/content/redact-path.ts'
import { PATTERNS } from '../../../src/content/redact-pattern.ts'
import { redactPieces } from '../../../src/content/redact-pieces.ts'
import { decodeCall } from '../../../src/decode/decode.ts'
import type { JsonObject } from '../../../src/json-walk.ts'
import { parsePath } from '../../../src/options/redact-rules.ts'
import type { CallRecord, Json } from '../../../src/record.ts'
import { maskRanges } from '../../../src/secrets/shapes.ts'
import { inputOf, type Parts, SSE_HEADERS } from '../decode/input.ts'
import { wireOf } from '../openai/sdk.ts'

const decode = (redact: readonly string[], parts: Parts): CallRecord =>
  decodeCall(inputOf({ ...parts, options: { redact } }))

const VALUE_OBJECT: JsonObject = {
  a: { b: { c: 1 }, 'x-y': [1, { z: 2 }] },
  list: [{ s: 'p', t: 1 }, { s: 'q' }],
  n: null,
}
const VALUE: Json = VALUE_OBJECT

describe('paths', () => {
  test.each([
    'a.b.c',
    'a.b',
    'a["x-y"]',
    'a["x-y"][0]',
    "a['x-y'][1].z",
    'list[*].s',
    'list[1].s',
    'a.*',
    'n',
    '["a"].b',
    'no.such',
    'list[7]',
  ])('%s as pino does it', (path) => {
    let line = ''
    const logger = pino({ redact: [path], base: null, timestamp: false }, { write: (text: string) => (line += text) })
    logger.info({ ...(VALUE as object) })
    const { level: _, ...expected } = JSON.parse(line)
    expect(censorPath(VALUE, parsePath(path))).toEqual(expected)
  })

  test.each([
    ['a.b.c.d', { ...VALUE_OBJECT, a: { b: { c: '[Redacted]' }, 'x-y': [1, { z: 2 }] } }],
    ['a.*.c', { ...VALUE_OBJECT, a: { b: { c: '[Redacted]' }, 'x-y': '[Redacted]' } }],
    ['*.b', { a: { b: '[Redacted]', 'x-y': [1, { z: 2 }] }, list: '[Redacted]', n: null }],
    ['list.s', { ...VALUE_OBJECT, list: '[Redacted]' }],
    ['a[0]', { ...VALUE_OBJECT, a: '[Redacted]' }],
    ['list[*].s.t', { ...VALUE_OBJECT, list: [{ s: '[Redacted]', t: 1 }, { s: '[Redacted]' }] }],
  ])('%s ends early: what it meets there goes, where pino passes it over', (path, expected) => {
    expect(censorPath(VALUE, parsePath(path))).toEqual(expected)
  })

  test.each(['', '.a', 'a..b', 'a[', 'a[]', 'a[x]', 'a]', 'a b', 'a["b"c', 'a*b'])('%j is refused', (path) => {
    expect(() => parsePath(path)).toThrow(expect.objectContaining({ code: 'ERR_NEATLOGS_OPTION' }))
  })

  test('over request and response, with or without `body`', () => {
    const request = {
      model: 'm',
      messages: [
        { role: 'user', content: 'a' },
        { role: 'user', content: 'b' },
      ],
    }
    const answer = { id: '1', choices: [{ message: { content: 'c' } }] }
    for (const rules of [
      ['request.body.messages[*].content', 'response.body.choices[0].message'],
      ['request.messages[*].content', 'response.choices[*].message'],
    ]) {
      const record = decode(rules, { request, answer })
      expect(record.request).toEqual({
        model: 'm',
        body: {
          model: 'm',
          messages: [
            { role: 'user', content: '[Redacted]' },
            { role: 'user', content: '[Redacted]' },
          ],
        },
      })
      expect(record.response.body).toEqual({ id: '1', choices: [{ message: '[Redacted]' }] })
    }
  })

  test('a whole side, and everything', () => {
    expect(decode(['request'], { request: { a: 1 }, answer: { id: '1' } })).toMatchObject({
      request: { body: '[Redacted]' },
      response: { body: { id: '1' } },
    })
    const all = decode(['*'], {
      request: { a: 1 },
      answer: { id: '1' },
      close: { status: 'error', error: { type: 'E', message: 'secret' } },
    })
    expect(all).toMatchObject({
      id: expect.any(String),
      request: { body: '[Redacted]' },
      response: { body: '[Redacted]' },
      metadata: { redacted: '[Redacted]' },
      error: { message: '[Redacted]' },
    })
  })
})

const FOUND: readonly (readonly [name: string, text: string, expected: string])[] = [
  ['email', 'write to john.doe+x@mail.example.co.uk, now', 'write to [Redacted], now'],
  ['email', '<jürgen@münchen.de>', '<[Redacted]>'],
  ['email', '@nobody a@b x@y. user@localhost', '@nobody a@b x@y. user@localhost'],
  ['phone', 'call +49 (0)30 123-4567 or 415-555-2671', 'call [Redacted] or [Redacted]'],
  ['phone', '(415) 555-2671, 4155552671, 1-415-555-2671', '[Redacted], [Redacted], [Redacted]'],
  ['phone', '06 12 34 56 78 / 0171 1234567 / 03012345678', '[Redacted] / [Redacted] / [Redacted]'],
  [
    'phone',
    'in 2024, 1795348926 and 3.14159 and gpt-4o-2024-08-06',
    'in 2024, 1795348926 and 3.14159 and gpt-4o-2024-08-06',
  ],
  ['card', '4111 1111 1111 1111 exp 12/27', '[Redacted] exp 12/27'],
  ['card', '4111111111111111 12', '[Redacted] 12'],
  ['card', '3782-822463-10005', '[Redacted]'],
  ['card', '4111 1111 1111 1112', '4111 1111 1111 1112'],
  ['key', 'use sk-test-abcdef123456 please', 'use [Redacted] please'],
  ['key', 'Authorization: Bearer abc.def-123', 'Authorization: Bearer [Redacted]'],
]

describe('named patterns', () => {
  test.each(FOUND)('%s in %j', (name, text, expected) => {
    expect(maskRanges(text, PATTERNS.get(name)?.(text) ?? [])).toBe(expected)
  })

  test('over all that people write: bodies, keys of objects, numbers, metadata, tags, user, error', () => {
    const mail = 'john@example.com'
    const record = decode(['email', 'card'], {
      request: {
        messages: [{ content: `I am ${mail}` }],
        [mail]: { deep: [mail] },
        card: 4111111111111111,
        n: 4111111111111112,
      },
      answer: { id: 'x', choices: [{ message: { tool_calls: [{ function: { arguments: `{"to":"${mail}"}` } }] } }] },
      open: { ctx: { tags: [mail], userId: mail, conversationId: mail, name: mail, metadata: { owner: mail } } },
      close: {
        status: 'error',
        error: { type: 'E', message: mail, stack: mail },
        attempts: [{ at: 0, ms: 1, status: null, error: mail }],
      },
    })
    expect(JSON.stringify(record)).not.toContain('example.com')
    expect(record.request.body).toEqual({
      messages: [{ content: 'I am [Redacted]' }],
      '[Redacted]': { deep: ['[Redacted]'] },
      card: '[Redacted]',
      n: 4111111111111112,
    })
  })

  test('across the chunks of a stream, whatever its kind', () => {
    const pieces = ['mail jo', 'hn@exa', 'mple.c', 'om now']
    const head = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm' }
    const chat = pieces.map((content) => ({
      ...head,
      choices: [
        { index: 0, delta: { content }, logprobs: { content: [{ token: content, bytes: [1] }] }, finish_reason: null },
      ],
    }))
    const thread = pieces
      .map(
        (value) =>
          `event: thread.message.delta\ndata: ${JSON.stringify({ id: 'm', delta: { content: [{ text: { value } }] } })}\n\n`,
      )
      .join('')
    const odd = pieces.map((text) => `data: ${JSON.stringify({ text })}\n\n`).join('')
    for (const answer of [wireOf(chat), thread, odd]) {
      const record = decode(['email'], { answer, close: { headers: SSE_HEADERS } })
      expect(JSON.stringify(record)).not.toMatch(/john|hn@|exa|mple\.c/)
      expect(JSON.stringify(record)).toContain('[Redacted]')
    }
  })

  test('hostile texts are matched in linear time', () => {
    for (const word of ['a', 'a.', '@', 'a@', '1', '1 ', '0 1', '(', '+1', '4-', 'a@b.']) {
      for (const find of PATTERNS.values()) expect(find(word.repeat(100_000))).toBeInstanceOf(Array)
    }
  })

  test('pieces: what is found is masked once, the rest is kept to the letter', () => {
    const inner = fc.array(fc.constantFrom('a', 'b@c.de', ' ', 'x@', 'y.zz', '@', '.de '), { maxLength: 8 })
    fc.assert(
      fc.property(inner, (texts) => {
        const find = PATTERNS.get('email') as (text: string) => readonly (readonly [number, number])[]
        const joined = texts.join('')
        const items = redactPieces(
          texts.map((text) => ({ d: [text] })),
          find,
        ) as { d: string[] }[]
        const out = items.map((item) => item.d[0]).join('')
        if (texts.length > 1) expect(out).toBe(maskRanges(joined, find(joined)))
      }),
    )
  })
})

describe('what throws costs the content', () => {
  const parts: Parts = {
    request: { secret: 'r' },
    answer: { id: 'x', text: 'secret' },
    close: { status: 'error', error: { type: 'E', message: 'secret', stack: 'secret' } },
    open: { ctx: { metadata: { a: 'secret' } } },
  }

  test('a bad path', () => {
    const failures: string[] = []
    const record = decodeCall(
      inputOf({ ...parts, options: { redact: ['a['], onRedactionFailure: (message) => failures.push(message) } }),
    )
    expect(JSON.stringify(record)).not.toContain('secret')
    expect(record).toMatchObject({
      request: { body: null },
      response: { body: null },
      error: { type: 'E', message: '[content dropped: redaction failed]' },
    })
    expect(record.truncated).toEqual(['/request/body', '/response/body', '/metadata', '/error/message'])
    expect(failures).toHaveLength(1)
    expect(() => compileRedactor(['email', 'a['])).toThrow(/a\[/)
  })

  const BAD: readonly (readonly [name: string, redact: (record: CallRecord) => unknown])[] = [
    [
      'throws',
      () => {
        throw new Error('secret')
      },
    ],
    ['gives nothing', () => undefined],
    ['gives a promise', async (record) => record],
    [
      'gives a cycle of getters',
      () => ({
        request: {
          get body() {
            throw new Error('secret')
          },
        },
        response: {},
      }),
    ],
  ]
  test.each(BAD)("the user's function %s", (_, redact) => {
    const failures: string[] = []
    const options = {
      redactRecord: redact as (record: CallRecord) => CallRecord,
      onRedactionFailure: (message: string) => failures.push(message),
    }
    const record = decodeCall(inputOf({ ...parts, options }))
    expect(JSON.stringify([record, failures])).not.toContain('secret')
    expect(failures).toHaveLength(1)
  })

  test("the user's function may change what people wrote, not the record's identity, and gives JSON whatever it returns", () => {
    const redactRecord = (record: CallRecord): CallRecord => {
      const cycle: { [key: string]: unknown } = { n: 1n, d: new Date(0), f: () => 1, u: undefined }
      cycle.self = cycle
      return {
        ...record,
        id: 'evil',
        status: 'ok',
        user_id: 'hash',
        request: { ...record.request, body: cycle as never },
      }
    }
    const record = decodeCall(inputOf({ ...parts, options: { redactRecord } }))
    expect(record).toMatchObject({
      status: 'error',
      user_id: 'hash',
      request: { body: { n: '1', d: '1970-01-01T00:00:00.000Z', self: null } },
    })
    expect(record.id).not.toBe('evil')
    const spoil = (given: CallRecord): CallRecord => {
      for (const part of [given.otel, given.usage, given.sdk, given.response])
        for (const key of Object.keys(part)) delete (part as { [key: string]: unknown })[key]
      return given
    }
    const kept = decodeCall(inputOf({ ...parts, options: { redactRecord: spoil } }))
    expect(kept.otel.span_id).toMatch(/^[0-9a-f]{16}$/)
    expect(kept).toMatchObject({
      sdk: { name: 'openai' },
      usage: { input_tokens: null },
      response: { id: 'x', body: null },
    })
  })
})
