// Events that are read as one make the record that each of them makes alone, whatever their texts and whatever stands between them.
import { expect, test } from 'vitest'
import { decodeEvents, decodeSse } from '../../../src/decode/decode-events.ts'
import { parseSse } from '../../../src/decode/sse.ts'
import { oddStream, pickerOf, randomOf } from './odd-streams.ts'

const FACTS = { streamed: true, partial: false, failed: false, keptBytes: 1 }
const PIECES = [
  'a',
  ' the',
  '"',
  '\\',
  '\n',
  '\\"',
  '\\\\"',
  'é',
  '東',
  '🙂',
  '\ud83d',
  '\ude42',
  '',
  '{"content":"x"}',
  '"delta":{"content":"',
]

interface Kind {
  readonly [key: string]: unknown
}

function chunk(content: string, { choice, delta, ...top }: { choice?: Kind; delta?: Kind } & Kind = {}): string {
  const choices = [{ index: 0, delta: { content, ...delta }, logprobs: null, finish_reason: null, ...choice }]
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'm', choices, ...top })}\n\n`
}

const apart = (text: string) => decodeEvents(parseSse(text), text, FACTS)

test('two hundred chunks of text are a few events', () => {
  const text = Array.from({ length: 200 }, (_, at) => chunk(`word ${at} `, { obfuscation: `aB${at}` })).join('')
  const stream = parseSse(text, true)
  expect(stream.events).toHaveLength(2)
  expect(stream.count).toBe(200)
  expect(stream.ends[1]).toBe(text.length)
})

test('what a stream says is the same, read at once or one by one', () => {
  const random = randomOf(1)
  const pick = pickerOf(random)
  const kinds: readonly Kind[] = [
    {},
    { obfuscation: 'xYz1' },
    { usage: null },
    { usage: { total_tokens: 3 } },
    { choice: { index: 1 } },
    { choice: { logprobs: { content: [{ token: 'a' }] } } },
    { delta: { reasoning_content: 'r' } },
    { delta: { role: 'assistant' } },
    { text: 'grows' },
    { citations: ['a'] },
    { note: 'a word nobody knows' },
    { choice: { finish_reason: 'stop' } },
  ]
  for (let round = 0; round < 3000; round++) {
    let kind = pick(kinds)
    const events = Array.from({ length: 1 + Math.floor(random() * 12) }, () => {
      if (random() < 0.2) kind = pick(kinds)
      const event = chunk(pick(PIECES), kind)
      if (random() < 0.03) return event.replace('\n\n', '\r\n\r\n')
      if (random() < 0.02) return event.replace('content":"', 'content":"\t')
      return random() < 0.03 ? `: ping\n\n${event}` : event
    })
    const whole = events.join('') + pick(['data: [DONE]\n\n', ''])
    const text = random() < 0.1 ? whole.slice(0, Math.floor(random() * whole.length)) : whole
    expect(decodeSse(text, FACTS), text).toEqual(apart(text))
  }
})

test('odd streams of all kinds of servers, too', () => {
  const random = randomOf(2)
  for (let round = 0; round < 300; round++) {
    const { wire } = oddStream(random, 40, random() < 0.5 ? 0 : random() * 0.3)
    expect(decodeSse(wire, FACTS), wire).toEqual(apart(wire))
  }
})
