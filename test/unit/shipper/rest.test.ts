// Work that nobody waits for takes a small share of the thread, and is not put off for days by a clock that ran on.
import { expect, test } from 'vitest'
import { restMs } from '../../../src/shipper/rest.ts'

test.each([
  ['a look at some lanes', 2, 200],
  ['nothing at all', 0, 1],
  ['a slow disk', 3000, 10_000],
  ['a process that was stopped for an hour', 3_600_000, 10_000],
])('%s', (_, tookMs, expected) => {
  expect(restMs(tookMs, 100, 10_000)).toBe(expected)
})
