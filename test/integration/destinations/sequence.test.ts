// The APIs that take one call or one trace a request: what was taken is not sent twice, whatever becomes of the rest.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { Destination } from '../../../src/destinations/destination.ts'
import { openDestination } from '../../../src/destinations/open.ts'
import { parseOptions } from '../../../src/options/options.ts'
import type { CallRecord } from '../../../src/record.ts'
import { makeRecord } from '../../unit/destinations/records.ts'

const NONE = { droppedCount: 0 }
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A server that answers each request by the first record id it finds in it, and remembers the ids it took. */
async function start(protocol: 'v1' | 'trace', statusOf: (ids: readonly string[]) => number) {
  const taken: string[] = []
  const server = createServer(async (request, response) => {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const ids = [
      ...new Set(
        Buffer.concat(pieces)
          .toString()
          .match(/call-\w+/g) ?? [],
      ),
    ]
    const status = statusOf(ids)
    if (status === 200) taken.push(...ids)
    response.writeHead(status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const env = { NEATLOGS_API_KEY: 'k', NEATLOGS_ENDPOINT: url, NEATLOGS_PROTOCOL: protocol }
  const destination = await openDestination('neatlogs', parseOptions(env).options, env)
  cleanups.push(
    () => server.close(),
    () => server.closeAllConnections(),
    () => destination.close(),
  )
  return { destination, taken }
}

/** The id is in the body, so that it shows in both protocols. */
const call = (name: string, over: Partial<CallRecord> = {}): CallRecord =>
  makeRecord({ id: `call-${name}`, request: { model: 'm', body: { input: `call-${name}` } }, ...over })
const batch = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => call(name))

/** What the shipper does: retries, and halves while that may help. */
async function ship(destination: Destination, records: readonly CallRecord[], rejected: string[]): Promise<void> {
  const outcome = await destination.send(records, NONE)
  if (outcome.kind === 'delivered') return
  const isSplit = outcome.kind === 'too_large' || (outcome.kind === 'rejected' && outcome.mayPassSplit)
  if (isSplit && records.length > 1) {
    await ship(destination, records.slice(0, records.length >> 1), rejected)
    await ship(destination, records.slice(records.length >> 1), rejected)
  } else if (outcome.kind === 'retry') await ship(destination, records, rejected)
  else rejected.push(...records.map(({ id }) => id))
}

test.each(['v1', 'trace'] as const)('%s: one that fails for a while does not repeat the others', async (protocol) => {
  let failures = 2
  const { destination, taken } = await start(protocol, (ids) => (ids.includes('call-c') && failures-- > 0 ? 503 : 200))
  const rejected: string[] = []
  await ship(destination, batch, rejected)
  expect([...taken].sort()).toEqual(batch.map(({ id }) => id))
  expect(rejected).toEqual([])
})

test.each(['v1', 'trace'] as const)('%s: one that is refused is the only one given up', async (protocol) => {
  const { destination, taken } = await start(protocol, (ids) => (ids.includes('call-c') ? 400 : 200))
  const rejected: string[] = []
  await ship(destination, batch, rejected)
  expect([...taken].sort()).toEqual(['a', 'b', 'd', 'e', 'f'].map((name) => `call-${name}`))
  expect(rejected).toEqual(['call-c'])
})

test.each(['v1', 'trace'] as const)('%s: a server that refuses all is not asked again for each', async (protocol) => {
  let requests = 0
  const { destination } = await start(protocol, () => {
    requests += 1
    return 400
  })
  const rejected: string[] = []
  await ship(destination, batch, rejected)
  expect(rejected).toHaveLength(6)
  expect(requests).toBe(6)
})

test('trace: the calls of a context travel together, and apart only when one of them is refused', async () => {
  const otel = { ...makeRecord().otel, parent_span_id: 'aaaaaaaaaaaaaaa1' }
  const group = ['a', 'b', 'c', 'd'].map((name) => call(name, { name: 'checkout', otel }))
  const sizes: number[] = []
  const { destination, taken } = await start('trace', (ids) => {
    sizes.push(ids.length)
    return ids.includes('call-c') ? 422 : 200
  })
  const rejected: string[] = []
  await ship(destination, group, rejected)
  expect(sizes[0]).toBe(4)
  expect([...taken].sort()).toEqual(['call-a', 'call-b', 'call-d'])
  expect(rejected).toEqual(['call-c'])
})

test('trace: a context too large for one request is split', async () => {
  const otel = { ...makeRecord().otel, parent_span_id: 'aaaaaaaaaaaaaaa1' }
  const group = ['a', 'b'].map((name) =>
    call(name, {
      name: 'checkout',
      otel,
      request: { model: 'm', body: { input: `call-${name}${' '.repeat(3_000_000)}` } },
    }),
  )
  const { destination, taken } = await start('trace', () => 200)
  const rejected: string[] = []
  await ship(destination, group, rejected)
  expect([...taken].sort()).toEqual(['call-a', 'call-b'])
})
