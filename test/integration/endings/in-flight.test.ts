// Calls in flight when the process is killed: they arrive from the next process, once, as `incomplete`, with what was there.
import { expect, test } from 'vitest'
import { adopt, newDir, printedIds, received, start, startSink } from './program.ts'

const RUNS = 50
const LONGEST_MS = 400

test('a kill in a call and in a stream leaves both, with the request and what the stream had sent', async () => {
  const sink = await startSink('up')
  const dir = newDir()
  const program = start({ dir, endpoint: sink.url, args: ['in-flight', '10'] })
  await program.printed('ready')
  program.child.kill('SIGKILL')
  await program.ended
  const later = await adopt(dir, sink.url)
  expect(later.lines().at(-1)).toBe('taken over')
  const { calls, twice } = received(sink.server())
  await sink.close()
  expect(twice).toBe(0)
  const incomplete = calls.filter(({ attributes }) => attributes['neatlogs.record.status'] === 'incomplete')
  const texts = incomplete.map((span) => JSON.stringify(span))
  expect(texts.length).toBe(2)
  expect(texts.every((text) => text.includes('Hi'))).toBe(true)
  expect(texts.filter((text) => text.includes('first second')).length).toBe(1)
}, 60_000)

test(`${RUNS} kills at any moment: each call the program had its answer of is there, the others are incomplete`, async () => {
  const sink = await startSink('up')
  const dir = newDir()
  const programs = []
  for (let run = 0; run < RUNS; run++) {
    // As many as a busy machine can take over within the time of a test.
    const program = start({ dir, endpoint: sink.url, args: ['steady', '10'] })
    programs.push(program)
    await program.printed('ready')
    await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_MS))
    program.child.kill('SIGKILL')
    await program.ended
  }
  const later = await adopt(dir, sink.url)
  expect(later.lines().at(-1), later.stderr()).toBe('taken over')
  const { answers, calls } = received(sink.server())
  await sink.close()
  const settled = programs.flatMap(printedIds)
  expect(settled.length).toBeGreaterThan(RUNS)
  expect(settled.filter((id) => !answers.has(id))).toEqual([])
  const had = new Set(settled)
  for (const { attributes } of calls) {
    const id = String(attributes['gen_ai.response.id'] ?? '')
    if (id === '') expect(attributes['neatlogs.record.status']).toBe('incomplete')
    else if (!had.has(id)) expect(['ok', 'incomplete']).toContain(attributes['neatlogs.record.status'])
  }
})
