// Symptom: after `rm -rf` of the spool of a running program its calls went to a file without a name, for as long as it ran.
import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { adopt, end, lanesOf, newDir, printedIds, received, start, startSink, until } from '../endings/program.ts'

test('a spool that is deleted is made again within a second, and what went to the deleted file is shipped', async () => {
  const sink = await startSink('up')
  const dir = newDir()
  const program = start({ dir, endpoint: sink.url, args: ['slow', '100'] })
  await program.printed('ready')
  await until(() => received(sink.server()).ids.length >= 100, 'the first calls')
  // The shipper may note a delivery while the folder is being emptied.
  rmSync(dir, { recursive: true, maxRetries: 20, retryDelay: 10 })
  await until(() => lanesOf(dir).length > 0, 'a new lane')
  const count = printedIds(program).length
  const before = printedIds(program).slice(0, count)
  await until(() => before.every((id) => received(sink.server()).answers.has(id)), 'calls from the deleted file')
  await end(program, 'SIGKILL')
  const later = await adopt(dir, sink.url)
  expect(later.lines().at(-1)).toBe('taken over')
  const { answers } = received(sink.server())
  await sink.close()
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
})
