// One call from its begin to its end: its frames, their order, and whose attempt is whose.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Answer, MAX_ANSWER_BYTES, PART_BYTES } from '../../../src/openai/answer.ts'
import { openCalls } from '../../../src/openai/open-calls.ts'
import { isQuiet, whenQuiet } from '../../../src/openai/quiet.ts'
import { closeOpenCalls } from '../../../src/openai/sweep.ts'
import { monotonicMs } from '../../../src/originals.ts'
import { answered, attemptAs, beginAs, CHAT, type Listening, listen, sendAs } from './seam.ts'

let heard: Listening
beforeEach(() => {
  heard = listen()
})
afterEach(() => {
  heard.stop()
  const left = openCalls.size
  openCalls.clear()
  expect(left).toBe(0)
})

const kinds = (listening = heard): string[] => listening.frames.map(({ head }) => head.t)
const answer = (text = '{}', init: ResponseInit = {}): Response => new Response(text, init)

describe('frames', () => {
  test('the open frame is there before the request leaves, the close frame when its answer was read', async () => {
    const call = beginAs({ baseURL: 'https://x' })
    expect(kinds()).toEqual([])
    const response = answer('{"id":"x"}', {
      headers: { 'x-request-id': 'req_1', 'set-cookie': 'secret', 'retry-after': '2' },
    })
    call?.attempt(response)
    expect(heard.open()).toMatchObject({
      t: 'open',
      provider: 'openai',
      sdk: '6.0.0',
      verb: 'POST',
      url: CHAT,
      body: 'json',
    })
    expect(heard.frames[0]?.text).toBe('{"model":"m"}')
    call?.settle()
    await response.text()
    expect(kinds()).toEqual(['open', 'close'])
    expect(heard.close()).toMatchObject({
      id: heard.open().id,
      status: 'ok',
      httpStatus: 200,
      attempts: [{ status: 200, requestId: 'req_1', retryAfter: '2' }],
      headers: { 'x-request-id': 'req_1', 'content-type': 'text/plain;charset=UTF-8' },
    })
    expect(JSON.stringify(heard.close())).not.toContain('secret')
  })

  test('times are since the call’s begin, and in order', async () => {
    const before = Date.now()
    const response = answered(answer())
    await response.text()
    const { at } = heard.open()
    const {
      ms,
      firstChunkMs = -1,
      attempts,
    } = heard.close() as { ms: number; firstChunkMs?: number; attempts: readonly { at: number; ms: number | null }[] }
    expect(at).toBeGreaterThan(before - 1000)
    expect(at).toBeLessThan(Date.now() + 1000)
    const [{ at: begun, ms: took } = { at: -1, ms: -1 }] = attempts
    expect(begun).toBeGreaterThanOrEqual(0)
    expect(took).toBeGreaterThanOrEqual(0)
    expect(firstChunkMs).toBeGreaterThanOrEqual(begun + (took ?? 0))
    expect(ms).toBeGreaterThanOrEqual(firstChunkMs)
  })

  test('what nobody hears is not begun', () => {
    heard.stop()
    expect(beginAs({})).toBeNull()
  })

  test('each listener has an id of its own; one that fails does not take the others', async () => {
    const failing = listen({
      append: () => {
        throw new Error('full')
      },
    })
    const second = listen({ context: () => ({ userId: 'u' }) })
    await answered(answer()).text()
    failing.stop()
    second.stop()
    expect(kinds(second)).toEqual(['open', 'close'])
    expect(kinds()).toEqual(['open', 'close'])
    expect(second.open()).toMatchObject({ ctx: { userId: 'u' } })
    expect(heard.open()).not.toHaveProperty('ctx')
    expect(second.open().id).not.toBe(heard.open().id)
    expect(second.close()?.id).toBe(second.open().id)
  })

  test('one that goes on failing is left out', async () => {
    let tries = 0
    const failing = listen({
      append: () => {
        tries++
        throw new Error('full')
      },
    })
    for (let count = 0; count < 5; count++) await answered(answer()).text()
    failing.stop()
    expect(tries).toBeGreaterThanOrEqual(5)
    expect(tries).toBeLessThan(10)
    expect(kinds()).toHaveLength(10)
  })

  test('other endpoints are for those who asked for them', async () => {
    const all = listen({ captureAll: true })
    const call = beginAs({})
    const response = answer()
    call?.attempt(response, { url: 'https://api.openai.com/v1/models', init: { method: 'GET' } })
    call?.settle()
    await response.text()
    all.stop()
    expect(kinds(all)).toEqual(['open', 'close'])
    expect(kinds()).toEqual([])
    beginAs({})?.attempt(answer(), { url: 'https://api.openai.com/v1/models', init: { method: 'GET' } })
    expect(kinds()).toEqual([])
  })
})

