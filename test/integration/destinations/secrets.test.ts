// Every byte that leaves is read from the socket: the key is in its one place and nowhere else.
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openDestination } from '../../../src/destinations/open.ts'
import { parseOptions } from '../../../src/options/options.ts'
import { makeFailure, makeRecord } from '../../unit/destinations/records.ts'

const KEY = 'nl_live_4f8a1c7e9b2d6035'
const PASSWORD = 'pw-71c2e8'
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** Answers 200 to every request and keeps the raw bytes. */
async function listen() {
  const pieces: Buffer[] = []
  const server = createServer((socket) => {
    let pending = ''
    socket.on('error', () => {})
    socket.on('data', (piece) => {
      pieces.push(piece)
      pending += piece.toString('latin1')
      for (let end = endOf(pending); end > 0; end = endOf(pending)) {
        pending = pending.slice(end)
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      }
    })
    cleanups.push(() => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => server.close())
  const { port } = server.address() as AddressInfo
  return { port, bytes: () => Buffer.concat(pieces).toString('latin1') }
}

/** Length of the first whole request, 0 when it has not come yet. */
function endOf(text: string): number {
  const head = text.indexOf('\r\n\r\n')
  const length = /content-length: (\d+)/i.exec(text.slice(0, head))
  if (head < 0 || length === null) return 0
  const end = head + 4 + Number(length[1])
  return text.length >= end ? end : 0
}

/** Where a text occurs: the line it stands in. */
function linesWith(text: string, secret: string): string[] {
  return text.split('\r\n').filter((line) => line.includes(secret))
}

const records = [makeRecord(), makeFailure({ id: 'b', metadata: { a: 1 } })]

test.each([
  ['otlp', `x-api-key: ${KEY}`],
  ['trace', `x-api-key: ${KEY}`],
] as const)('NeatLogs, %s: the key is the value of x-api-key', async (protocol, line) => {
  const server = await listen()
  const env = {
    NEATLOGS_API_KEY: KEY,
    NEATLOGS_ENDPOINT: `http://127.0.0.1:${server.port}`,
    NEATLOGS_PROTOCOL: protocol,
  }
  const destination = await openDestination('neatlogs', parseOptions(env).options, env)
  expect(await destination.send(records, { droppedCount: 1 })).toEqual({ kind: 'delivered' })
  const found = linesWith(server.bytes(), KEY)
  expect(new Set(found)).toEqual(new Set([line]))
  expect(found).toHaveLength(protocol === 'otlp' ? 1 : 2)
  expect(destination.fingerprint).not.toContain(KEY)
  destination.close()
})

test('NeatLogs, v1: the key is projectAPIKey of the body', async () => {
  const server = await listen()
  const env = { NEATLOGS_API_KEY: KEY, NEATLOGS_ENDPOINT: `http://127.0.0.1:${server.port}`, NEATLOGS_PROTOCOL: 'v1' }
  const destination = await openDestination('neatlogs', parseOptions(env).options, env)
  expect(await destination.send([makeRecord()], { droppedCount: 0 })).toEqual({ kind: 'delivered' })
  const text = server.bytes()
  expect(text.split(KEY)).toHaveLength(2)
  expect(text).toContain(`"projectAPIKey":"${KEY}"`)
  destination.close()
})

test('OTLP: keys of the headers variable and of the address stay in their headers', async () => {
  const server = await listen()
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:${PASSWORD}@127.0.0.1:${server.port}`,
    OTEL_EXPORTER_OTLP_HEADERS: `x-honeycomb-team=${KEY}`,
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test',
    NEATLOGS_API_KEY: 'nl_other_key_12345',
    OPENAI_API_KEY: 'sk-other-key-67890',
  }
  const destination = await openDestination('otlp', parseOptions(env).options, env)
  expect(await destination.send(records, { droppedCount: 0 })).toEqual({ kind: 'delivered' })
  const text = server.bytes()
  expect(linesWith(text, KEY)).toEqual([`x-honeycomb-team: ${KEY}`])
  expect(text).toContain(`Basic ${Buffer.from(`user:${PASSWORD}`).toString('base64')}`)
  for (const secret of [PASSWORD, 'nl_other_key_12345', 'sk-other-key-67890']) expect(text).not.toContain(secret)
  expect(destination.fingerprint).not.toContain(PASSWORD)
  destination.close()
})

test('file and stdout: the key of another destination is in no line', async () => {
  const { encodeLine } = await import('../../../src/destinations/line.ts')
  expect(records.map(encodeLine).join('')).not.toContain(KEY)
})
