import fc from 'fast-check'
import { _iterSSEMessages } from 'openai/core/streaming'
import { describe, expect, test } from 'vitest'
import { looksLikeSse, parseSse } from '../../../src/decode/sse.ts'
import { anyText } from './any-text.ts'

describe('parseSse', () => {
  test('reads names, comments, ids, several data lines and every kind of line end', () => {
    const text =
      '\uFEFF: hello\r\nevent: a\r\nid: 7\r\ndata: {"n":\r\ndata: 1}\r\n\r\n' +
      'data:{"n":2}\n\n\n\n: ping\n\nretry: 10\ndata: {"n":3}\r\rdata\ndata: 4\n\n'
    expect(parseSse(text)).toMatchObject({
      strays: [],
      events: [
        { event: 'a', data: { n: 1 } },
        { event: null, data: { n: 2 } },
        { event: null, data: { n: 3 } },
        { event: null, data: 4 },
      ],
      count: 4,
      done: false,
      malformed: null,
    })
  })

  test('gives the last event though its blank line is missing', () => {
    expect(parseSse('data: {"n":1}\n\ndata: {"n":2}').events).toHaveLength(2)
  })

  test('stops at [DONE] and does not count it', () => {
    expect(parseSse('data: 1\n\ndata: [DONE]\n\ndata: 2\n\n')).toEqual({
      ends: [9],
      strays: ['data: 2'],
      events: [{ event: null, data: 1 }],
      count: 1,
      done: true,
      malformed: null,
    })
  })

  test('reports an event that is not JSON and goes on', () => {
    const read = parseSse('data: {"n":1}\n\ndata: {oops\n\ndata: {"n":2}\n\n')
    expect(read.malformed).toEqual({ text: '{oops', ended: true })
    expect(read.events).toHaveLength(2)
    expect(read.count).toBe(3)
  })

  test('reports the first of several', () => {
    expect(parseSse('data: {one\n\ndata: {two\n\n')).toMatchObject({
      malformed: { text: '{one' },
      count: 2,
      events: [],
    })
  })

  test('tells a broken-off event from a malformed one, and does not count it', () => {
    expect(parseSse('data: 1\n\ndata: {"n"')).toMatchObject({ malformed: { text: '{"n"', ended: false }, count: 1 })
  })

  test.each([
    ['a text behind [DONE] ends it too, as in the SDK', 'data: [DONE] bye\n\ndata: 2\n\n', [], true],
    ['a byte order mark before the first field', '\uFEFFdata: 1\n\n', [{ event: null, data: 1 }], false],
    ['a name of an event that broke off', 'event: x\ndata: 1', [{ event: 'x', data: 1 }], false],
    ['an empty name of one', 'event:\ndata: 1', [{ event: null, data: 1 }], false],
    ['several lines of one', 'data: [1,\ndata: 2]', [{ event: null, data: [1, 2] }], false],
  ])('%s', (_, text, events, done) => {
    expect(parseSse(text)).toMatchObject({ events, done, malformed: null })
  })

  test('a line end is not yet the end of an event', () => {
    expect(parseSse('data: {"n"\n')).toMatchObject({ malformed: { text: '{"n"', ended: false }, count: 0 })
    expect(parseSse('data: {"n"\n\n')).toMatchObject({ malformed: { text: '{"n"', ended: true }, count: 1 })
  })

  test('empty text has no events', () => {
    expect(parseSse('')).toEqual({ events: [], ends: [], strays: [], count: 0, done: false, malformed: null })
  })
})

test('the events are those the SDK reads from the same bytes', async () => {
  const piece = fc.constantFrom(
    'data: 1',
    'data:',
    'data',
    'event: x',
    'event:',
    ': c',
    'data:  2',
    'nonsense',
    'é:',
    '',
  )
  const end = fc.constantFrom('\n', '\n', '\r\n', '\r\n', '\n\n', '\r\n\r\n')
  const wire = fc.array(fc.tuple(piece, end), { maxLength: 12 }).map((parts) => `${parts.flat().join('')}\n\n`)
  await fc.assert(
    fc.asyncProperty(wire, async (text) => {
      const theirs: (readonly [event: string | null, data: string])[] = []
      for await (const sse of _iterSSEMessages(new Response(text), new AbortController())) {
        theirs.push([sse.event || null, sse.data])
      }
      const ours = parseSse(text)
      expect(ours.count).toBe(theirs.length)
      const good = theirs.filter(([, data]) => isJson(data)).map(([name, data]) => [name, JSON.parse(data)])
      expect(ours.events.map((event) => [event.event, event.data])).toEqual(good)
    }),
    { numRuns: 500 },
  )
})

test('a megabyte of line ends of one kind is read in one pass', () => {
  expect(parseSse('\r'.repeat(1_000_000)).count).toBe(0)
  expect(parseSse('data:1\r\r'.repeat(100_000)).count).toBe(100_000)
})

test('any text parses', () => {
  fc.assert(
    fc.property(anyText(200), (text) => {
      expect(parseSse(text).count).toBeLessThanOrEqual(text.length)
    }),
  )
})

test.each([
  ['data: {}', true],
  ['event: ping', true],
  [': comment', true],
  ['{"id":1}', false],
  ['database: x', false],
  ['', false],
])('looksLikeSse(%j) is %s', (text, expected) => {
  expect(looksLikeSse(text)).toBe(expected)
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
