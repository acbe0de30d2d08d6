// The wait of an exit for frames that go by message: as long as the shipper gets on, no longer for one that does not, and bounded for all. The
// shipper is a thread that counts on the real shared words.
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { monotonicMs } from '../../../src/originals.ts'
import { BELL_BYTES, openBell } from '../../../src/spool/bell.ts'
import { waitUntilRead } from '../../../src/spool/exit.ts'

/** Takes one KiB each 50 ms, as the bell counts it: word 12. */
const TAKER = `
const { workerData: { shared, count } } = require('node:worker_threads')
const words = new Int32Array(shared)
for (let taken = 0; taken < count; taken++) {
  Atomics.wait(words, 23, 0, 50)
  Atomics.add(words, 12, 1)
  Atomics.notify(words, 12)
}
`

async function waitFor(takes: number, stallMs: number, maxMs: number): Promise<number> {
  const bell = openBell(new SharedArrayBuffer(BELL_BYTES))
  bell.write('posted', 20)
  const taker = new Worker(TAKER, { eval: true, workerData: { shared: bell.shared, count: takes } })
  await new Promise((resolve) => taker.once('online', resolve))
  waitUntilRead(bell, stallMs, monotonicMs() + maxMs)
  const received = bell.read('received')
  await taker.terminate()
  return received
}

test('a shipper that gets on is waited for beyond the time that one may stand still', async () => {
  expect(await waitFor(20, 700, 60_000)).toBe(20)
})

test('one that stands still is not waited for', async () => {
  expect(await waitFor(3, 700, 60_000)).toBe(3)
})

test('nobody is waited for without end', async () => {
  expect(await waitFor(20, 60_000, 300)).toBeLessThan(20)
})
