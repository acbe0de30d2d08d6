// However a program reads an answer, or leaves it, its call ends once, with the bytes that came and the right status.
import { PassThrough, Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openCalls } from '../../../src/openai/open-calls.ts'
import { parkUnread } from '../../../src/openai/parked.ts'
import { closeOpenCalls } from '../../../src/openai/sweep.ts'
import { answered, beginAs, type Listening, listen, streamOf } from './seam.ts'

/** src/originals.ts takes the timers once, at its import: they are faked there. */
const timers = vi.hoisted((): { waiting: (() => void)[] | null } => ({ waiting: null }))
vi.mock('../../../src/originals.ts', async (load) => {
  const real = await load<typeof import('../../../src/originals.ts')>()
  const setTimeout = (work: () => void, ms: number): NodeJS.Timeout => {
    if (timers.waiting === null) return real.setTimeout(work, ms)
    timers.waiting.push(work)
    return real.setTimeout(() => {}, 0)
  }
  return { ...real, setTimeout }
})

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

const PIECES = ['Grü', 'ße, ', '世界']
const WHOLE = PIECES.join('')

const response = (end?: 'open' | Error): Response => new Response(streamOf(PIECES, end))
const ended = (): { status: string | undefined; answer: string; closes: number } => {
  const closes = heard.frames.filter(({ head }) => head.t === 'close').length
  return { status: heard.close()?.status, answer: heard.answer(), closes }
}

async function drain(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of body ?? []) pieces.push(piece)
  return Buffer.concat(pieces).toString('utf8')
}
const bodyOf = (from: Response): ReadableStream<Uint8Array> => from.body as ReadableStream<Uint8Array>
const iterable = (from: Response): AsyncIterable<Uint8Array> => from.body as unknown as AsyncIterable<Uint8Array>

describe('read to its end', () => {
  const WAYS: { readonly [way: string]: (from: Response) => Promise<unknown> } = {
    text: (from) => from.text(),
    arrayBuffer: async (from) => Buffer.from(await from.arrayBuffer()).toString('utf8'),
    blob: async (from) => (await from.blob()).text(),
    'for await': (from) => drain(iterable(from)),
    values: (from) => drain((bodyOf(from) as unknown as { values(): AsyncIterable<Uint8Array> }).values()),
    reader: async (from) => {
      const reader = bodyOf(from).getReader()
      let text = ''
      const decoder = new TextDecoder()
      for (let pull = await reader.read(); !pull.done; pull = await reader.read())
        text += decoder.decode(pull.value, { stream: true })
      return text
    },
    pipeThrough: async (from) => {
      let text = ''
      for await (const piece of bodyOf(from).pipeThrough(
        new TextDecoderStream() as never,
      ) as unknown as AsyncIterable<string>)
        text += piece
      return text
    },
    pipeTo: async (from) => {
      const pieces: Uint8Array[] = []
      await bodyOf(from).pipeTo(new WritableStream({ write: (piece: Uint8Array) => void pieces.push(piece) }))
      return Buffer.concat(pieces).toString('utf8')
    },
    'clone, the twin first': async (from) => {
      const twin = from.clone()
      const text = await twin.text()
      expect(await from.text()).toBe(text)
      return text
    },
    'a clone’s clone': async (from) => {
      const twin = from.clone().clone()
      void from.body?.cancel()
      return twin.text()
    },
    tee: async (from) => {
      const [left, right] = bodyOf(from).tee()
      const texts = await Promise.all([new Response(left).text(), new Response(right).text()])
      expect(texts[0]).toBe(texts[1])
      return texts[0]
    },
    'tee, one half left': async (from) => {
      const [left, right] = bodyOf(from).tee()
      void left.cancel()
      return new Response(right).text()
    },
    'Readable.fromWeb': (from) => drain(Readable.fromWeb(bodyOf(from) as never)),
  }
  test.each(Object.entries(WAYS))('%s', async (_, read) => {
    expect(await read(answered(response()))).toBe(WHOLE)
    await vi.waitFor(() => expect(ended()).toEqual({ status: 'ok', answer: WHOLE, closes: 1 }))
  })

  test('json gives the value and keeps the server’s own text', async () => {
    const text = '{"a": 1.0, "b":"ü"}'
    expect(await answered(new Response(text)).json()).toEqual({ a: 1, b: 'ü' })
    expect(ended()).toEqual({ status: 'ok', answer: text, closes: 1 })
  })

  test('a body that was read before the SDK gave it on', async () => {
    const call = beginAs({})
    const early = response()
    call?.attempt(early)
    expect(await early.text()).toBe(WHOLE)
    expect(heard.close()).toBeNull()
    call?.settle()
    expect(ended()).toEqual({ status: 'ok', answer: WHOLE, closes: 1 })
  })
})

