// What each answer of a real server means, for every way of sending.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { encodeTracesResponse } from '../../../fixtures/servers/neatlogs/otlp.mjs'
import { type NeatlogsServer, startNeatlogs } from '../../../fixtures/servers/neatlogs.mjs'
import { CLOSED_RULES, type Destination, type Outcome } from '../../../src/destinations/destination.ts'
import { openDestination } from '../../../src/destinations/open.ts'
import { parseOptions } from '../../../src/options/options.ts'
import { makeRecord } from '../../unit/destinations/records.ts'

const KEY = 'nl_test_key_0123456789'
const NONE = { droppedCount: 0 }
const WAYS = ['neatlogs', 'trace', 'v1', 'otlp', 'otlp json'] as const
type Way = (typeof WAYS)[number]

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function open(way: Way, url: string, env: { readonly [name: string]: string } = {}): Promise<Destination> {
  const isOtlp = way.startsWith('otlp')
  const all = {
    ...(isOtlp ? { OTEL_EXPORTER_OTLP_ENDPOINT: url } : { NEATLOGS_API_KEY: KEY, NEATLOGS_ENDPOINT: url }),
    ...(way === 'otlp json' ? { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' } : {}),
    ...(way === 'trace' || way === 'v1' ? { NEATLOGS_PROTOCOL: way } : {}),
    ...env,
  }
  const { options, warnings } = parseOptions(all)
  expect(warnings).toEqual([])
  const destination = await openDestination(isOtlp ? 'otlp' : 'neatlogs', options, all)
  cleanups.push(() => destination.close())
  return destination
}

async function start(options: Parameters<typeof startNeatlogs>[0] = {}): Promise<NeatlogsServer> {
  const server = await startNeatlogs({ requireKey: false, ...options })
  cleanups.push(() => server.close())
  return server
}

async function serve(handler: Parameters<typeof createServer>[1]): Promise<{ url: string; server: Server }> {
  const server = createServer(handler as never)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(
    () => server.close(),
    () => server.closeAllConnections(),
  )
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

const records = ['a', 'b', 'c'].map((id) => makeRecord({ id, otel: { ...makeRecord().otel, span_id: id.repeat(16) } }))

describe.each(WAYS)('%s', (way) => {
  const isOtlp = way.startsWith('otlp')

  test('delivers', async () => {
    const server = await start(isOtlp ? {} : { requireKey: true, key: KEY })
    const destination = await open(way, server.url)
    expect(await destination.send(records, NONE)).toEqual({ kind: 'delivered' })
    expect(server.requests.every(({ accepted, problem }) => accepted && problem === null)).toBe(true)
    if (way !== 'v1') expect([...server.ids()].sort()).toEqual(['a', 'b', 'c'])
    expect(server.requests).toHaveLength(way === 'v1' || way === 'trace' ? 3 : 1)
    expect(server.requests[0]?.headers['user-agent']).toMatch(/^neatlogs-node\/\d+\.\d+\.\d+/)
    const types = { neatlogs: 'application/x-protobuf', otlp: 'application/x-protobuf' } as { [way: string]: string }
    expect(server.requests[0]?.type).toBe(types[way] ?? 'application/json')
  })

  const retried = [
    408, 409, 420, 421, 423, 424, 425, 444, 449, 460, 499, 429, 500, 501, 502, 503, 504, 520, 522, 524, 529, 599,
  ]
  const rejected = [400, 422]
  const paused = [301, 307, 401, 402, 403, 404, 405, 406, 407, 410, 411, 414, 415, 417, 418, 426, 431, 440, 451, 498]
  const expected: [number, Outcome['kind']][] = [
    ...retried.map((status): [number, Outcome['kind']] => [status, 'retry']),
    ...rejected.map((status): [number, Outcome['kind']] => [status, 'rejected']),
    ...paused.map((status): [number, Outcome['kind']] => [status, 'pause']),
    [413, 'too_large'],
    [202, 'delivered'],
    [204, 'delivered'],
  ]
  test.each(expected)('%d: %s', async (status, kind) => {
    const { url } = await serve((request, response) => {
      request.resume().on('end', () => response.writeHead(status, { location: 'http://127.0.0.1:1/' }).end())
    })
    const outcome = await (await open(way, url)).send([makeRecord()], NONE)
    expect(outcome.kind).toBe(kind)
    if (outcome.kind === 'rejected') expect(outcome.status).toBe(status)
  })

  test.each([
    ['a page', 'text/html', '<!doctype html><html><body>Sign in</body></html>', 'pause'],
    ['a page behind a newline', 'text/html', '\n<html></html>', 'pause'],
    ['a text', 'text/plain', 'healthy, but something else', 'pause'],
    ['JSON', 'application/json', '{}', 'delivered'],
    ['nothing', 'text/html', '', 'delivered'],
    ['OK', 'text/plain', 'OK', 'delivered'],
    [
      'words of success',
      'application/json',
      '{"status":"ok","code":200,"message":"accepted","errors":[]}',
      'delivered',
    ],
    ['an error', 'application/json', '{"error":"unauthorized"}', 'pause'],
    ['an error that is an object', 'application/json', '{"error":{"message":"quota","code":"q"}}', 'pause'],
    ['errors', 'application/json', '{"errors":[{"message":"bad"}],"data":null}', 'pause'],
    ['no success', 'application/json', '{"success":false}', 'pause'],
    ['a status in words', 'application/json', '{"status":"error","message":"down"}', 'pause'],
    ['a status of its own', 'application/json', '{"statusCode":503,"message":"down"}', 'pause'],
    ['a gRPC status', 'application/json', '{"code":16,"message":"no token","details":[]}', 'pause'],
    ['a message of failure', 'application/json', '{"message":"Internal server error"}', 'pause'],
  ])('200 with %s', async (_, type, body, kind) => {
    const { url } = await serve((request, response) => {
      request.resume().on('end', () => response.writeHead(200, { 'content-type': type }).end(body))
    })
    const outcome = await (await open(way, url)).send([makeRecord()], NONE)
    expect(outcome.kind).toBe(kind)
  })

  test('Retry-After, in seconds and as a date', async () => {
    const server = await start({ faults: { status: 503, retryAfter: 7 } })
    const destination = await open(way, server.url)
    expect(await destination.send(records, NONE)).toMatchObject({ kind: 'retry', afterMs: 7000 })
    server.setFault({ status: 503, retryAfter: new Date(Date.now() + 60_000).toUTCString() })
    const { afterMs } = (await destination.send(records, NONE)) as { afterMs: number }
    expect(afterMs).toBeGreaterThan(30_000)
    expect(afterMs).toBeLessThanOrEqual(60_000)
    server.setFault({ status: 503, retryAfter: 'later' })
    expect(await destination.send(records, NONE)).toMatchObject({ kind: 'retry', afterMs: null })
  })

  test('a server that is not there, or hangs up, is tried again', async () => {
    const server = await start({ faults: { close: true } })
    const destination = await open(way, server.url)
    expect(await destination.send(records, NONE)).toMatchObject({ kind: 'retry', afterMs: null })
    const gone = await open(way, 'http://127.0.0.1:1')
    expect(await gone.send(records, NONE)).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('ECONNREFUSED'),
    })
  })

  test('a send that is under way when the destination closes is not lost', async () => {
    const server = await start({ faults: { hang: true } })
    const destination = await open(way, server.url)
    const sending = destination.send(records, NONE)
    await expect.poll(() => server.requests.length).toBeGreaterThan(0)
    destination.close()
    expect(await sending).toMatchObject({ kind: 'retry' })
  })

  test('the key is not in what is said about a refusal', async () => {
    const { url } = await serve((request, response) => {
      request.resume().on('end', () => response.writeHead(400).end(`no such key: ${KEY}`))
    })
    const headers: { [name: string]: string } = isOtlp ? { OTEL_EXPORTER_OTLP_HEADERS: `x-key=${KEY}` } : {}
    const outcome = await (await open(way, url, headers)).send([makeRecord()], NONE)
    expect(outcome).toMatchObject({ kind: 'rejected', answer: 'no such key: [secret]' })
  })
})

test('where a redirect points is told, what is secret in it is not', async () => {
  const { url } = await serve((request, response) => {
    const location = `https://user:top-secret@new.test/otlp/v1/traces?key=${KEY}`
    request.resume().on('end', () => response.writeHead(308, { location }).end())
  })
  const outcome = await (await open('otlp', url)).send([makeRecord()], NONE)
  expect(outcome).toMatchObject({
    kind: 'pause',
    reason: expect.stringContaining('to https://…@new.test/otlp/v1/traces?…'),
  })
  expect(JSON.stringify(outcome)).not.toMatch(/top-secret|nl_test/)
})

describe('OTLP', () => {
  test.each(['otlp', 'otlp json', 'neatlogs'] as const)('%s: partial success is success, and said', async (way) => {
    const partialSuccess = { rejectedSpans: 2, errorMessage: 'two were bad' }
    const server = await start({ faults: { partialSuccess } })
    const outcome = await (await open(way, server.url)).send(records, NONE)
    expect(outcome).toEqual({ kind: 'delivered', rejectedCount: 2, message: 'two were bad' })
  })

  const rejected = encodeTracesResponse({ partialSuccess: { rejectedSpans: 2, errorMessage: 'two were bad' } })
  test.each([
    ['otlp', 'JSON', '{"partialSuccess":{"rejectedSpans":"2","errorMessage":"two were bad"}}'],
    [
      'otlp',
      'JSON with names of the schema',
      '{"partial_success":{"rejected_spans":2,"error_message":"two were bad"}}',
    ],
    ['otlp json', 'protobuf', rejected],
  ] as const)('%s: partial success, said in %s', async (way, _, body) => {
    const { url } = await serve((request, response) => request.resume().on('end', () => response.end(body)))
    const outcome = await (await open(way, url)).send(records, NONE)
    expect(outcome).toEqual({ kind: 'delivered', rejectedCount: 2, message: 'two were bad' })
  })

  test.each(['otlp', 'otlp json'] as const)('%s: gzip when asked for', async (way) => {
    const server = await start()
    const zipped = await open(way, server.url, { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' })
    await zipped.send(records, NONE)
    await (await open(way, server.url)).send(records, NONE)
    expect(server.requests.map(({ encoding }) => encoding)).toEqual(['gzip', null])
    expect(server.requests[0]?.bytes).toBeLessThan((server.requests[1]?.bytes ?? 0) / 2)
    expect(server.requests[0]?.body.equals(server.requests[1]?.body ?? Buffer.alloc(0))).toBe(true)
    expect(server.ids()).toHaveLength(6)
  })

  test('a server that hangs is given up after OTEL_EXPORTER_OTLP_TIMEOUT', async () => {
    const server = await start({ faults: { hang: true } })
    const destination = await open('otlp', server.url, { OTEL_EXPORTER_OTLP_TIMEOUT: '50' })
    expect(await destination.send(records, NONE)).toMatchObject({ kind: 'retry', reason: 'no answer within 50 ms' })
  })

  test('headers reach the server decoded, and cannot replace ours', async () => {
    const server = await start()
    const headers = 'Authorization=Basic%20cGs6c2s=,user-agent=me,Content-Type=text/plain'
    const destination = await open('otlp', server.url, { OTEL_EXPORTER_OTLP_HEADERS: headers })
    expect(destination.warnings).toHaveLength(1)
    await destination.send(records, NONE)
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: 'Basic cGs6c2s=',
      'user-agent': expect.stringMatching(/^neatlogs-node/),
      'content-type': 'application/x-protobuf',
    })
  })

  test('user and password of the address are sent as Basic', async () => {
    const server = await start()
    await (await open('otlp', server.url.replace('//', '//us%40er:pw@'))).send(records, NONE)
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('us@er:pw').toString('base64')}`)
  })

  test('the traces endpoint is used as it is', async () => {
    const seen: (string | undefined)[] = []
    const { url } = await serve((request, response) => {
      seen.push(request.url)
      request.resume().on('end', () => response.end())
    })
    await (await open('otlp', url, { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/my/path?token=1` })).send(
      records,
      NONE,
    )
    expect(seen).toEqual(['/my/path?token=1'])
  })

  test('content goes only when asked for', async () => {
    const server = await start()
    const asked = { ...CLOSED_RULES, captureContent: true, otlpContent: true }
    const destination = await open('otlp', server.url, { NEATLOGS_CAPTURE_CONTENT: 'true' })
    // What the records' own program asked for counts, not what this one did.
    await destination.send(records, NONE)
    await destination.send(records, { ...NONE, rules: asked })
    expect(server.requests.map(({ body }) => body.includes('Be brief.'))).toEqual([false, true])
  })

  test('files that cannot be read are warned about', async () => {
    const env = { OTEL_EXPORTER_OTLP_CERTIFICATE: '/nowhere/ca.pem', OTEL_EXPORTER_OTLP_CLIENT_KEY: '/nowhere/k.pem' }
    const { warnings } = await open('otlp', 'http://127.0.0.1:1', env)
    expect(warnings).toHaveLength(2)
    expect(warnings.join()).toContain('/nowhere/ca.pem')
  })
})

