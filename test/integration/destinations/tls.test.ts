// TLS as users set it up: NODE_EXTRA_CA_CERTS (read by Node at its start, so in a child), the OpenTelemetry variables, mTLS.
import { copyFileSync } from 'node:fs'
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startGrpc } from '../../../fixtures/servers/grpc.mjs'
import { openDestination } from '../../../src/destinations/open.ts'
import { parseOptions } from '../../../src/options/options.ts'
import { makeRecord } from '../../unit/destinations/records.ts'
import { makeTemp } from '../run.ts'
import { type Certificates, makeCertificates } from './certificates.ts'
import { DESTINATION, OPTIONS, runCode } from './child.ts'

let pems: Certificates
beforeAll(() => {
  pems = makeCertificates()
})

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A TLS server that counts its requests. */
async function start(options: ServerOptions = {}) {
  const seen: (string | undefined)[] = []
  const server = createServer({ key: pems.key, cert: pems.cert, ...options }, (request, response) => {
    seen.push(request.url)
    request.resume().on('end', () => response.end())
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(
    () => server.close(),
    () => server.closeAllConnections(),
  )
  return { seen, port: (server.address() as AddressInfo).port }
}

/** Sends one record from a worker thread, as the shipper does, and prints the outcome. */
function sendFromWorker(name: 'neatlogs' | 'otlp', env: { readonly [name: string]: string }) {
  const worker = `
    const { openDestination } = await import(${JSON.stringify(DESTINATION)})
    const { parseOptions } = await import(${JSON.stringify(OPTIONS)})
    const destination = await openDestination('${name}', parseOptions(process.env).options, process.env)
    const outcome = await destination.send([${JSON.stringify(makeRecord())}], { droppedCount: 0 })
    console.log(JSON.stringify({ ...outcome, warnings: destination.warnings }))
    destination.close()`
  const code = `
    import { Worker } from 'node:worker_threads'
    new Worker(${JSON.stringify(worker)}.replace(/^/, '(async () => {') + '})()', { eval: true })`
  return runCode(code, env)
}

describe('NODE_EXTRA_CA_CERTS', () => {
  test.each(['neatlogs', 'otlp'] as const)('%s trusts what Node trusts', async (name) => {
    const server = await start()
    const url = `https://localhost:${server.port}`
    const env = { NEATLOGS_API_KEY: 'k', NEATLOGS_ENDPOINT: url, OTEL_EXPORTER_OTLP_ENDPOINT: url }
    const trusted = await sendFromWorker(name, { ...env, NODE_EXTRA_CA_CERTS: join(pems.folder, 'ca.pem') })
    expect(trusted).toEqual({ stdout: '{"kind":"delivered","warnings":[]}\n', stderr: '', code: 0 })
    expect(server.seen).toEqual(['/v1/traces'])
    const untrusted = await sendFromWorker(name, env)
    expect(JSON.parse(untrusted.stdout)).toMatchObject({
      kind: 'retry',
      reason: expect.stringContaining('certificate'),
    })
    expect(server.seen).toHaveLength(1)
  })

  test('a TLS proxy too', async () => {
    const server = await start()
    const lines: string[] = []
    const proxy = createServer({ key: pems.key, cert: pems.cert })
    proxy.on('connect', (request, client) => {
      lines.push(request.url ?? '')
      const upstream = connect(server.port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n')
        client.pipe(upstream).pipe(client)
      })
      for (const socket of [client, upstream]) socket.on('error', () => {})
      cleanups.push(() => upstream.destroy())
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    cleanups.push(
      () => proxy.close(),
      () => proxy.closeAllConnections(),
    )
    const { stdout } = await sendFromWorker('neatlogs', {
      NEATLOGS_API_KEY: 'k',
      NEATLOGS_ENDPOINT: 'https://collector.test',
      HTTPS_PROXY: `https://localhost:${(proxy.address() as AddressInfo).port}`,
      NODE_EXTRA_CA_CERTS: join(pems.folder, 'ca.pem'),
    })
    expect(stdout).toContain('"delivered"')
    expect(lines).toEqual(['collector.test:443'])
    expect(server.seen).toEqual(['/v1/traces'])
  })
})

describe('the OpenTelemetry variables', () => {
  test('OTEL_EXPORTER_OTLP_CERTIFICATE', async () => {
    const server = await start()
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: `https://localhost:${server.port}` }
    const certificate = { OTEL_EXPORTER_OTLP_CERTIFICATE: join(pems.folder, 'ca.pem') }
    expect((await sendFromWorker('otlp', { ...env, ...certificate })).stdout).toContain('"delivered"')
    expect(server.seen).toHaveLength(1)
  })

  test('a client certificate', async () => {
    const server = await start({ requestCert: true, rejectUnauthorized: true, ca: pems.ca })
    const file = (name: string): string => join(pems.folder, name)
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `https://localhost:${server.port}`,
      OTEL_EXPORTER_OTLP_CERTIFICATE: file('ca.pem'),
    }
    const client = {
      OTEL_EXPORTER_OTLP_CLIENT_KEY: file('client-key.pem'),
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: file('client.pem'),
    }
    expect((await sendFromWorker('otlp', { ...env, ...client })).stdout).toContain('"delivered"')
    expect((await sendFromWorker('otlp', env)).stdout).toContain('"retry"')
    expect(server.seen).toHaveLength(1)
  })

  test('a file that is no PEM, is not there, or belongs to another is named with its variable', async () => {
    const file = (name: string): string => join(pems.folder, name)
    const warningsOf = async (env: { readonly [name: string]: string }): Promise<string> => {
      const { stdout } = await sendFromWorker('otlp', { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://127.0.0.1:1', ...env })
      return (JSON.parse(stdout) as { warnings: string[] }).warnings.join('\n')
    }
    expect(await warningsOf({ OTEL_EXPORTER_OTLP_CERTIFICATE: file('names') })).toMatch(
      /^OTEL_EXPORTER_OTLP_CERTIFICATE: .*names" holds no certificate in PEM form/,
    )
    expect(await warningsOf({ OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: file('client.pem') })).toMatch(
      /^OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: .*client.pem" holds no private key/,
    )
    expect(await warningsOf({ OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: file('none.pem') })).toMatch(
      /^OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: .*none.pem" cannot be read/,
    )
    const mixed = {
      OTEL_EXPORTER_OTLP_CLIENT_KEY: file('key.pem'),
      OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: file('client.pem'),
    }
    expect(await warningsOf(mixed)).toMatch(
      /^OTEL_EXPORTER_OTLP_CLIENT_KEY and OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE do not belong together/,
    )
  })

  test.each(['http/protobuf', 'grpc'])('%s: a client certificate that is renewed is read again', async (protocol) => {
    const folder = makeTemp('renewed')
    const grpc = protocol === 'grpc' ? await startGrpc({ tls: { ...pems, wantsClient: true } }) : null
    if (grpc !== null) cleanups.push(() => grpc.close())
    const server = grpc ?? (await start({ requestCert: true, rejectUnauthorized: true, ca: pems.ca }))
    const file = (name: string): string => join(folder, name)
    // Another authority's: good PEM, refused by the server.
    const old = makeCertificates()
    const put = (from: Certificates): void => {
      for (const name of ['client-key.pem', 'client.pem']) copyFileSync(join(from.folder, name), file(name))
    }
    put(old)
    const env = {
      OTEL_EXPORTER_OTLP_ENDPOINT: `https://localhost:${server.port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_EXPORTER_OTLP_CERTIFICATE: join(pems.folder, 'ca.pem'),
      OTEL_EXPORTER_OTLP_CLIENT_KEY: file('client-key.pem'),
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: file('client.pem'),
    }
    const destination = await openDestination('otlp', parseOptions(env).options, env)
    cleanups.push(() => destination.close())
    const send = () => destination.send([makeRecord()], { droppedCount: 0 })
    expect(await send()).toMatchObject({ kind: 'retry' })
    put(pems)
    await expect.poll(send, { timeout: 10_000, interval: 300 }).toEqual({ kind: 'delivered' })
  })

  test('files that are no key and no certificate stop nothing but the sending', async () => {
    const plain = createPlainServer((request: IncomingMessage, response: ServerResponse) => {
      request.resume().on('end', () => response.end())
    })
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
    cleanups.push(
      () => plain.close(),
      () => plain.closeAllConnections(),
    )
    const { stdout } = await sendFromWorker('otlp', {
      OTEL_EXPORTER_OTLP_ENDPOINT: `https://localhost:${(plain.address() as AddressInfo).port}`,
      OTEL_EXPORTER_OTLP_CLIENT_KEY: join(pems.folder, 'names'),
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: join(pems.folder, 'names'),
    })
    expect(JSON.parse(stdout)).toMatchObject({ kind: expect.stringMatching(/retry|pause/) })
  })
})

test('NODE_TLS_REJECT_UNAUTHORIZED=0 is followed, and no warning of ours is printed', async () => {
  const server = await start()
  const { stdout, stderr } = await sendFromWorker('neatlogs', {
    NEATLOGS_API_KEY: 'k',
    NEATLOGS_ENDPOINT: `https://localhost:${server.port}`,
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
  })
  expect(stdout).toContain('"delivered"')
  expect(stderr).toBe('')
})