describe('attempts', () => {
  test('a retry with the same options is the same call; only the last answer counts', async () => {
    const client = {}
    const call = beginAs(client)
    const first = answer('busy', { status: 503 })
    call?.attempt(first)
    await first.text()
    expect(beginAs(client, call?.options, 1)).toBeNull()
    const second = answer('fine')
    attemptAs(client, call?.options ?? {}, second)
    call?.settle()
    await second.text()
    expect(kinds()).toEqual(['open', 'close'])
    expect(heard.answer()).toBe('fine')
    expect(heard.close()).toMatchObject({ status: 'ok', httpStatus: 200, attempts: [{ status: 503 }, { status: 200 }] })
  })

  test('an attempt without an answer is told by its error', async () => {
    const call = beginAs({})
    call?.attempt(null, { error: new TypeError('fetch failed') })
    const response = answer()
    call?.attempt(response)
    call?.settle()
    await response.text()
    expect(heard.close()?.attempts).toMatchObject([{ status: null, error: 'TypeError' }, { status: 200 }])
  })

  test('calls at the same time, of one client and with the same options, are told apart', async () => {
    const client = {}
    const shared = {}
    const calls = [beginAs(client, shared), beginAs(client, shared), beginAs(client)]
    const responses = ['a', 'b', 'c'].map((text) => answer(text))
    const sent = calls.map((call) => sendAs(client, call?.options ?? {}))
    for (const [at, receive] of sent.entries()) receive(responses[at] ?? answer())
    for (const call of calls) call?.settle()
    for (const response of responses.reverse()) await response.text()
    const opens = heard.frames.filter(({ head }) => head.t === 'open').map(({ head }) => (head as { id: string }).id)
    const closes = heard.frames
      .filter(({ head }) => head.t === 'close')
      .map(({ head, text }) => [(head as { id: string }).id, text])
    expect(closes).toEqual([
      [opens[2], 'c'],
      [opens[1], 'b'],
      [opens[0], 'a'],
    ])
  })

  test('options that are used again while the first answer is unread begin a call of their own', async () => {
    const [client, shared] = [{}, {}]
    const responses = ['a', 'b'].map((text) => answer(text))
    for (const response of responses) {
      const call = beginAs(client, shared)
      call?.attempt(response)
      call?.settle()
    }
    for (const response of responses) await response.text()
    expect(heard.frames.map(({ head, text }) => [head.t, text]).slice(2)).toEqual([
      ['close', 'a'],
      ['close', 'b'],
    ])
  })

  test('a request that no link leads from is the oldest waiting call’s of its client', async () => {
    const [client, other] = [{}, {}]
    const calls = [beginAs(other, { path: '/chat/completions' }), beginAs(client), beginAs(client)]
    const responses = [answer('1'), answer('2')]
    const sent = responses.map(() => sendAs(client, {}))
    for (const [at, receive] of sent.entries()) receive(responses[at] ?? answer())
    for (const call of calls.slice(1)) call?.settle()
    for (const response of responses) await response.text()
    calls[0]?.fail(new Error('none'))
    expect(heard.frames.filter(({ head }) => head.t === 'close').map(({ text }) => text)).toEqual(['1', '2', ''])
    attemptAs(client, {}, answer('nobody’s'))
    expect(openCalls.size).toBe(0)
  })

  test('options that are still a promise are linked before the SDK goes on', async () => {
    const [client, ready] = [{}, {}]
    const call = beginAs(client, Promise.resolve(ready))
    await Promise.resolve()
    expect(beginAs(client, ready, 1)).toBeNull()
    attemptAs(client, ready, answer())
    expect(kinds()).toEqual(['open'])
    call?.fail(new Error('x'))
    const refused = beginAs(client, Promise.reject(new Error('no')))
    await Promise.resolve()
    refused?.fail(new Error('no'))
  })

  test.each([undefined, null, 'text', 7])('options that are no object (%j) link nothing', async (odd) => {
    const client = {}
    const call = beginAs(client, odd as never)
    expect(beginAs(client, odd as never, 1)).not.toBeNull()
    const response = answer()
    attemptAs(client, odd as never, response)
    call?.settle()
    await response.text()
    expect(heard.answer()).toBe('{}')
    openCalls.clear()
  })

  test('a refused token is sent again with a copy of the options: the same call', async () => {
    const client = {}
    const call = beginAs(client)
    call?.attempt(answer('no', { status: 401 }))
    const copy = {}
    const { enter } = await import('../../../src/openai/observe.ts')
    expect(enter(client, [copy, 0, 'replay'], null)).toBeNull()
    const response = answer('yes')
    attemptAs(client, copy, response)
    call?.settle()
    await response.text()
    expect(heard.close()).toMatchObject({ status: 'ok', attempts: [{ status: 401 }, { status: 200 }] })
  })
})

