// Several recorders in one process (the preload's and a provider's, or two providers): one wait at exit, each lane once; what flush
// and stats tell.
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../run.ts'
import { adopt, end, lanesOf, newDir, printedIds, received, start, startSink } from './program.ts'

const DIST = join(process.env.NEATLOGS_TEST_PACKAGE ?? ROOT, 'dist')
const LIMIT_MS = 4000
const bare = { app: 'recorders.mjs', hooked: false }

test('three recorders beside a server that hangs share one wait', async () => {
  const sink = await startSink('hanging')
  const env = { NEATLOGS_EXIT_TIMEOUT_MS: String(LIMIT_MS) }
  const program = start({ ...bare, dir: newDir(), endpoint: sink.url, args: [DIST, '3'], env })
  const { code, ms } = await program.ended
  await sink.close()
  expect(code).toBe(0)
  expect(ms).toBeLessThan(3 * LIMIT_MS - 500)
})

test('three recorders: a signal ends all of them, and each takes up what was left only once', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const left = start({ dir, endpoint: sink.url, args: ['idle', '300'] })
  await left.printed('ready')
  await end(left, 'SIGKILL')
  await sink.heal()
  const program = start({ ...bare, dir, endpoint: sink.url, args: [DIST, '3', 'flush'] })
  await program.printed('closed')
  await end(program)
  const later = await adopt(dir, sink.url)
  expect(later.lines().at(-1)).toBe('taken over')
  const { answers, twice } = received(sink.server())
  await sink.close()
  expect([...printedIds(left), ...printedIds(program)].filter((id) => !answers.has(id))).toEqual([])
  expect(twice).toBe(0)
})

test('flush tells what was delivered; a closed recorder leaves no lane behind', async () => {
  const sink = await startSink('up')
  const dir = newDir()
  const program = start({ ...bare, dir, endpoint: sink.url, args: [DIST, '1', 'flush'] })
  await program.printed('closed')
  expect(lanesOf(dir)).toEqual([])
  await end(program)
  await sink.close()
  expect(told(program.lines(), 'before')).toEqual([{ delivered: 0, pending: 100, dropped: 0, contentDropped: 0 }])
  expect(told(program.lines(), 'after')).toEqual([{ delivered: 100, pending: 0, dropped: 0, contentDropped: 0 }])
})

test('flush beside a server that fails comes back, and tells what waits', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const program = start({ ...bare, dir, endpoint: sink.url, args: [DIST, '1', 'flush'] })
  await program.printed('closed')
  await end(program)
  expect(lanesOf(dir).length).toBe(1)
  await sink.close()
  expect(told(program.lines(), 'after')).toEqual([{ delivered: 0, pending: 100, dropped: 0, contentDropped: 0 }])
})

test('flush beside a server that refuses all: comes back, what was refused is counted, the rest waits for its turn', async () => {
  const sink = await startSink('up')
  sink.server().setFault({ status: 400 })
  const program = start({ ...bare, dir: newDir(), endpoint: sink.url, args: [DIST, '1', 'flush'] })
  await program.printed('closed')
  await end(program)
  await sink.close()
  const [after] = told(program.lines(), 'after') as [{ pending: number; dropped: number }]
  expect(after).toMatchObject({ delivered: 0, contentDropped: 0 })
  expect(after.pending + after.dropped).toBe(100)
  expect(sink.server().requests.length).toBeLessThan(60)
})

function told(lines: readonly string[], what: string): unknown {
  const line = lines.find((text) => text.startsWith(`${what} `)) ?? ''
  return JSON.parse(line.slice(what.length + 1))
}