describe('NeatLogs without what it needs', () => {
  test.each(['neatlogs', 'trace', 'v1'] as const)('%s without a key keeps everything', async (way) => {
    const server = await start()
    const destination = await open(way, server.url, { NEATLOGS_API_KEY: '' })
    expect(destination.warnings).toEqual([expect.stringContaining('NEATLOGS_API_KEY')])
    expect(await destination.send(records, NONE)).toMatchObject({ kind: 'pause' })
    expect(server.requests).toEqual([])
  })

  test('a write key needs a project, for the trace protocol', async () => {
    const server = await start({ requireKey: true })
    const without = await open('trace', server.url, { NEATLOGS_API_KEY: 'nlw_1' })
    expect(await without.send(records, NONE)).toMatchObject({
      kind: 'pause',
      reason: expect.stringContaining('NEATLOGS_PROJECT'),
    })
    expect(without.warnings).toHaveLength(1)
    const withProject = await open('trace', server.url, { NEATLOGS_API_KEY: 'nlw_1', NEATLOGS_PROJECT: 'shop' })
    expect(await withProject.send([makeRecord()], NONE)).toEqual({ kind: 'delivered' })
    expect(server.requests[0]?.message).toMatchObject({ project: 'shop' })
  })

  test('a key that no header can hold does not end in an endless retry', async () => {
    const server = await start()
    const destination = await open('neatlogs', server.url, { NEATLOGS_API_KEY: 'sk\u2026x' })
    const outcome = await destination.send(records, NONE)
    expect(outcome).toMatchObject({ kind: 'pause' })
    expect(JSON.stringify(outcome)).not.toContain('\u2026')
  })
})

