// Through a real proxy: CONNECT for https, the whole URL for http. The names end in .test: only the proxy can resolve them.
import { createServer, request as forward, type IncomingMessage } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { openHttp } from '../../../src/destinations/http.ts'
import { type Certificates, makeCertificates } from './certificates.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

let pems: Certificates
beforeAll(() => {
  pems = makeCertificates()
})

interface Seen {
  readonly line: string
  readonly authorization: string | undefined
  readonly key: string | undefined
}

/** A proxy that sends everything to one port of this machine, whatever name was asked for. */
async function startProxy(port: number, { isSecure = false, status = 200 } = {}) {
  const seen: Seen[] = []
  const see = (request: IncomingMessage): void => {
    const authorization = request.headers['proxy-authorization']
    seen.push({ line: `${request.method} ${request.url}`, authorization, key: request.headers['x-api-key'] as string })
  }
  const handler = (request: IncomingMessage, response: import('node:http').ServerResponse): void => {
    see(request)
    const { pathname } = new URL(request.url ?? '')
    const { 'proxy-authorization': _, ...headers } = request.headers
    const onward = forward({ port, host: '127.0.0.1', path: pathname, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward)
  }
  const proxy = isSecure ? createSecureServer({ key: pems.key, cert: pems.cert }, handler) : createServer(handler)
  proxy.on('connect', (request, client) => {
    see(request)
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\n\r\n`)
      return
    }
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      client.pipe(upstream).pipe(client)
    })
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
    cleanups.push(() => upstream.destroy())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  cleanups.push(
    () => proxy.close(),
    () => proxy.closeAllConnections(),
  )
  return { seen, port: (proxy.address() as AddressInfo).port }
}

async function startTarget(isSecure: boolean) {
  const seen: { host: string | undefined; path: string | undefined; body: string; leak: string | undefined }[] = []
  const handler = async (request: IncomingMessage, response: import('node:http').ServerResponse): Promise<void> => {
    let body = ''
    for await (const piece of request) body += String(piece)
    const leak = request.headers['proxy-authorization']
    seen.push({ host: request.headers.host, path: request.url, body, leak })
    response.end('ok')
  }
  const target = isSecure ? createSecureServer({ key: pems.key, cert: pems.cert }, handler) : createServer(handler)
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve))
  cleanups.push(
    () => target.close(),
    () => target.closeAllConnections(),
  )
  return { seen, port: (target.address() as AddressInfo).port }
}

function open(url: string, env: { readonly [name: string]: string }, ca?: string) {
  const headers = { 'x-api-key': 'target-key' }
  const tls = ca === undefined ? {} : { tls: { ca } }
  const http = openHttp({ url: new URL(url), headers, env, timeoutMs: 5000, gzip: false, ...tls })
  cleanups.push(() => http.close())
  return http
}

const post = (http: ReturnType<typeof open>) => http.post(Buffer.from('hello'), 'text/plain')

const proxyUrl = (port: number): string => `http://us%40er:pass@localhost:${port}`
const credentials = `Basic ${Buffer.from('us@er:pass').toString('base64')}`

test('https goes through a tunnel; the proxy sees neither key nor body', async () => {
  const target = await startTarget(true)
  const proxy = await startProxy(target.port)
  const http = open('https://collector.test:8443/v1/traces', { HTTPS_PROXY: proxyUrl(proxy.port) }, pems.ca)
  expect(await post(http)).toMatchObject({ kind: 'answer', status: 200 })
  expect(await post(http)).toMatchObject({ kind: 'answer', status: 200 })
  expect(target.seen).toEqual(Array(2).fill({ host: 'collector.test:8443', path: '/v1/traces', body: 'hello' }))
  expect(proxy.seen).toEqual([{ line: 'CONNECT collector.test:8443', authorization: credentials, key: undefined }])
})

test('http goes as a whole URL, and the proxy’s password stays with the proxy', async () => {
  const target = await startTarget(false)
  const proxy = await startProxy(target.port)
  const http = open('http://collector.test/v1/traces?a=1', { HTTP_PROXY: proxyUrl(proxy.port) })
  expect(await post(http)).toMatchObject({ kind: 'answer', status: 200 })
  expect(proxy.seen).toMatchObject([{ line: 'POST http://collector.test/v1/traces?a=1', authorization: credentials }])
  expect(target.seen).toMatchObject([{ host: 'collector.test', body: 'hello' }])
})

test('a TLS proxy whose certificate is not trusted gets nothing', async () => {
  const target = await startTarget(true)
  const proxy = await startProxy(target.port, { isSecure: true })
  const http = open('https://collector.test/v1/traces', { HTTPS_PROXY: `https://localhost:${proxy.port}` }, pems.ca)
  expect(await post(http)).toMatchObject({ kind: 'failure', reason: expect.stringContaining('certificate') })
  expect(proxy.seen).toEqual([])
  expect(target.seen).toEqual([])
})

test.each([403, 407, 502])(
  'a proxy that answers %d is a failure to try again, without a secret in its reason',
  async (status) => {
    const proxy = await startProxy(1, { status })
    const http = open('https://collector.test/', { HTTPS_PROXY: `http://user:hush@localhost:${proxy.port}` })
    const result = await post(http)
    expect(result).toMatchObject({
      kind: 'failure',
      isPermanent: false,
      reason: expect.stringContaining(String(status)),
    })
    expect(JSON.stringify(result)).not.toContain('hush')
  },
)

test('a certificate that is not for the name is refused inside the tunnel too', async () => {
  const target = await startTarget(true)
  const proxy = await startProxy(target.port)
  const http = open('https://other.test/', { HTTPS_PROXY: `http://localhost:${proxy.port}` }, pems.ca)
  expect(await post(http)).toMatchObject({ kind: 'failure', reason: expect.stringContaining('other.test') })
  expect(target.seen).toEqual([])
})

test('a proxy that is down is a failure to try again', async () => {
  const http = open('https://collector.test/', { HTTPS_PROXY: 'http://127.0.0.1:1' })
  expect(await post(http)).toMatchObject({ kind: 'failure', isPermanent: false })
})

test('NO_PROXY is reached directly', async () => {
  const target = await startTarget(false)
  const proxy = await startProxy(target.port)
  const env = { HTTP_PROXY: `http://localhost:${proxy.port}`, NO_PROXY: '127.0.0.1' }
  expect(await post(open(`http://127.0.0.1:${target.port}/`, env))).toMatchObject({ status: 200 })
  expect(proxy.seen).toEqual([])
})
