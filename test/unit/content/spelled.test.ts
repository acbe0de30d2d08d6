// What is to be taken away is found however it is spelled: in URLs, JSON, HTML, Python, capitals, base64.
import { describe, expect, test } from 'vitest'
import { dropCopies } from '../../../src/content/redact-copies.ts'
import { plainForm, plainText, unescaped } from '../../../src/content/spelled.ts'
import { decodeCall } from '../../../src/decode/decode.ts'
import type { CallRecord } from '../../../src/record.ts'
import { inputOf } from '../decode/input.ts'

const PROMPT = 'Patient Jöhn <Doe> & "Söns"\n4711-XYZ 病人💥'
const json = (text: string): string => JSON.stringify(text).slice(1, -1)
const SPELLINGS: { readonly [how: string]: string } = {
  'as JSON': json(PROMPT),
  'as JSON in JSON': json(json(PROMPT)),
  'as JSON of Python': json(PROMPT).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  ),
  'as bytes of Python': [...Buffer.from(PROMPT)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
  'in a URL': encodeURIComponent(PROMPT),
  'in a URL, small': encodeURIComponent(PROMPT).replace(/%../g, (code) => code.toLowerCase()),
  'in a URL, twice': encodeURIComponent(encodeURIComponent(PROMPT)),
  'as a form': new URLSearchParams({ q: PROMPT }).toString().slice(2),
  'in HTML': PROMPT.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;').replace(/ö/g, '&#246;'),
  'in HTML, twice': PROMPT.replace(/&/g, '&amp;amp;').replace(/</g, '&amp;lt;').replace(/ö/g, '&ouml;'),
  'in capitals': PROMPT.toUpperCase(),
  'in small letters': PROMPT.toLowerCase(),
  'marks apart': PROMPT.normalize('NFD'),
  'with other blanks': PROMPT.replace(/\s/g, '  \r\n'),
}

test.each(Object.keys(SPELLINGS))('%s: the same plain form, found where it stands', (how) => {
  const spelled = SPELLINGS[how] as string
  expect(plainText(spelled)).toBe(plainText(PROMPT))
  const form = plainForm(`a! ${spelled} z`)
  expect(form.text).toBe(`a${plainText(PROMPT)}z`)
  const [start, end] = form.rangeOf(1, form.text.length - 1)
  expect(spelled.startsWith(`a! ${spelled} z`.slice(start, end).slice(0, 20))).toBe(true)
})

test('the place of what is plain ASCII', () => {
  const text = 'see: Foo-Bar_9!'
  const form = plainForm(text)
  expect(form.text).toBe('seefoobar9')
  expect(text.slice(...form.rangeOf(3, 10))).toBe('Foo-Bar_9')
  expect(plainText(text)).toBe(form.text)
})

const BASE64 = ['base64', 'base64url'] as const
const quoted = [...Object.values(SPELLINGS), ...BASE64.map((how) => Buffer.from(`{"${PROMPT}"}`).toString(how))]
const failed = (message: string, redact: readonly string[]): string =>
  JSON.stringify(
    decodeCall(
      inputOf({
        request: { messages: [{ role: 'user', content: PROMPT }] },
        answer: { error: { message, code: message, type: message } },
        open: { session: message, ctx: { userId: message, tags: [message] } },
        close: {
          status: 'error',
          httpStatus: 400,
          error: { type: message, message: `400 ${message}`, code: message },
          headers: { 'x-request-id': message },
          attempts: [{ at: 0, ms: 1, status: 400, requestId: message, retryAfter: message }],
        },
        options: { redact },
      }),
    ),
  )

test.each(quoted)('a copy of what a path takes is gone from every field: %j', (message) => {
  expect(failed(message, [])).toContain(json(message).slice(0, 30))
  expect(failed(message, ['request.messages[*].content'])).not.toMatch(
    /patient|J(?:ö|%|\\u|&)|4711|病人|UGF0aWVudC|UGF0aWV/i,
  )
})

describe('named patterns and expressions', () => {
  test.each([
    'https://h/v1/threads/alice%40example.com',
    String.raw`{"to":"alice\u0040example.com"}`,
    'alice&#64;example.com',
    'alice&commat;example.com',
    'alice%2540example.com',
  ])('see through %j', (text) => {
    const record = decodeCall(
      inputOf({
        open: { url: text.startsWith('https:') ? text : 'https://h/v1' },
        request: { input: text },
        options: { redact: ['email'] },
      }),
    )
    expect(JSON.stringify([record.request, record.url_path])).not.toMatch(/alice|example/)
  })

  test('an own expression finds the name that a tool call has escaped', () => {
    const args = String.raw`{"name":"M\u00fcller"}`
    const body = { choices: [{ message: { tool_calls: [{ function: { name: 'f', arguments: args } }] } }] }
    const record = decodeCall(inputOf({ answer: body, options: { redact: ['/Müller/'] } }))
    expect(JSON.stringify(record.response.body)).toContain(String.raw`{\"name\":\"[Redacted]\"}`)
  })
})

test('a text without escapes costs no second look', () => {
  expect(unescaped('100 % of "this" & that\\n')).toBeNull()
  expect(unescaped('50%41')?.text).toBe('50A')
})

test('hostile texts take linear time, and odd escapes stay what they are', () => {
  for (const piece of ['\\', '%', '%25', '&amp;', '\\u', '\\x', 'A', '%c3', '&#', '=']) {
    const text = piece.repeat(100_000)
    expect(plainText(text).length).toBeLessThanOrEqual(text.length)
    const record = { ...decodeCall(inputOf({})), name: text } as CallRecord
    expect(dropCopies(record, [text, 'some other text']).name).toBeTypeOf('string')
  }
  expect(plainText('&#99999999; %zz \\ud800 %ff')).not.toContain('undefined')
})

test('in the name of an endpoint that nobody knows, and in pointers to fields', () => {
  const deep = `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`
  const request = `{"user":"alice","input":"x","metadata":{"alice@example.com":${deep}}}`
  const open = { url: 'https://alice.h.test/v1/patients/alice/notes' }
  const record = decodeCall(inputOf({ open, request, answer: {}, options: { redact: ['request.user', 'email'] } }))
  expect(record.truncated).toHaveLength(1)
  expect(JSON.stringify(record)).not.toMatch(/alice/)
  expect(record).toMatchObject({
    method: 'patients.[Redacted].notes.create',
    url_path: '/v1/patients/[Redacted]/notes',
  })
})