describe('left', () => {
  const WAYS: { readonly [way: string]: (from: Response) => Promise<unknown> } = {
    break: async (from) => {
      for await (const _ of iterable(from)) break
    },
    'reader.cancel': async (from) => {
      const reader = bodyOf(from).getReader()
      await reader.read()
      await reader.cancel()
    },
    'body.cancel after a read': async (from) => {
      const reader = bodyOf(from).getReader()
      await reader.read()
      reader.releaseLock()
      await from.body?.cancel()
    },
    'both halves of a tee': async (from) => {
      const [left, right] = bodyOf(from).tee()
      const reader = left.getReader()
      await reader.read()
      await Promise.all([reader.cancel(), right.cancel()])
    },
    'a destination that fails': async (from) => {
      const failing = new WritableStream({ write: () => Promise.reject(new Error('full')) })
      await expect(bodyOf(from).pipeTo(failing)).rejects.toThrow('full')
    },
  }
  test.each(Object.entries(WAYS))('%s: what was read is kept', async (_, leave) => {
    await leave(answered(response()))
    await vi.waitFor(() => expect(ended()).toMatchObject({ status: 'aborted', closes: 1 }))
    expect(WHOLE.startsWith(heard.answer())).toBe(true)
    expect(heard.answer().length).toBeGreaterThan(0)
  })

  test('cancelled unread', async () => {
    await answered(response()).body?.cancel()
    expect(ended()).toEqual({ status: 'aborted', answer: '', closes: 1 })
  })
})

describe('not asked for', () => {
  /** Longer than a program takes that wants its answer. */
  const WAIT_MS = 120
  const parked = async (): Promise<Response> => {
    const given = answered(response())
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS))
    parkUnread()
    return given
  }
  const known = () => heard.frames.filter(({ head }) => head.t === 'part' && head.known !== undefined).length

  test('its call is no open call any more, what its head told is in a frame, and at exit it is incomplete', async () => {
    const given = await parked()
    expect(openCalls.size).toBe(0)
    expect(known()).toBe(1)
    expect(ended().closes).toBe(0)
    closeOpenCalls()
    expect(ended()).toEqual({ status: 'incomplete', answer: '', closes: 1 })
    expect(heard.close()?.attempts).toEqual([])
    // Nobody hears of it any more.
    expect(await given.text()).toBe(WHOLE)
    expect(ended().closes).toBe(1)
  })

  test.each(['text', 'for await', 'cancel'])('%s after all: it ends as it would have', async (way) => {
    const given = await parked()
    if (way === 'cancel') await given.body?.cancel()
    else expect(way === 'text' ? await given.text() : await drain(iterable(given))).toBe(WHOLE)
    const isLeft = way === 'cancel'
    expect(ended()).toEqual({ status: isLeft ? 'aborted' : 'ok', answer: isLeft ? '' : WHOLE, closes: 1 })
    expect(heard.close()?.attempts).toHaveLength(1)
  })

  test('one that somebody has begun to read stays open, however late its first byte', async () => {
    const reader = bodyOf(answered(response('open'))).getReader()
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS))
    parkUnread()
    expect(openCalls.size).toBe(1)
    await reader.cancel()
    expect(known()).toBe(0)
  })
})