describe('failures', () => {
  test('the error that the user gets, without the key', () => {
    const errors: unknown[] = []
    heard.stop()
    heard = listen({ onError: (error) => errors.push(error) })
    const call = beginAs({ apiKey: 'my-own-key-of-old' })
    call?.attempt(answer('{"error":"my-own-key-of-old sk-abcdefgh"}', { status: 401 }))
    class AuthenticationError extends Error {
      status = 401
      code = 'invalid_api_key'
      param = null
    }
    const error = new AuthenticationError('401 my-own-key-of-old, Bearer abcdefghij')
    call?.fail(error)
    expect(errors).toEqual([error])
    expect(heard.close()).toMatchObject({
      status: 'error',
      httpStatus: 401,
      error: {
        type: 'AuthenticationError',
        code: 'invalid_api_key',
        status: 401,
        message: '401 [key], Bearer [Redacted]',
      },
    })
    expect(heard.close()?.error).not.toHaveProperty('param')
    call?.fail(error)
    expect(errors).toHaveLength(1)
  })

  test.each([400, 500])('a key that a server echoes with %i is masked before the disk', async (status) => {
    const client = { apiKey: 'my-own-key-of-old' }
    const response = answer('{"error":"my-own-key-of-old"}', { status })
    answered(response, client)
    await response.text()
    expect(heard.answer()).toBe('{"error":"[key]"}')
  })

  test("an answer that is no error stays as it was sent, but for the client's own key", async () => {
    await answered(answer('sk-somebody-elses-key and my-own-key-of-old'), { apiKey: 'my-own-key-of-old' }).text()
    expect(heard.answer()).toBe('sk-somebody-elses-key and [key]')
  })

  test('a call that failed before its request is told by its options', () => {
    beginAs({ baseURL: 'https://x/v1/' }, { path: '/chat/completions', method: 'post' })?.fail(new Error('early'))
    expect(heard.open()).toMatchObject({ verb: 'POST', url: 'https://x/v1/chat/completions', body: 'none' })
    expect(heard.close()).toMatchObject({ status: 'error', attempts: [], error: { type: 'Error', message: 'early' } })
    beginAs({}, { path: '/chat/completions' })?.fail('text')
    expect(heard.open()).toMatchObject({ verb: 'POST', url: '/chat/completions' })
    expect(heard.close()).toMatchObject({ error: { type: 'string', message: 'text' } })
    const before = heard.frames.length
    beginAs({ baseURL: 'https://x/v1' }, { path: '/models', method: 'get' })?.fail(new Error('early'))
    expect(heard.frames).toHaveLength(before)
  })

  test('an abort of the user is no error', () => {
    class APIUserAbortError extends Error {}
    const call = beginAs({})
    call?.attempt(null, { error: new DOMException('x', 'AbortError') })
    call?.fail(new APIUserAbortError('Request was aborted.'))
    expect(heard.close()?.status).toBe('aborted')
  })
})

