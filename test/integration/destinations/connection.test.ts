// Connections: kept alive, begun again when the server had closed them, and timed out.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { openHttp } from '../../../src/destinations/http.ts'
import { readRetryAfter } from '../../../src/destinations/http-answer.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const BODY = Buffer.from('hello')

function client(url: string, over: Partial<Parameters<typeof openHttp>[0]> = {}) {
  const opened = openHttp({ url: new URL(url), headers: {}, env: {}, timeoutMs: 5000, gzip: false, ...over })
  cleanups.push(() => opened.close())
  return opened
}

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => void) {
  const sockets = new Set<Socket>()
  const server = createServer(handler)
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(
    () => server.close(),
    () => server.closeAllConnections(),
  )
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, sockets }
}

test('ten requests need one connection', async () => {
  const { url, sockets } = await serve((request, response) => request.resume().on('end', () => response.end('ok')))
  const http = client(url)
  for (let count = 0; count < 10; count += 1) expect(await http.post(BODY, 'text/plain')).toMatchObject({ status: 200 })
  expect(sockets.size).toBe(1)
})

test('a kept connection that the server has closed is replaced at once', async () => {
  let requests = 0
  const { url, sockets } = await serve((request, response) => {
    requests += 1
    if (requests === 2) request.socket.destroy()
    else request.resume().on('end', () => response.end('ok'))
  })
  const http = client(url)
  expect(await http.post(BODY, 'text/plain')).toMatchObject({ kind: 'answer' })
  expect(await http.post(BODY, 'text/plain')).toMatchObject({ kind: 'answer', status: 200 })
  expect(requests).toBe(3)
  expect(sockets.size).toBe(2)
})

test('a new connection that is reset is not tried again at once', async () => {
  let requests = 0
  const { url } = await serve((request) => {
    requests += 1
    request.socket.destroy()
  })
  expect(await client(url).post(BODY, 'text/plain')).toMatchObject({ kind: 'failure', isPermanent: false })
  expect(requests).toBe(1)
})

test('an answer that breaks off is a failure', async () => {
  const { url } = await serve((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half')
      setImmediate(() => request.socket.destroy())
    })
  })
  expect(await client(url).post(BODY, 'text/plain')).toMatchObject({ kind: 'failure' })
})

test('an answer without end is read up to the limit', async () => {
  const { url } = await serve((request, response) => {
    const piece = Buffer.alloc(256 * 1024)
    const more = (): void => {
      while (!response.destroyed && response.write(piece));
    }
    request.resume().on('end', more)
    response.on('drain', more)
  })
  const result = await client(url).post(BODY, 'text/plain')
  expect(result).toMatchObject({ kind: 'answer', status: 200 })
  expect((result as { body: Uint8Array }).body.length).toBeLessThanOrEqual(4 * 1024 * 1024)
})

test('a server that takes the connection and says nothing is given up, for TLS before it is up', async () => {
  const server = createTcpServer(() => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const sockets: Socket[] = []
  server.on('connection', (socket) => sockets.push(socket))
  cleanups.push(
    () => server.close(),
    () => sockets.forEach((socket) => void socket.destroy()),
  )
  const { port } = server.address() as AddressInfo
  const plain = client(`http://127.0.0.1:${port}/`, { timeoutMs: 60, connectTimeoutMs: 30 })
  expect(await plain.post(BODY, 'text/plain')).toMatchObject({ reason: 'no answer within 60 ms' })
  const secure = client(`https://127.0.0.1:${port}/`, { timeoutMs: 5000, connectTimeoutMs: 30 })
  expect(await secure.post(BODY, 'text/plain')).toMatchObject({ reason: 'no connection within 30 ms' })
})

test('Retry-After: seconds, a date, at most ten minutes, never negative', () => {
  const now = Date.parse('2026-11-22T12:00:00Z')
  expect(readRetryAfter('120', now)).toBe(120_000)
  expect(readRetryAfter('0', now)).toBe(0)
  expect(readRetryAfter(' 1.5 ', now)).toBe(1500)
  expect(readRetryAfter('Sun, 22 Nov 2026 12:01:00 GMT', now)).toBe(60_000)
  expect(readRetryAfter('Sun, 22 Nov 2026 11:00:00 GMT', now)).toBe(0)
  expect(readRetryAfter('86400', now)).toBe(600_000)
  expect(readRetryAfter(undefined, now)).toBeNull()
  expect(readRetryAfter('soon', now)).toBeNull()
})

/** A server below HTTP: it says what it likes once a head has come. */
async function serveRaw(answer: (socket: Socket) => void): Promise<string> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {})
    cleanups.push(() => socket.destroy())
    let text = ''
    const hear = (piece: Buffer): void => {
      text += piece.toString('latin1')
      if (!text.includes('\r\n\r\n')) return
      socket.off('data', hear)
      answer(socket)
    }
    socket.on('data', hear)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const LARGE = Buffer.alloc(3_500_000)
const REFUSAL = 'HTTP/1.1 413 Payload Too Large\r\nconnection: close\r\n'

test('a switch of protocols is no answer, and ends the request', async () => {
  const url = await serveRaw((socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n')
  })
  expect(await client(url).post(BODY, 'text/plain')).toMatchObject({ kind: 'failure', isPermanent: false })
})

test.each([
  ['100 Continue', 'HTTP/1.1 100 Continue\r\n\r\n'],
  ['103 Early Hints', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'],
])('%s before the answer is passed over', async (_, first) => {
  const url = await serveRaw((socket) => {
    socket.write(first)
    setImmediate(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'))
  })
  expect(await client(url).post(BODY, 'text/plain')).toMatchObject({ kind: 'answer', status: 200 })
})

// nginx and others refuse a body by its length, and close while it is still on its way.
test.each([
  ['whole', `${REFUSAL}content-length: 3\r\n\r\nbig`],
  ['without a length', `${REFUSAL}\r\nbig`],
  ['cut in its body', `${REFUSAL}content-length: 300\r\n\r\nbig`],
])('a refusal that comes before the body was read is heard: %s', async (_, answer) => {
  const url = await serveRaw((socket) => {
    socket.pause()
    socket.write(answer, () => setTimeout(() => socket.destroy(), 20))
  })
  expect(await client(url).post(LARGE, 'text/plain')).toMatchObject({ kind: 'answer', status: 413 })
})

test('an answer that is compressed although nobody asked for it is read', async () => {
  const { url } = await serve((request, response) => {
    response.setHeader('content-encoding', 'gzip')
    request.resume().on('end', () => response.end(gzipSync('{"partialSuccess":{}}')))
  })
  const result = await client(url).post(BODY, 'text/plain')
  expect(String((result as { body: Uint8Array }).body)).toBe('{"partialSuccess":{}}')
})

test('a connection whose request was answered before it had left is not kept', async () => {
  let left = 0
  const url = await serveRaw((socket) => {
    socket.pause()
    socket.on('close', () => left++)
    socket.write('HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\nno')
    setTimeout(() => socket.resume(), 300)
  })
  const http = client(url)
  for (let count = 0; count < 3; count++)
    expect(await http.post(Buffer.alloc(16_000_000), 'text/plain')).toMatchObject({ kind: 'answer', status: 401 })
  await expect.poll(() => left).toBe(3)
})