describe('size', () => {
  const big = (id: string, bytes: number) =>
    makeRecord({ id, request: { model: 'm', body: { messages: [{ role: 'user', content: 'x'.repeat(bytes) }] } } })

  test('a batch that is too large once encoded is not sent', async () => {
    const server = await start()
    const destination = await open('neatlogs', server.url)
    expect(await destination.send([big('a', 2_200_000), big('b', 2_200_000)], NONE)).toMatchObject({
      kind: 'too_large',
    })
    expect(server.requests).toEqual([])
    expect(await destination.send([big('a', 800_000)], NONE)).toEqual({ kind: 'delivered' })
  })

  test('one record that is too large with the copies of its content goes without them', async () => {
    const server = await start()
    const destination = await open('neatlogs', server.url)
    expect(await destination.send([big('a', 3_000_000)], NONE)).toEqual({ kind: 'delivered' })
    expect(server.requests[0]?.bytes).toBeLessThan(4 * 1024 * 1024)
    const call = server.spans().find(({ attributes }) => attributes['neatlogs.record.id'] === 'a')
    expect(String(call?.attributes['neatlogs.llm.input_messages.0.content']).length).toBe(3_000_000)
  })

  test('an answer of any size is survived', async () => {
    const { url } = await serve((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(200)
        const piece = Buffer.alloc(1024 * 1024)
        for (let count = 0; count < 20; count += 1) response.write(piece)
        response.end()
      })
    })
    expect(await (await open('otlp', url)).send(records, NONE)).toMatchObject({ kind: 'pause' })
  })
})
