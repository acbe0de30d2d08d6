// The words that a process's threads and its shipper share.
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { agreeOn, BELL_BYTES, clockS, openBell, ring } from '../../../src/spool/bell.ts'

test('words are apart from each other, and shared by all who open the same memory', () => {
  const bell = openBell()
  const other = openBell(bell.shared)
  expect(bell.shared.byteLength).toBe(BELL_BYTES)
  bell.write('appended', 5)
  expect(other.add('appended', 2)).toBe(7)
  expect(bell.read('appended')).toBe(7)
  expect(bell.read('delivered')).toBe(0)
})

test('a claim is one thread’s', () => {
  const bell = openBell()
  expect(bell.claim('shipper', 0, 1)).toBe(true)
  expect(bell.claim('shipper', 0, 1)).toBe(false)
  expect(bell.read('shipper')).toBe(1)
})

test('each request to deliver has its number, and wakes who sleeps', async () => {
  const bell = openBell()
  const sleeps = [bell.waitAsync('frames', 0, 60_000), bell.waitAsync('drainAsked', 0, 60_000)]
  expect(bell.askDrain()).toBe(1)
  expect(await Promise.all(sleeps.map(({ value }) => value))).toEqual(['ok', 'ok'])
  expect(bell.askDrain()).toBe(2)
  expect(bell.read('drainAsked')).toBe(2)
})

test('a frame wakes only a shipper that sleeps', async () => {
  const bell = openBell()
  const { value } = bell.waitAsync('frames', 0, 60_000)
  bell.write('asleep', 1)
  ring(bell)
  expect(await value).toBe('ok')
  bell.write('asleep', 0)
  const quiet = bell.waitAsync('frames', 1, 50)
  ring(bell)
  expect(bell.read('frames')).toBe(2)
  expect(await quiet.value).toBe('timed-out')
})

test('a wait ends when the word is no longer what it was, or in time', () => {
  const bell = openBell()
  bell.wait('drainDone', 1, 60_000)
  bell.wait('drainDone', 0, 1)
  expect(clockS()).toBeGreaterThan(0)
})

test('the first that asks names it, the others read the same', () => {
  const bell = openBell()
  expect(agreeOn(bell, () => 'lane-ü')).toBe('lane-ü')
  expect(agreeOn(openBell(bell.shared), () => 'another')).toBe('lane-ü')
})

test('a thread that finds a name being written waits for it', async () => {
  const bell = openBell()
  bell.claim('named', 0, 1)
  const code = `
    const { workerData } = require('node:worker_threads')
    const words = new Int32Array(workerData, 0, 24)
    const bytes = new TextEncoder().encode('late')
    setTimeout(() => {
      new Uint8Array(workerData, 96).set(bytes)
      words[20] = bytes.length
      Atomics.store(words, 19, 2)
      Atomics.notify(words, 19)
    }, 50)`
  const writer = new Worker(code, { eval: true, workerData: bell.shared })
  expect(agreeOn(bell, () => 'mine')).toBe('late')
  await writer.terminate()
})
