// Two destinations at once, one of which fails: neither waits for the other, none misses a call, none has one twice.
import { expect, test } from 'vitest'
import { readRecords } from '../run.ts'
import { adopt, end, newDir, printedIds, received, start, startSink, until } from './program.ts'

const BOTH = { NEATLOGS_EXPORTER: 'neatlogs,file' }

test('the server is down, the files are written; a later process delivers to the server only what it lacks', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const program = start({ dir, endpoint: sink.url, args: ['idle', '500'], env: BOTH })
  await program.printed('ready')
  await until(() => readRecords(dir).records.length >= 500, 'the files')
  await end(program, 'SIGKILL')
  await sink.heal()
  const later = await adopt(dir, sink.url, { env: BOTH })
  expect(later.lines().at(-1), later.stderr()).toBe('taken over')
  const { answers, twice } = received(sink.server())
  await sink.close()
  const wanted = [...printedIds(program), ...printedIds(later)]
  expect(wanted.filter((id) => !answers.has(id))).toEqual([])
  expect(twice).toBe(0)
  const inFiles = readRecords(dir).records.map(({ response }) => response.id)
  expect(wanted.filter((id) => !inFiles.includes(id))).toEqual([])
  expect(inFiles.length).toBe(wanted.length)
})
