// Refused records are kept within a limit: the file before the present one goes, and its records are counted.
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keepRejected } from '../../../src/shipper/rejects.ts'
import { newLane } from './frames.ts'

const MAX_BYTES = 10

test('two files at most, the oldest records counted when they go', () => {
  const root = newLane()
  const keep = (...lines: string[]): number => keepRejected(root, lines, MAX_BYTES).removedCount
  const texts = () => ['rejected.1.ndjson', 'rejected.ndjson'].map((name) => readFileSync(join(root, name), 'utf8'))

  expect(keep('{"a":1}', '{"a":2}')).toBe(0)
  expect(keep('{"b":1}')).toBe(0)
  expect(keep('{"b":2}')).toBe(0)
  expect(texts()).toEqual(['{"a":1}\n{"a":2}\n', '{"b":1}\n{"b":2}\n'])
  expect(keep('{"c":1}')).toBe(2)
  expect(texts()).toEqual(['{"b":1}\n{"b":2}\n', '{"c":1}\n'])
  expect(statSync(join(root, 'rejected.ndjson')).mode & 0o777).toBe(0o600)
})

test('a line longer than the limit is kept', () => {
  const root = newLane()
  const { path } = keepRejected(root, ['x'.repeat(100)], MAX_BYTES)
  expect(readFileSync(path, 'utf8')).toHaveLength(101)
})
