import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limitBody } from '../../../src/content/limit.ts'
import { decodeCall } from '../../../src/decode/decode.ts'
import type { Json } from '../../../src/record.ts'
import { anyText } from '../decode/any-text.ts'
import { inputOf } from '../decode/input.ts'

const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))
const at = (value: unknown, pointer: string): unknown => {
  const steps = pointer.split('/').slice(1)
  return steps.reduce<unknown>(
    (inner, step) => (inner as { [key: string]: unknown })[step.replaceAll('~1', '/').replaceAll('~0', '~')],
    value,
  )
}

test('a body within the limit is the very same', () => {
  const body = { a: 'x'.repeat(500) }
  expect(limitBody(body, sizeOf(body), '/b')).toEqual({ body, truncated: [] })
  expect(limitBody(body, sizeOf(body), '/b').body).toBe(body)
})

test('the longest text is cut with its length and hash, the rest stays', () => {
  const long = `data: ${'é'.repeat(5000)}`
  const body = {
    model: 'm',
    messages: [
      { role: 'system', content: 'short' },
      { role: 'user', content: long },
    ],
    n: 1,
  }
  const limited = limitBody(body, 2000, '/request/body')
  const hash = createHash('sha256').update(long).digest('hex')
  expect(limited.truncated).toEqual(['/request/body/messages/1/content'])
  expect(limited.body).toMatchObject({ model: 'm', n: 1, messages: [{ content: 'short' }, { role: 'user' }] })
  const cut = at({ request: limited }, '/request/body/messages/1/content') as string
  expect(cut.startsWith('data: ééé')).toBe(true)
  expect(cut.endsWith(`…[cut: ${Buffer.byteLength(long)} bytes, sha256 ${hash}]`)).toBe(true)
  expect(sizeOf(limited.body)).toBeLessThanOrEqual(2000)
  expect(sizeOf(limited.body)).toBeGreaterThan(1800)
})

test('several long texts share what is left', () => {
  const body = { a: 'a'.repeat(4000), b: 'b'.repeat(3000), c: 'c'.repeat(100) }
  const limited = limitBody(body, 2000, '')
  expect(limited.truncated).toEqual(['/a', '/b'])
  expect(limited.body).toMatchObject({ c: body.c })
})

describe('media that must go', () => {
  const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(6000, 7)]).toString('base64')
  const wav = Buffer.concat([Buffer.from('RIFF0000WAVEfmt '), Buffer.alloc(3000, 9)]).toString('base64')
  const text = 'What is on this picture? '.repeat(40)
  const part = (url: string): Json => ({ type: 'image_url', image_url: { url } })

  test('is described whole, the text around it stays', () => {
    const body = {
      messages: [{ role: 'user', content: [{ type: 'text', text }, part(`data:image/png;base64,${png}`)] }],
    }
    const { body: limited, truncated } = limitBody(body, 4000, '/request/body')
    expect(truncated).toEqual(['/request/body/messages/0/content/1/image_url/url'])
    expect(limited).toMatchObject({
      messages: [{ content: [{ text }, { image_url: { url: { type: 'image', bytes: 6008 } } }] }],
    })
    expect(JSON.stringify(limited)).not.toContain(png.slice(0, 40))
  })

  test('only as much as must: the largest', () => {
    const small = Buffer.from(png, 'base64').subarray(0, 900).toString('base64')
    const body = [part(`data:image/png;base64,${small}`), part(`data:image/png;base64,${png}`), { data: wav, text }]
    const { body: limited, truncated } = limitBody(body, 7500, '')
    expect(truncated).toEqual(['/1/image_url/url'])
    expect(limited).toMatchObject([part(`data:image/png;base64,${small}`), {}, { data: wav, text }])
    expect(limitBody(body, 3000, '').truncated).toEqual(['/1/image_url/url', '/2/data'])
  })

  test('also in the middle of a text', () => {
    const body = { content: `${text}![a](data:image/png;base64,${png}) and ${text}` }
    const { body: limited } = limitBody(body, 4000, '')
    expect(limited).toEqual({
      content: expect.stringMatching(
        /^What is .*!\[a\]\(\[image\/png: 6008 bytes, sha256 [0-9a-f]{64}\]\) and What is .*picture\? $/,
      ),
    })
  })

  test('a long word of letters is no picture', () => {
    const { body } = limitBody({ a: 'x'.repeat(4000) }, 1000, '')
    expect(body).toMatchObject({ a: expect.stringContaining('…[cut: 4000 bytes') })
  })
})

test('a list of too many items keeps its first ones and says how many are gone', () => {
  const limited = limitBody({ input: Array.from({ length: 10_000 }, (_, n) => n), model: 'm' }, 1024, '/request/body')
  const { input } = limited.body as { input: Json[] }
  expect(input.slice(0, 3)).toEqual([0, 1, 2])
  expect(input.at(-1)).toBe(`[cut: ${10_000 - (input.length - 1)} of 10000 items]`)
  expect(limited.truncated).toEqual(['/request/body/input'])
  expect(limited.body).toMatchObject({ model: 'm' })
})

