// The shipper's thread dies, again and again, or out of memory: the program goes on, another is started, nothing is lost.
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { adopt, end, newDir, printedIds, received, start, startSink, until } from './program.ts'

const preload = (name: string): string => fileURLToPath(new URL(`./preloads/${name}`, import.meta.url))

test('terminated four times while it delivers: all arrive, the program does not notice', async () => {
  const sink = await startSink('slow')
  const dir = newDir()
  const program = start({
    dir,
    endpoint: sink.url,
    args: ['slow', '500'],
    nodeArgs: ['--require', preload('frail-worker.cjs')],
    env: { NEATLOGS_TEST_TERMINATE: '700', NEATLOGS_TEST_TERMINATIONS: '4' },
  })
  await until(() => (program.stderr().match(/worker ended/g)?.length ?? 0) >= 4, 'four deaths')
  const before = printedIds(program)
  await until(() => before.every((id) => received(sink.server()).answers.has(id)), 'delivery by the fifth')
  await end(program)
  const later = await adopt(dir, sink.url)
  const { answers, ids } = received(sink.server())
  await sink.close()
  expect(later.lines().at(-1)).toBe('taken over')
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
  expect(new Set(ids).size).toBe(printedIds(program).length + 1)
})

test('terminated without an end: it is given up, and the next process has everything', async () => {
  const sink = await startSink('up')
  const dir = newDir()
  const program = start({
    dir,
    endpoint: sink.url,
    args: ['slow', '500'],
    nodeArgs: ['--require', preload('frail-worker.cjs')],
    env: { NEATLOGS_TEST_TERMINATE: '1', NEATLOGS_TEST_TERMINATIONS: '1000' },
  })
  await until(() => (program.stderr().match(/worker ended/g)?.length ?? 0) >= 3, 'three deaths')
  await end(program)
  const later = await adopt(dir, sink.url)
  const { answers } = received(sink.server())
  await sink.close()
  expect(later.lines().at(-1)).toBe('taken over')
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
})

test('out of memory: not the program’s end', async () => {
  const sink = await startSink('up')
  const dir = newDir()
  const program = start({
    dir,
    endpoint: sink.url,
    args: ['slow', '300', '20000'],
    nodeArgs: ['--require', preload('frail-worker.cjs')],
    env: { NEATLOGS_TEST_HEAP_MB: '7' },
  })
  await until(() => program.stderr().includes('ERR_WORKER_OUT_OF_MEMORY'), 'a worker out of memory')
  const before = printedIds(program)
  await until(() => before.every((id) => received(sink.server()).answers.has(id)), 'delivery by the next')
  await end(program)
  const { code, signal } = await program.ended
  const { answers } = received(sink.server())
  await sink.close()
  expect({ code, signal }).toEqual({ code: null, signal: 'SIGTERM' })
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
})

test('the wall clock is set back by an hour: all arrive, the exit is not held', async () => {
  const sink = await startSink('503')
  const dir = newDir()
  const program = start({
    dir,
    endpoint: sink.url,
    args: ['slow', '200'],
    nodeArgs: ['--require', preload('clock-back.cjs')],
  })
  await program.printed('ready')
  await new Promise((resolve) => setTimeout(resolve, 1500))
  await sink.heal()
  await end(program)
  expect((await program.ended).signal).toBe('SIGTERM')
  const later = await adopt(dir, sink.url)
  const { answers } = received(sink.server())
  await sink.close()
  expect(later.lines().at(-1)).toBe('taken over')
  expect(printedIds(program).filter((id) => !answers.has(id))).toEqual([])
})
