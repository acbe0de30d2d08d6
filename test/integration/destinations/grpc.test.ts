// OTLP over gRPC, against the stock server of @grpc/grpc-js: what is sent, what each status means, TLS, proxies, connections that go.
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type GrpcServer, startGrpc } from '../../../fixtures/servers/grpc.mjs'
import type { Destination, Outcome } from '../../../src/destinations/destination.ts'
import { openDestination } from '../../../src/destinations/open.ts'
import { parseOptions } from '../../../src/options/options.ts'
import { makeRecord } from '../../unit/destinations/records.ts'
import { type Certificates, makeCertificates } from './certificates.ts'

type Env = { readonly [name: string]: string }

const NONE = { droppedCount: 0 }
const GRPC = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }
const PATH = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'

let pems: Certificates
beforeAll(() => {
  pems = makeCertificates()
})

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function start(options: Parameters<typeof startGrpc>[0] = {}): Promise<GrpcServer> {
  const server = await startGrpc(options)
  cleanups.push(() => server.close())
  return server
}

async function open(url: string, env: Env = {}): Promise<Destination> {
  const all = { OTEL_EXPORTER_OTLP_ENDPOINT: url, ...GRPC, ...env }
  const destination = await openDestination('otlp', parseOptions(all).options, all)
  cleanups.push(() => destination.close())
  return destination
}

const send = async (url: string, env: Env = {}): Promise<Outcome> => (await open(url, env)).send([makeRecord()], NONE)

test.each(['none', 'gzip'])('a batch arrives, compression %s', async (compression) => {
  const server = await start()
  const destination = await open(server.url, {
    OTEL_EXPORTER_OTLP_COMPRESSION: compression,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-team=a',
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'x-key=b%20c',
  })
  expect(await destination.send([makeRecord(), makeRecord({ id: 'second' })], NONE)).toEqual({ kind: 'delivered' })
  expect(server.calls).toMatchObject([{ path: PATH, accepted: true, metadata: { 'x-team': 'a', 'x-key': 'b c' } }])
  expect(server.spans().map(({ name }) => name)).toEqual(['chat gpt-4o-mini', 'chat gpt-4o-mini'])
  expect(destination.warnings).toEqual([])
})

test('a message larger than a frame, and several at once over one connection', async () => {
  const server = await start()
  const destination = await open(server.url, { NEATLOGS_CAPTURE_CONTENT: 'true' })
  const body = { messages: [{ role: 'user', content: 'x'.repeat(300_000) }] }
  const ids = ['a', 'b', 'c', 'd']
  const outcomes = await Promise.all(
    ids.map((id) => destination.send([makeRecord({ id, request: { model: 'm', body } })], NONE)),
  )
  expect(outcomes).toEqual(Array(4).fill({ kind: 'delivered' }))
  expect([...server.ids()].sort()).toEqual(ids)
})

describe('what a status means', () => {
  test.each([
    ['UNAVAILABLE', {}, { kind: 'retry', reason: expect.stringContaining('UNAVAILABLE: busy') }],
    ['UNAVAILABLE', { retryDelayS: 7.5 }, { kind: 'retry', afterMs: 7500 }],
    ['CANCELLED', {}, { kind: 'retry' }],
    ['DEADLINE_EXCEEDED', {}, { kind: 'retry' }],
    ['ABORTED', {}, { kind: 'retry' }],
    ['OUT_OF_RANGE', {}, { kind: 'retry' }],
    ['DATA_LOSS', {}, { kind: 'retry' }],
    ['RESOURCE_EXHAUSTED', { retryDelayS: 3 }, { kind: 'retry', afterMs: 3000 }],
    ['RESOURCE_EXHAUSTED', { details: 'grpc: received message larger than max (9 vs. 4)' }, { kind: 'too_large' }],
    ['INVALID_ARGUMENT', {}, { kind: 'rejected', mayPassSplit: true }],
    ['UNAUTHENTICATED', {}, { kind: 'pause', reason: expect.stringContaining('key refused') }],
    ['PERMISSION_DENIED', {}, { kind: 'pause' }],
  ])('%s %j', async (code, over, outcome) => {
    const server = await start()
    server.setFault({ code, details: 'busy', ...over })
    expect(await send(server.url)).toMatchObject(outcome)
  })

  test('partial success, a limit of the server, a secret that comes back', async () => {
    const server = await start({ options: { 'grpc.max_receive_message_length': 100 } })
    expect(await send(server.url)).toMatchObject({ kind: 'too_large' })
    const other = await start()
    other.setFault({ partialSuccess: { rejectedSpans: 1, errorMessage: 'one is odd' } })
    expect(await send(other.url)).toMatchObject({ rejectedCount: 1, message: 'one is odd' })
    other.setFault({ code: 'UNAUTHENTICATED', details: 'not top-secret' })
    const refused = await send(other.url, { OTEL_EXPORTER_OTLP_HEADERS: 'x-key=top-secret' })
    expect(JSON.stringify(refused)).not.toContain('top-secret')
  })
})

