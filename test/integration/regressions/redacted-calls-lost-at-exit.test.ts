// Symptom: with redaction a program that ended beside a hanging server, or without an exit limit to wait for, lost the calls that
// its shipper had not written yet: they go by message, and only the wait for the network held the exit.
import { expect, test } from 'vitest'
import { adopt, end, newDir, printedIds, received, start, startSink } from '../endings/program.ts'

const REDACT = { NEATLOGS_REDACT: 'request.body.messages[*].content' }

test('no wait at exit: redacted calls are on disk all the same', async () => {
  const sink = await startSink('hanging')
  const dir = newDir()
  const env = { ...REDACT, NEATLOGS_EXIT_TIMEOUT_MS: '0' }
  const program = start({ dir, endpoint: sink.url, args: ['return', '500'], env })
  expect(await program.ended).toMatchObject({ code: 0 })
  await sink.heal()
  const later = await adopt(dir, sink.url, { env: REDACT })
  expect(later.lines().at(-1)).toBe('taken over')
  const { answers } = received(sink.server())
  await sink.close()
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
})

test('a request that hangs does not keep redacted calls from the disk', async () => {
  const sink = await startSink('hanging')
  const dir = newDir()
  const program = start({ dir, endpoint: sink.url, args: ['slow', '200'], env: REDACT })
  await program.printed('ready')
  await new Promise((resolve) => setTimeout(resolve, 3000))
  const settled = printedIds(program).slice(0, -10) // what was answered a moment ago may still be on its way to the disk
  await end(program, 'SIGKILL')
  await sink.heal()
  const later = await adopt(dir, sink.url, { env: REDACT })
  expect(later.lines().at(-1)).toBe('taken over')
  const { answers } = received(sink.server())
  await sink.close()
  expect(settled.length).toBeGreaterThan(210)
  expect(settled.filter((id) => !answers.has(id))).toEqual([])
})
