// Symptom: a pool that ends its threads with `terminate()` (piscina, tinypool) recorded nothing while the process lived nor at its end: the
// shipper was to be started in a turn that never came, and one that was started ended with its thread. With redaction the calls were lost.
import { expect, test } from 'vitest'
import { newDir, received, start, startSink } from '../endings/program.ts'

const REDACTED = { NEATLOGS_REDACT: 'request.body.messages[*].content' }

test.each([
  { mode: 'with', env: {} },
  { mode: 'alone', env: {} },
  { mode: 'with', env: REDACTED },
  { mode: 'alone', env: REDACTED },
])('$mode openai in the main thread, $env', async ({ mode, env }) => {
  const sink = await startSink('up')
  const program = start({ app: 'threads-ended.mjs', dir: newDir(), endpoint: sink.url, args: [mode], env })
  expect(await program.ended).toMatchObject({ code: 0 })
  const { answers, calls, twice } = received(sink.server())
  await sink.close()
  const printed = program.lines().filter((line) => line.startsWith('chatcmpl-'))
  expect(printed).toHaveLength(16)
  expect(printed.filter((id) => !answers.has(id))).toEqual([])
  expect(calls.length).toBe(16)
  expect(twice).toBe(0)
})