describe('broken', () => {
  const READS: { readonly [way: string]: (from: Response) => Promise<unknown> } = {
    text: (from) => from.text(),
    'for await': (from) => drain(iterable(from)),
    pipeTo: (from) => bodyOf(from).pipeTo(new WritableStream()),
  }
  test.each(Object.entries(READS))('%s: the error is the program’s own, what came is kept', async (_, read) => {
    const broken = new TypeError('terminated')
    await expect(read(answered(response(broken)))).rejects.toBe(broken)
    await vi.waitFor(() => expect(ended()).toEqual({ status: 'error', answer: WHOLE, closes: 1 }))
    expect(heard.close()?.error).toEqual({ type: 'TypeError', message: 'terminated' })
  })

  test('an abort is no error', async () => {
    const abort = new DOMException('aborted', 'AbortError')
    await expect(answered(response(abort as never)).text()).rejects.toBe(abort)
    expect(ended()).toEqual({ status: 'aborted', answer: WHOLE, closes: 1 })
    expect(heard.close()).not.toHaveProperty('error')
  })

  test('openai 7 may send again after an aborted body: the end waits, the second answer counts', async () => {
    const abort = new DOMException('aborted', 'AbortError')
    const client = { parseResponseWithTimeout() {} }
    const call = beginAs(client)
    const late = response(abort as never)
    call?.attempt(late)
    call?.settle()
    await expect(late.text()).rejects.toBe(abort)
    expect(heard.close()).toBeNull()
    const again = beginAs(client, call?.options, 1)
    const second = new Response('"second"')
    again?.attempt(second)
    again?.settle()
    await second.text()
    expect(ended()).toEqual({ status: 'ok', answer: '"second"', closes: 1 })
    expect(heard.close()?.attempts).toHaveLength(2)
  })

  test('when it does not send again, the call ends as timed out', async () => {
    timers.waiting = []
    try {
      const late = response(new DOMException('aborted', 'AbortError') as never)
      answered(late, { parseResponseWithTimeout() {} })
      await late.text().catch(() => {})
      expect(heard.close()).toBeNull()
      for (const work of timers.waiting) work()
      expect(ended()).toEqual({ status: 'error', answer: WHOLE, closes: 1 })
      expect(heard.close()?.error?.type).toBe('APIConnectionTimeoutError')
    } finally {
      timers.waiting = null
    }
  })

  test.each([
    ['a stream of events', { headers: { 'content-type': 'text/event-stream' } }, undefined],
    ['a call that the program aborted', {}, AbortSignal.abort()],
  ])('%s is not sent again', async (_, init, signal) => {
    const abort = new DOMException('aborted', 'AbortError')
    const late = new Response(streamOf(PIECES, abort as never), init)
    answered(late, { parseResponseWithTimeout() {} }, signal ? { method: 'post', signal } : { method: 'post' })
    await late.text().catch(() => {})
    expect(ended().status).toBe('aborted')
  })
})

describe('a Node stream', () => {
  const piped = (): { stream: PassThrough; from: { status: number; body: PassThrough } } => {
    const stream = new PassThrough()
    return { stream, from: answered({ status: 200, body: stream }) }
  }
  test('read to its end', async () => {
    const { stream, from } = piped()
    stream.write('Grü')
    stream.end('ße')
    expect(await drain(from.body)).toBe('Grüße')
    expect(ended()).toEqual({ status: 'ok', answer: 'Grüße', closes: 1 })
  })

  test('read as text', async () => {
    const { stream, from } = piped()
    from.body.setEncoding('utf8').resume()
    stream.end('Grüße')
    await vi.waitFor(() => expect(ended()).toEqual({ status: 'ok', answer: 'Grüße', closes: 1 }))
  })

  test('destroyed', async () => {
    const { stream, from } = piped()
    from.body.resume()
    stream.write('a')
    await vi.waitFor(() => expect(stream.readableLength).toBe(0))
    stream.destroy()
    await vi.waitFor(() => expect(ended()).toEqual({ status: 'aborted', answer: 'a', closes: 1 }))
  })

  test('broken', async () => {
    const { stream, from } = piped()
    stream.destroy(new Error('reset'))
    await expect(drain(from.body)).rejects.toThrow('reset')
    expect(ended()).toEqual({ status: 'error', answer: '', closes: 1 })
  })

  test('untouched until somebody reads', () => {
    const { stream } = piped()
    stream.write('a')
    expect(stream.readableFlowing).toBeNull()
    expect(Object.keys(stream)).not.toContain('emit')
    closeOpenCalls()
    expect(ended()).toEqual({ status: 'incomplete', answer: '', closes: 1 })
  })
})

