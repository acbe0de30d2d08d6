// The history: what is kept, what is given up first, what an entry says. Real frames, no program.
import { describe, expect, test } from 'vitest'
import type { CloseHead } from '../../../src/frame.ts'
import { MAX_BYTES, MAX_CALLS, openHistory } from '../../../src/provider/history.ts'
import { decodeHeld } from '../../../src/recorder/decode-held.ts'
import { CLOSE, LANE, OPEN, OPTIONS } from '../decode/input.ts'

const MIB = 1024 * 1024
const chat = (content: string) => JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] })
const answer = (content: string) =>
  JSON.stringify({ model: 'gpt-4o-mini-2024', choices: [{ message: { content } }], usage: { total_tokens: 7 } })

function open(options = OPTIONS) {
  const history = openHistory(
    () => LANE,
    () => options,
    () => decodeHeld,
  )
  const begin = (id: string, request: string) => history.append({ ...OPEN, id }, request)
  const end = (id: string, body?: string | Uint8Array, close: Partial<CloseHead> = {}) =>
    history.append({ ...CLOSE, ...close, id }, body)
  const call = (id: string, request: string, body: string) => {
    begin(id, request)
    end(id, body)
  }
  return { ...history, begin, end, call }
}

describe('entries', () => {
  test('newest last, by their end; calls in flight are not there', () => {
    const history = open()
    history.begin('a', chat('first'))
    history.begin('b', chat('second'))
    history.end('b', answer('two'))
    expect(history.entries().map(({ completion }) => completion)).toEqual(['two'])
    history.end('a', answer('one'))
    expect(history.entries().map(({ completion }) => completion)).toEqual(['two', 'one'])
    expect(history.entries(1).map(({ completion }) => completion)).toEqual(['one'])
  })

  test('say what was asked and what came', () => {
    const history = open()
    history.call('a', chat('Say hi.'), answer('Hi.'))
    expect(history.entries()).toEqual([
      {
        timestamp: new Date(Math.floor(OPEN.at)).toISOString(),
        model: 'gpt-4o-mini-2024',
        prompt: [{ role: 'user', content: 'Say hi.' }],
        completion: 'Hi.',
        metadata: { total_tokens: 7, tags: ['prod'], trace_id: LANE.traceId, status: 'ok' },
      },
    ])
  })

  test('a failed call has no completion and an error, an aborted one what came', () => {
    const history = open()
    history.begin('a', chat('x'))
    history.end('a', '{"error":{"message":"no"}}', {
      status: 'error',
      httpStatus: 400,
      error: { type: 'BadRequestError', message: '400 no', status: 400 },
    })
    history.begin('b', chat('y'))
    const head = { ...CLOSE, id: 'b', status: 'aborted', headers: { 'content-type': 'text/event-stream' } } as const
    history.append({ t: 'part', id: 'b' }, Buffer.from('data: {"choices":[{"delta":{"content":"Hel"}}]}\n\n'))
    history.append(head, Buffer.from('data: {"choices":[{"delta":{"content":"lo"}}]}\n\n'))
    const [failed, aborted] = history.entries()
    expect(failed).toMatchObject({
      completion: null,
      error: { type: 'BadRequestError' },
      metadata: { status: 'error' },
    })
    expect(aborted).toMatchObject({ completion: 'Hello', metadata: { status: 'aborted' } })
    expect(aborted).not.toHaveProperty('error')
  })

  test('content rules hold', () => {
    const history = open({ ...OPTIONS, captureContent: false })
    history.call('a', chat('secret'), answer('secret'))
    expect(JSON.stringify(history.entries())).not.toContain('secret')
    const redacting = open({
      ...OPTIONS,
      redactRecord: () => {
        throw new Error('no')
      },
    })
    redacting.call('a', chat('secret'), answer('secret'))
    expect(JSON.stringify(redacting.entries())).not.toContain('secret')
  })

  test('bytes of a reused buffer are copied', () => {
    const history = open()
    const shared = Buffer.from(answer('mine'))
    history.begin('a', chat('x'))
    history.end('a', shared)
    shared.fill(0)
    expect(history.entries()[0]?.completion).toBe('mine')
  })

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', null])('limit %s is refused', (limit) => {
    expect(() => open().entries(limit as number)).toThrow(
      expect.objectContaining({ code: 'ERR_NEATLOGS_ARGUMENT', message: expect.stringContaining('limit must be') }),
    )
  })
})

describe('bounds', () => {
  test(`the last ${MAX_CALLS} calls`, () => {
    const history = open()
    for (let at = 0; at <= MAX_CALLS; at++) history.call(`${at}`, chat(`${at}`), answer(`${at}`))
    const kept = history.entries().map(({ completion }) => completion)
    expect(kept).toHaveLength(MAX_CALLS)
    expect([kept[0], kept.at(-1)]).toEqual(['1', `${MAX_CALLS}`])
  })

  test('at most 8 MiB: the oldest go first', () => {
    const history = open()
    // A character counts two bytes: four calls of 1 MiB text each are the limit.
    for (let at = 0; at < 6; at++) history.call(`${at}`, chat(`${at}${'x'.repeat(MIB)}`), answer(`${at}`))
    const kept = history.entries().map(({ completion }) => completion)
    expect(kept).toEqual(['3', '4', '5'])
    expect(MAX_BYTES).toBe(8 * MIB)
  })

  test('a call too large by itself is told without its texts, and does not cost the others', () => {
    const history = open()
    history.call('a', chat('small'), answer('one'))
    history.begin('b', chat('large'))
    for (let at = 0; at < 9; at++) history.append({ t: 'part', id: 'b' }, Buffer.alloc(MIB, 'x'))
    history.end('b', Buffer.alloc(MIB, 'x'))
    expect(history.entries()).toMatchObject([
      { completion: 'one' },
      { prompt: null, completion: null, truncated: true, metadata: { status: 'ok' } },
    ])
  })

  test('calls in flight count too', () => {
    const history = open()
    history.call('a', chat('small'), answer('one'))
    for (const id of ['b', 'c', 'd']) {
      history.begin(id, chat(id))
      for (let at = 0; at < 3; at++) history.append({ t: 'part', id }, Buffer.alloc(MIB, 'x'))
    }
    for (const id of ['b', 'c', 'd']) history.end(id)
    const cut = history.entries().map(({ truncated }) => truncated === true)
    expect(cut.filter((one) => one)).toHaveLength(1)
  })
})
