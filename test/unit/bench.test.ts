// docs/benchmarks.md explains each row that is not met, and explains no row that does not exist.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { BOUNDS } from '../bench/bounds.mjs'
import { ROWS } from '../bench/rows.mjs'

test('what bounds a row is said of rows that are measured', () => {
  const names = [...ROWS.map(({ name }) => name), 'install without openai']
  expect([...BOUNDS.keys()].filter((name) => !names.includes(name))).toEqual([])
})

test('each row of the document that is not met says why', () => {
  const text = readFileSync(new URL('../../docs/benchmarks.md', import.meta.url), 'utf8')
  const missed = text.split('\n').filter((line) => line.startsWith('| ') && line.includes('**not met**'))
  const unexplained = missed
    .map((line) => line.split(' | ')[0]?.slice('| '.length) ?? '')
    .filter((name) => !text.includes(`\n- **${name}**: `))
  expect(text).not.toContain('not explained yet')
  expect(unexplained).toEqual([])
})