describe('a response without a stream', () => {
  const whole = (more: object): { status: number; body: object } => answered({ status: 200, body: {}, ...more })

  test.each([
    ['text', async () => 'Grüße', 'Grüße'],
    ['json', async () => ({ a: 1 }), '{"a":1}'],
    ['arrayBuffer', async () => new TextEncoder().encode('Grüße').buffer, 'Grüße'],
    ['bytes', async () => new TextEncoder().encode('Grüße'), 'Grüße'],
  ])('%s', async (name, read, expected) => {
    const from = whole({ [name]: read }) as unknown as { [name: string]: () => Promise<unknown> }
    expect(await from[name]?.()).toEqual(await read())
    expect(ended()).toEqual({ status: 'ok', answer: expected, closes: 1 })
  })

  test('its error is the program’s own', async () => {
    const broken = new Error('odd')
    const from = whole({ text: () => Promise.reject(broken) }) as unknown as Response
    await expect(from.text()).rejects.toBe(broken)
    expect(ended()).toMatchObject({ status: 'error', closes: 1 })
  })

  test('a method that gives no promise stays as it is', () => {
    const from = whole({ text: () => 'now' }) as unknown as { text(): string }
    expect(from.text()).toBe('now')
    expect(heard.close()).toBeNull()
    closeOpenCalls()
  })
})

describe('what cannot be watched', () => {
  test.each([
    ['a frozen response', () => Object.freeze(answered(response()))],
    ['a response frozen before', () => answered(Object.freeze(response()))],
    ['a frozen body', () => answered(Object.freeze({ status: 200, body: Object.freeze(streamOf(PIECES)) }))],
    ['a frozen Node stream', () => answered({ status: 200, body: Object.preventExtensions(new PassThrough()) })],
  ])('%s stays whole, and its call ends at exit', (_, make) => {
    make()
    closeOpenCalls()
    expect(ended()).toMatchObject({ status: 'incomplete', closes: 1 })
  })

  test('a stream with a reader of its own is another tool’s', async () => {
    const body = streamOf(PIECES)
    const own = body.getReader.bind(body)
    Object.defineProperty(body, 'getReader', { value: own })
    const from = answered({ status: 200, body, text: async () => 'x' })
    expect(body.getReader).toBe(own)
    await from.text()
    expect(ended()).toEqual({ status: 'ok', answer: 'x', closes: 1 })
  })
})

describe('no body', () => {
  test.each([
    ['204', new Response(null, { status: 204 })],
    ['a length of 0', new Response('', { headers: { 'content-length': '0' } })],
    ['none', new Response(null)],
  ])('%s ends with the head', (_, from) => {
    answered(from)
    expect(ended()).toEqual({ status: 'ok', answer: '', closes: 1 })
  })
})

describe('the methods that stand in front do not show', () => {
  test('on response, body, reader and iterator', () => {
    const [bare, from] = [response(), answered(response())]
    expect(Object.keys(from)).toEqual(Object.keys(bare))
    expect(Object.keys(bodyOf(from))).toEqual(Object.keys(bodyOf(bare)))
    expect(JSON.stringify(bodyOf(from))).toBe(JSON.stringify(bodyOf(bare)))
    for (const name of ['getReader', 'cancel', 'tee', 'pipeTo', 'pipeThrough', 'values'] as const) {
      const [ours, theirs] = [from, bare].map((one) => (bodyOf(one) as unknown as { [name: string]: () => void })[name])
      expect(ours?.name).toBe(theirs?.name)
    }
    closeOpenCalls()
  })

  test('a locked stream refuses as it does without us', async () => {
    const from = answered(response())
    from.body?.getReader()
    expect(() => from.body?.getReader()).toThrow(TypeError)
    expect(() => from.body?.tee()).toThrow(TypeError)
    expect(() => from.body?.pipeThrough(new TransformStream())).toThrow(TypeError)
    await expect(from.body?.pipeTo(new WritableStream())).rejects.toThrow(TypeError)
    closeOpenCalls()
  })
})

test('at exit, what is open ends with what has come', async () => {
  const from = answered(response('open'))
  const reader = bodyOf(from).getReader()
  for (const _ of PIECES) await reader.read()
  const waiting = beginAs({})
  waiting?.attempt(null, { error: new Error('none') })
  closeOpenCalls()
  expect(
    heard.frames.filter(({ head }) => head.t === 'close').map(({ head }) => (head as { status: string }).status),
  ).toEqual(['incomplete', 'incomplete'])
  expect(heard.answer()).toBe(WHOLE)
})
