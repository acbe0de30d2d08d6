// Whatever one input holds, 5 MB of text, ten thousand levels or a hundred thousand entries, the record is bounded, and so is each field but bodies.
import { expect, test } from 'vitest'
import { decodeCall } from '../../../src/decode/decode.ts'
import { inputOf, type Parts, SSE_HEADERS } from '../decode/input.ts'

const BODY = 64 * 1024
/** Three bodies (request, answer, metadata), an error and its stack of 64 KiB each as JSON may spell them, short fields. */
const MOST_CHARS = 3 * BODY + 2 * 65_536 + 512 * 1024
const LONG = 'x'.repeat(5_000_000)
const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
const MANY = Array.from({ length: 100_000 }, (_, at) => `entry-${at}`)
const manyOf = <Value>(value: Value): { [key: string]: Value } => Object.fromEntries(MANY.map((name) => [name, value]))
const chat = (more: object, choice: object = {}): object => ({
  id: 'c',
  model: 'm',
  choices: [{ index: 0, message: { content: 'x' }, finish_reason: 'stop', ...choice }],
  ...more,
})
const failed = (error: object): Parts => ({ close: { status: 'error', httpStatus: 400 }, answer: { error } })
const attempt = { at: 0, ms: 1, status: 500 }
const json = (value: string): Uint8Array => new TextEncoder().encode(value)

const INPUTS: { readonly [what: string]: Parts } = {
  'model asked for': { request: { model: LONG } },
  'model that answers': { answer: chat({ model: LONG }) },
  'id of the answer': { answer: chat({ id: LONG }) },
  'finish reason': { answer: chat({}, { finish_reason: LONG }) },
  'many finish reasons': { answer: { choices: MANY.map((finish_reason, index) => ({ index, finish_reason })) } },
  'model of a stream': {
    close: { headers: SSE_HEADERS },
    answer: `data: ${JSON.stringify({ model: LONG, id: LONG, choices: [{ index: 0, delta: { content: 'x' }, finish_reason: LONG }] })}\n\n`,
  },
  'error code': failed({ message: 'm', code: LONG }),
  'error type': failed({ message: 'm', type: LONG }),
  'error param': failed({ message: 'm', param: LONG }),
  'error message': failed({ message: LONG }),
  'error of the program': {
    close: { status: 'error', error: { type: LONG, code: LONG, message: LONG, param: LONG, stack: LONG } },
  },
  'path of the URL': { open: { url: `https://h/v1/${LONG}` } },
  'host of the URL': { open: { url: `https://${LONG}/v1/x` } },
  'query of the URL': { open: { url: `https://h/v1/chat/completions?a=${LONG}` } },
  'no URL': { open: { url: LONG } },
  'verb, version, helper, provider': { open: { verb: LONG, sdk: LONG, helper: LONG, provider: LONG } },
  'session of a socket': { open: { session: LONG, socket: 'responses' } },
  context: { open: { ctx: { traceId: LONG, userId: LONG, conversationId: LONG, name: LONG, tags: [LONG, ...MANY] } } },
  'metadata of a context': { open: { ctx: { metadata: { text: LONG, ...manyOf(1) } } } },
  'names of metadata': { open: { ctx: { metadata: { [LONG]: 1 } } } },
  'ids of spans': {
    open: { ctx: { parent: { traceId: LONG, spanId: LONG }, root: { traceId: LONG, spanId: LONG, startedAtMs: 1 } } },
  },
  'request ids': {
    close: {
      attempts: [{ ...attempt, requestId: LONG, retryAfter: LONG, error: LONG, code: LONG }],
      headers: { 'x-request-id': LONG },
    },
  },
  'many attempts': { close: { attempts: MANY.map(() => attempt) } },
  headers: { close: { headers: { ...manyOf('v'), 'x-ratelimit-a': LONG, [LONG]: 'v' } } },
  'facts of the lane': {
    lane: {
      service: LONG,
      hostname: LONG,
      node: LONG,
      traceId: LONG,
      userId: LONG,
      tags: [LONG],
      metadata: { a: LONG },
    },
  },
  'deep request': { request: json(deep(10_000)) },
  'deep answer': { answer: json(deep(10_000)) },
  'deep error': { close: { status: 'error', httpStatus: 400 }, answer: json(`{"error":${deep(10_000)}}`) },
  'deep stream': { close: { headers: SSE_HEADERS }, answer: json(`data: {"choices":[{"delta":${deep(10_000)}}]}\n\n`) },
  'a broad body': { request: manyOf('x'), answer: MANY },
  'names of a body': { request: { [LONG]: 1 }, answer: { [LONG]: LONG } },
}

/** The longest text of a record outside of bodies, metadata, and texts of an error, and where it stands. */
function longest(value: unknown, path = ''): [path: string, chars: number] {
  if (/^\/(?:request|response)\/body|^\/metadata|^\/error\/(?:message|stack)/.test(path)) return [path, 0]
  if (typeof value === 'string') return [path, value.length]
  if (typeof value !== 'object' || value === null) return [path, 0]
  const inner = Object.entries(value).flatMap(([key, one]) => [
    longest(one, `${path}/${key.slice(0, 40)}`),
    [`${path} (a name)`, key.length] as [string, number],
  ])
  return inner.reduce((most, one) => (one[1] > most[1] ? one : most), [path, 0])
}

test.each(Object.keys(INPUTS))('%s', (what) => {
  const failures: string[] = []
  const record = decodeCall(
    inputOf({
      ...INPUTS[what],
      options: { maxBodyBytes: BODY, onRedactionFailure: (message) => failures.push(message) },
    }),
  )
  expect(failures).toEqual([])
  expect(longest(record)[1], longest(record)[0]).toBeLessThanOrEqual(1100)
  expect(JSON.stringify(record).length).toBeLessThanOrEqual(MOST_CHARS)
})