test('an object of too many fields keeps some and says how many are gone', () => {
  const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`field${n}`, n]))
  const limited = limitBody(wide, 1024, '')
  expect(limited.body).toMatchObject({ field0: 0, '[cut]': expect.stringMatching(/^\d+ of 1000 fields$/) })
  expect(sizeOf(limited.body)).toBeLessThanOrEqual(1024)
})

test('a key longer than the limit does not break it', () => {
  const limited = limitBody({ ['k'.repeat(5000)]: 1, a: 2 }, 1024, '')
  expect(limited.body).toEqual({ a: 2, '[cut]': '1 of 2 fields' })
})

test('a cut does not split a surrogate pair', () => {
  for (let pad = 0; pad < 20; pad++) {
    const { body } = limitBody('x'.repeat(pad) + '🚀'.repeat(2000), 1024 + 7 * pad, '')
    expect((body as string).isWellFormed()).toBe(true)
  }
})

test('any JSON fits, stays JSON, and each pointer leads to something', () => {
  const text = fc.oneof(
    anyText(30),
    fc.nat(3000).map((length) => 'z"\u0001é🚀'.repeat(length / 4)),
  )
  const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constant(null),
      fc.array(tie('tree'), { maxLength: 40 }),
      fc.dictionary(fc.string({ maxLength: 200 }), tie('tree'), { maxKeys: 12 }),
    ),
  })) as { tree: fc.Arbitrary<Json> }
  fc.assert(
    fc.property(tree, fc.integer({ min: 1024, max: 4096 }), (body, maxBytes) => {
      const limited = limitBody(body, maxBytes, '')
      expect(sizeOf(limited.body)).toBeLessThanOrEqual(maxBytes)
      expect(JSON.parse(JSON.stringify(limited.body))).toEqual(JSON.parse(JSON.stringify(limited.body)))
      if (sizeOf(body) <= maxBytes) expect(limited.truncated).toEqual([])
      else expect(limited.truncated.length).toBeGreaterThan(0)
      for (const pointer of limited.truncated) expect(at(limited.body, pointer)).toBeDefined()
    }),
    { numRuns: 1000 },
  )
})

describe('in a record', () => {
  test('both bodies, metadata and error are limited, the rest is intact', () => {
    const big = 'y'.repeat(200_000)
    const record = decodeCall(
      inputOf({
        request: { model: 'm', input: big },
        answer: {
          id: 'x',
          model: 'm2',
          choices: [{ message: { content: big }, finish_reason: 'stop' }],
          usage: { prompt_tokens: 5 },
        },
        open: { ctx: { metadata: { note: big } } },
        close: { status: 'error', error: { type: 'E', message: big, stack: big } },
        options: { maxBodyBytes: 4096 },
      }),
    )
    expect(record.truncated).toEqual([
      '/request/body/input',
      '/response/body/choices/0/message/content',
      '/metadata/note',
      '/error/message',
      '/error/stack',
    ])
    for (const pointer of record.truncated)
      expect(at(record, pointer)).toMatch(/…\[cut: 200000 bytes, sha256 [0-9a-f]{64}\]$/)
    expect(record).toMatchObject({
      request: { model: 'm' },
      response: { id: 'x', finish_reasons: ['stop'] },
      usage: { input_tokens: 5 },
    })
    expect(sizeOf(record)).toBeLessThan(160_000)
  })

  test('what was redacted does not come back by a hash or a head', () => {
    const big = `${'pad '.repeat(2000)}john@example.com`
    const options = { maxBodyBytes: 1024, redact: ['email'] }
    const record = decodeCall(inputOf({ request: { input: big }, options }))
    expect(JSON.stringify(record)).not.toContain(createHash('sha256').update(big).digest('hex'))
  })
})

test('fields that are copied out of a body are short, whatever a server sends', () => {
  const huge = 'x'.repeat(2_000_000)
  const answer = {
    id: huge,
    model: huge,
    choices: Array.from({ length: 500 }, () => ({ finish_reason: huge.slice(0, 5000) })),
    error: { code: huge, param: huge, type: huge, message: huge },
  }
  const record = decodeCall(
    inputOf({
      request: { model: huge },
      answer,
      open: {
        url: `https://h.test/${huge}`,
        ctx: { tags: Array(500).fill(huge.slice(0, 5000)), userId: huge, traceId: huge },
      },
      close: { headers: { 'x-request-id': huge } },
      options: { maxBodyBytes: 4096 },
    }),
  )
  expect(JSON.stringify(record).length).toBeLessThan(800_000)
  expect(record.request.model?.length).toBeLessThan(1100)
})