describe('quiet', () => {
  test('as long as a call may come back through the methods, and told once', async () => {
    let told = 0
    const client = { parseResponseWithTimeout() {} }
    expect(isQuiet()).toBe(true)
    const call = beginAs(client)
    whenQuiet(() => told++)
    const response = answer()
    call?.attempt(response)
    expect(isQuiet()).toBe(false)
    call?.settle()
    expect(isQuiet()).toBe(false)
    expect(told).toBe(0)
    await response.text()
    expect(isQuiet()).toBe(true)
    expect(told).toBe(1)
    await answered(answer()).text()
    expect(told).toBe(1)
  })

  test('a settled call of older clients, or a stream, does not come back', () => {
    answered(answer())
    expect(isQuiet()).toBe(true)
    answered(answer('', { headers: { 'content-type': 'text/event-stream' } }), { parseResponseWithTimeout() {} })
    expect(isQuiet()).toBe(true)
    answered(answer(), { parseResponseWithTimeout() {} })
    expect(isQuiet()).toBe(false)
    closeOpenCalls()
  })
})

describe('answer', () => {
  const bytes = (length: number, fill = 97): Uint8Array => new Uint8Array(length).fill(fill)
  const taken = (from: Answer): string => {
    const body = from.take()
    return body === undefined || typeof body === 'string'
      ? (body ?? '')
      : Buffer.from(body as Uint8Array).toString('latin1')
  }

  test('grows, is taken once, and goes on', () => {
    const held = new Answer()
    expect(held.firstAtMs).toBeNull()
    let all = ''
    for (let length = 1; length < 9000; length = length * 2 + 1) {
      held.push(bytes(length, 97 + (length % 20)))
      all += String.fromCharCode(97 + (length % 20)).repeat(length)
    }
    expect(held.pendingBytes).toBe(all.length)
    expect(taken(held)).toBe(all)
    expect(held.pendingBytes).toBe(0)
    expect(held.take()).toBeUndefined()
    held.push(bytes(2))
    expect(taken(held)).toBe('aa')
    held.release()
  })

  test('the bytes are its own: the chunk may change', () => {
    const held = new Answer()
    const chunk = bytes(3)
    held.push(chunk)
    chunk.fill(98)
    expect(taken(held)).toBe('aaa')
  })

  test('a part is due at its size', () => {
    const held = new Answer()
    expect(held.push(bytes(PART_BYTES - 1))).toBe(false)
    expect(held.push(bytes(1))).toBe(true)
    held.take()
    expect(held.push(bytes(PART_BYTES + 1))).toBe(true)
  })

  test('the first chunk’s time stays', async () => {
    const held = new Answer()
    held.push(bytes(1))
    const first = held.firstAtMs
    await vi.waitFor(() => expect(monotonicMs()).toBeGreaterThan((first ?? 0) + 1))
    held.push(bytes(1))
    expect(held.firstAtMs).toBe(first)
  })

  test('a text that came whole takes the place of pieces', () => {
    const held = new Answer()
    held.push(bytes(3))
    held.setWhole('whole')
    expect(held.firstAtMs).not.toBeNull()
    expect(taken(held)).toBe('whole')
    expect(held.take()).toBeUndefined()
    held.push(bytes(3))
    held.setWhole('x')
    held.clear()
    expect(held.firstAtMs).toBeNull()
    expect(held.take()).toBeUndefined()
  })

  test('beyond its limit bytes are counted, not kept', () => {
    const held = new Answer()
    const piece = bytes(1024 * 1024)
    for (let at = 0; at < MAX_ANSWER_BYTES; at += piece.byteLength) {
      held.push(piece)
      held.take()
    }
    expect(held.cutBytes).toBe(0)
    expect(held.push(bytes(5))).toBe(false)
    held.push(bytes(6))
    expect(held.cutBytes).toBe(11)
    expect(held.take()).toBeUndefined()
  })

  test('a large answer leaves in parts, and the call says what was cut', async () => {
    const text = 'x'.repeat(3 * PART_BYTES)
    await answered(answer(text)).text()
    expect(kinds().filter((kind) => kind === 'part').length).toBeGreaterThan(0)
    expect(heard.answer()).toBe(text)
    expect(heard.close()).not.toHaveProperty('cut')
  })
})
