// OTLP over gRPC below the calls: connections that go silent, are ended by the server, or lead to something else; answers that are cut.
import { createServer, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { createServer as createHttps } from 'node:https'
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { startGrpc } from '../../../fixtures/servers/grpc.mjs'
import { encodeTracesResponse } from '../../../fixtures/servers/neatlogs/otlp.mjs'
import type { Destination } from '../../../src/destinations/destination.ts'
import { openDestination } from '../../../src/destinations/open.ts'
import { parseOptions } from '../../../src/options/options.ts'
import { makeRecord } from '../../unit/destinations/records.ts'
import { makeCertificates } from './certificates.ts'

const NONE = { droppedCount: 0 }
const DELIVERED = { kind: 'delivered' }
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function open(url: string, env: { readonly [name: string]: string } = {}): Promise<Destination> {
  const all = { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', ...env }
  const destination = await openDestination('otlp', parseOptions(all).options, all)
  cleanups.push(() => destination.close())
  return destination
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => server.close())
  return (server.address() as AddressInfo).port
}

/** An HTTP/2 server that does what it is told with each stream. */
async function serve(on: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, count: number) => void) {
  let count = 0
  const server = createServer()
  server.on('session', (session) => cleanups.push(() => session.destroy()))
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {})
    on(stream, headers, ++count)
  })
  return `http://127.0.0.1:${await listen(server as unknown as Server)}`
}

const HEAD = { ':status': 200, 'content-type': 'application/grpc' }

/** A whole answer, message and status. */
function accept(stream: ServerHttp2Stream, message: Uint8Array = new Uint8Array(0), head: object = {}): void {
  const prefix = Buffer.alloc(5)
  prefix.writeUInt8('grpc-encoding' in head ? 1 : 0)
  prefix.writeUInt32BE(message.length, 1)
  stream.respond({ ...HEAD, ...head }, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
  stream.resume().on('end', () => stream.end(Buffer.concat([prefix, message])))
}

function say(stream: ServerHttp2Stream, head: OutgoingHttpHeaders, body = ''): void {
  stream.respond(head)
  stream.end(body)
}

test('a connection that goes silent (a firewall that forgot it) is left after one answer that did not come', async () => {
  const server = await startGrpc()
  cleanups.push(() => server.close())
  const pairs: Socket[][] = []
  const wire = createTcp((client) => {
    const upstream = connect(server.port, '127.0.0.1')
    pairs.push([client, upstream])
    for (const socket of [client, upstream]) socket.on('error', () => {})
    client.pipe(upstream).pipe(client)
    cleanups.push(
      () => client.destroy(),
      () => upstream.destroy(),
    )
  })
  const destination = await open(`http://127.0.0.1:${await listen(wire)}`, { OTEL_EXPORTER_OTLP_TIMEOUT: '2000' })
  expect(await destination.send([makeRecord({ id: 'a' })], NONE)).toEqual(DELIVERED)
  for (const [client, upstream] of pairs) {
    client?.unpipe().resume()
    upstream?.unpipe().resume()
  }
  expect(await destination.send([makeRecord({ id: 'b' })], NONE)).toMatchObject({ kind: 'retry', isTimeout: true })
  expect(await destination.send([makeRecord({ id: 'b' })], NONE)).toEqual(DELIVERED)
  expect(server.ids()).toEqual(['a', 'b'])
})

test.each([
  ['333', 1.25],
  ['600000000', 1],
])('the time that the server may take is told as gRPC can read it: %s ms, %d times', async (limit, patience) => {
  let told = ''
  const url = await serve((stream, headers) => {
    told = String(headers['grpc-timeout'])
    accept(stream)
  })
  const destination = await open(url, { OTEL_EXPORTER_OTLP_TIMEOUT: limit })
  expect(await destination.send([makeRecord()], { ...NONE, patience })).toEqual(DELIVERED)
  expect(told).toMatch(/^\d{1,8}[mSMH]$/)
})

test('a server that ends its connections by age: each batch arrives', async () => {
  const server = await startGrpc({
    options: { 'grpc.max_connection_age_ms': 150, 'grpc.max_connection_age_grace_ms': 50 },
  })
  cleanups.push(() => server.close())
  const destination = await open(server.url)
  const ids = Array.from({ length: 12 }, (_, index) => `r${index}`)
  for (const id of ids) {
    expect(await destination.send([makeRecord({ id })], NONE)).toEqual(DELIVERED)
    await sleep(40)
  }
  expect([...new Set(server.ids())]).toEqual(ids)
})

test('a batch that a GOAWAY leaves out goes over another connection at once', async () => {
  const url = await serve((stream, _, count) => {
    if (count !== 2) accept(stream)
    else stream.session?.goaway(0, 1)
  })
  const destination = await open(url)
  expect(await destination.send([makeRecord()], NONE)).toEqual(DELIVERED)
  expect(await destination.send([makeRecord()], NONE)).toEqual(DELIVERED)
})

test.each([
  ['REFUSED_STREAM', (stream: ServerHttp2Stream) => stream.close(7), 'retry'],
  ['ENHANCE_YOUR_CALM', (stream: ServerHttp2Stream) => stream.close(11), 'retry'],
  ['an end without a status', (stream: ServerHttp2Stream) => say(stream, HEAD), 'retry'],
  ['a proxy’s 503', (stream: ServerHttp2Stream) => say(stream, { ':status': 503 }, 'busy'), 'retry'],
  ['a proxy’s 404', (stream: ServerHttp2Stream) => say(stream, { ':status': 404 }, 'no'), 'pause'],
  ['a proxy’s 413', (stream: ServerHttp2Stream) => say(stream, { ':status': 413 }), 'too_large'],
  ['a page', (stream: ServerHttp2Stream) => say(stream, { ':status': 200 }, '<html>'), 'pause'],
  ['a connection that is cut', (stream: ServerHttp2Stream) => stream.session?.destroy(), 'retry'],
  [
    'a status that nobody knows',
    (stream: ServerHttp2Stream) => stream.respond({ ...HEAD, 'grpc-status': '99' }, { endStream: true }),
    'retry',
  ],
  [
    'a status alone, 0',
    (stream: ServerHttp2Stream) => stream.respond({ ...HEAD, 'grpc-status': '0' }, { endStream: true }),
    'delivered',
  ],
])('%s: %#', async (_, answer, kind) => {
  const destination = await open(await serve((stream) => answer(stream)), { OTEL_EXPORTER_OTLP_TIMEOUT: '2000' })
  expect(await destination.send([makeRecord()], NONE)).toMatchObject({ kind })
})

test('a compressed answer', async () => {
  const partialSuccess = { rejectedSpans: 1, errorMessage: 'one is odd' }
  const message = gzipSync(encodeTracesResponse({ partialSuccess }))
  const url = await serve((stream) => accept(stream, message, { 'grpc-encoding': 'gzip' }))
  expect(await (await open(url)).send([makeRecord()], NONE)).toMatchObject({ rejectedCount: 1, message: 'one is odd' })
})

test('TLS without HTTP/2: what to set is said', async () => {
  const pems = makeCertificates()
  const server = createHttps({ key: pems.key, cert: pems.cert }, (request, response) =>
    request.resume().on('end', () => response.end()),
  )
  const port = await listen(server)
  const env = { OTEL_EXPORTER_OTLP_CERTIFICATE: join(pems.folder, 'ca.pem') }
  const outcome = await (await open(`https://localhost:${port}`, env)).send([makeRecord()], NONE)
  expect(outcome).toMatchObject({ reason: expect.stringContaining('OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf') })
})
