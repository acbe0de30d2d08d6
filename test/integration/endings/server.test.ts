// A server that fails for a while, refuses a key, or refuses one record: nothing is lost, nothing is sent twice, and each is said once.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { adopt, end, newDir, printedIds, received, start, startSink, until } from './program.ts'

const MIB = 1024 * 1024
const SAID = { NEATLOGS_LOG_LEVEL: 'warn' }

test('503 for three seconds: all arrive while the program runs, and it is said once', async () => {
  const sink = await startSink('503')
  // What is told here is not how long an exit waits on a busy machine.
  const env = { ...SAID, NEATLOGS_EXIT_TIMEOUT_MS: '30000' }
  const program = start({ dir: newDir(), endpoint: sink.url, args: ['slow', '200'], env })
  await program.printed('ready')
  await new Promise((resolve) => setTimeout(resolve, 3000))
  await sink.heal()
  const before = printedIds(program)
  await until(() => received(sink.server()).answers.size >= before.length, 'delivery after the 503')
  await end(program)
  const { answers, twice } = received(sink.server())
  await sink.close()
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
  expect(twice).toBe(0)
  expect(program.stderr().match(/takes no records now/g)?.length).toBe(1)
})

test('429 with Retry-After: the same batch comes again, once', async () => {
  const sink = await startSink('up')
  sink.server().setFault({ status: 429, retryAfter: 1, times: 1 })
  const program = start({ dir: newDir(), endpoint: sink.url, args: ['idle', '100'] })
  await program.printed('ready')
  await until(() => received(sink.server()).ids.length >= 100, 'delivery after the 429')
  await end(program)
  const { twice } = received(sink.server())
  expect(sink.server().requests[0]?.status).toBe(429)
  await sink.close()
  expect(twice).toBe(0)
})

test('a key that is refused while the program is asked to end, then accepted: kept, delivered at the next try', async () => {
  const sink = await startSink('up')
  sink.server().setFault({ status: 401, delayMs: 500 })
  const program = start({ dir: newDir(), endpoint: sink.url, args: ['idle', '100'], env: SAID })
  await program.printed('ready')
  await until(() => sink.server().requests.length > 0, 'the first refusal')
  await sink.heal()
  await end(program)
  const { answers } = received(sink.server())
  await sink.close()
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
  expect(
    program.stderr().match(/until somebody mends it; records are kept and sent again: key refused, HTTP 401/g)?.length,
  ).toBe(1)
  const [first, ...later] = sink.server().requests.map(({ status }) => status)
  expect(first).toBe(401)
  expect(new Set(later)).toEqual(new Set([200]))
})

test('a record of 10 MB and a server that takes 4 MB: its neighbours arrive, it is kept aside and not sent for ever', async () => {
  const sink = await startSink('up')
  sink.server().setFault({ maxBytes: 4 * MIB })
  const dir = newDir()
  const env = { ...SAID, NEATLOGS_MAX_BODY_BYTES: String(32 * MIB) }
  const program = start({ dir, endpoint: sink.url, args: ['one-big', '20', '1000'], env })
  await program.printed('ready')
  await until(() => received(sink.server()).ids.length >= 40, 'delivery of the neighbours')
  await end(program)
  const { twice } = received(sink.server())
  const refused = sink.server().requests.filter(({ status }) => status === 413).length
  await sink.close()
  expect(twice).toBe(0)
  expect(refused).toBeLessThan(20)
  const kept = readFileSync(join(dir, 'rejected.ndjson'), 'utf8').trim().split('\n')
  expect(kept.length).toBe(1)
  const { status, record } = JSON.parse(kept[0] ?? '') as { status: number; record: { response: { id: string } } }
  expect(status).toBe(413)
  expect(record.response.id).toMatch(/^big-/)
})

test('two keys on one machine: what one left is never sent with the other', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const first = start({ dir, endpoint: sink.url, args: ['return', '50'], env: { NEATLOGS_API_KEY: 'nl-test-a' } })
  await first.ended
  await sink.heal()
  const other = await adopt(dir, sink.url, { args: ['2'], env: { NEATLOGS_API_KEY: 'nl-test-b' } })
  expect([...received(sink.server()).answers.keys()]).toEqual(printedIds(other))
  const again = await adopt(dir, sink.url, { env: { NEATLOGS_API_KEY: 'nl-test-a' } })
  expect(again.lines().at(-1)).toBe('taken over')
  const { answers } = received(sink.server())
  expect(printedIds(first).filter((id) => !answers.has(id))).toEqual([])
  const accepted = sink.server().requests.filter((request) => request.accepted)
  for (const request of accepted) {
    const isFirst = JSON.stringify(request.spans).includes(`chatcmpl-${first.child.pid}`)
    if (isFirst) expect(request.headers['x-api-key']).toBe('nl-test-a')
  }
  await sink.close()
})
