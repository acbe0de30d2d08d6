// Threads, forks and clusters: the threads of a process share its lane and its one shipper, each process has its own.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { adopt, lanesOf, newDir, printedIds, received, start, startSink } from './program.ts'

const ROWS = [
  { mode: 'end', wanted: 200, incomplete: 0, lanes: 1 },
  // The main thread, which would name a lane for all, has no openai: each thread has its own.
  { mode: 'alone', wanted: 150, incomplete: 0, lanes: 3 },
  { mode: 'terminate', wanted: 200, incomplete: 3, lanes: 1 },
]
const REDACTED = { NEATLOGS_REDACT: 'request.body.messages[*].content' }

test.each(ROWS)('threads, mode $mode: each call once', async ({ mode, wanted, incomplete, lanes }) => {
  const sink = await startSink('up')
  const dir = newDir()
  const program = start({ app: 'threads.mjs', dir, endpoint: sink.url, args: [mode] })
  expect(await program.ended).toMatchObject({ code: 0 })
  expect(lanesOf(dir).length).toBeLessThanOrEqual(lanes)
  const later = await adopt(dir, sink.url)
  expect(later.lines().at(-1)).toBe('taken over')
  const { answers, calls, twice } = received(sink.server())
  await sink.close()
  expect(printedIds(program).length).toBe(wanted)
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
  expect(calls.length).toBe(wanted + incomplete + 1)
  expect(twice).toBe(0)
})

test('threads share the lane while it waits, one segment each', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const program = start({ app: 'threads.mjs', dir, endpoint: sink.url, args: ['end'] })
  await program.ended
  const [lane = '', ...others] = lanesOf(dir)
  expect(others).toEqual([])
  const segments = readdirSync(join(dir, 'lanes', lane)).filter((name) => name.endsWith('.seg'))
  expect(new Set(segments.map((name) => name.split('-')[0])).size).toBe(4)
  await sink.close()
})

test('threads with redaction: their frames reach the one shipper by message, and nothing touches the disk before', async () => {
  const sink = await startSink('up')
  const dir = newDir()
  const program = start({ app: 'threads.mjs', dir, endpoint: sink.url, args: ['end'], env: REDACTED })
  expect(await program.ended).toMatchObject({ code: 0 })
  const later = await adopt(dir, sink.url, { env: REDACTED })
  expect(later.lines().at(-1)).toBe('taken over')
  const { answers, calls, twice } = received(sink.server())
  await sink.close()
  expect(printedIds(program).length).toBe(200)
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
  expect(twice).toBe(0)
  expect(JSON.stringify(calls)).not.toContain('I am Ada')
})

test.each(['fork', 'cluster'])('%s: three processes, three lanes, each call once', async (mode) => {
  const sink = await startSink('503')
  const dir = newDir()
  const program = start({ app: 'forks.mjs', dir, endpoint: sink.url, args: [mode] })
  expect(await program.ended).toMatchObject({ code: 0 })
  expect(lanesOf(dir).length).toBeGreaterThan(0)
  await sink.heal()
  const later = await adopt(dir, sink.url)
  expect(later.lines().at(-1)).toBe('taken over')
  const { answers, twice } = received(sink.server())
  await sink.close()
  expect(printedIds(program).length).toBe(150)
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
  expect(twice).toBe(0)
})