describe('connections', () => {
  test('nobody there, nobody who answers, and a server that comes back on the same port', async () => {
    const first = await start()
    const destination = await open(first.url, { OTEL_EXPORTER_OTLP_TIMEOUT: '700' })
    expect(await destination.send([makeRecord()], NONE)).toEqual({ kind: 'delivered' })
    first.setFault({ hang: true })
    expect(await destination.send([makeRecord()], NONE)).toMatchObject({
      kind: 'retry',
      reason: 'no answer within 700 ms',
    })
    first.close()
    expect(await destination.send([makeRecord()], NONE)).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('ECONNREFUSED'),
    })
    const second = await start({ port: first.port })
    expect(await destination.send([makeRecord()], NONE)).toEqual({ kind: 'delivered' })
    expect(second.spans()).toHaveLength(1)
  })

  test('a server of HTTP/1 is told from one that is down', async () => {
    const plain = createHttp((request, response) => request.resume().on('end', () => response.end()))
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => plain.close())
    const outcome = await send(`http://127.0.0.1:${(plain.address() as AddressInfo).port}`)
    expect(outcome).toMatchObject({ reason: expect.stringContaining('OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf') })
  })

  test('through a proxy', async () => {
    const server = await start()
    const lines: string[] = []
    const proxy = createServer((client: Socket) => {
      client.once('data', (head) => {
        lines.push(String(head).split('\r\n')[0] ?? '')
        const upstream = connect(server.port, '127.0.0.1', () => {
          client.write('HTTP/1.1 200 OK\r\n\r\n')
          client.pipe(upstream).pipe(client)
        })
        for (const socket of [client, upstream]) socket.on('error', () => {})
        cleanups.push(() => upstream.destroy())
      })
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    cleanups.push(() => proxy.close())
    const http_proxy = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
    expect(await send('http://collector.test:4317', { http_proxy })).toEqual({ kind: 'delivered' })
    expect(lines).toEqual(['CONNECT collector.test:4317 HTTP/1.1'])
  })
})

test('TLS, by the authority that the variables name; with a client certificate; refused without', async () => {
  const server = await start({ tls: { ...pems, wantsClient: true } })
  const url = `https://localhost:${server.port}`
  const file = (name: string): string => join(pems.folder, name)
  const ca = { OTEL_EXPORTER_OTLP_CERTIFICATE: file('ca.pem') }
  const client = {
    OTEL_EXPORTER_OTLP_CLIENT_KEY: file('client-key.pem'),
    OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: file('client.pem'),
  }
  expect(await send(url, { ...ca, ...client })).toEqual({ kind: 'delivered' })
  // Without a scheme TLS is meant.
  expect(await send(`localhost:${server.port}`, { ...ca, ...client })).toEqual({ kind: 'delivered' })
  expect(await send(url, ca)).toMatchObject({ kind: 'retry' })
  expect(await send(url, client)).toMatchObject({ kind: 'retry', reason: expect.stringContaining('certificate') })
  expect(server.spans()).toHaveLength(2)
})
