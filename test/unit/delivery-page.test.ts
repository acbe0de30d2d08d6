// docs/delivery.md names for each answer of a server and each state of a disk a test that is there.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const TESTS = fileURLToPath(new URL('../', import.meta.url))
const page = readFileSync(join(TESTS, '../docs/delivery.md'), 'utf8')

/** The rows of the table below a heading, without its head. */
function rowsOf(heading: string): readonly string[] {
  const section = page.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  return section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
}

function namedIn(row: string): readonly string[] {
  const last = row.split(' | ').at(-1) ?? ''
  return [...last.matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, name = '']) =>
    /^(destinations|endings|regressions)\//.test(name) ? `integration/${name}` : name,
  )
}

test.each([
  ['What each answer does', 20],
  ['What each disk does', 12],
])('%s: each row names tests, and they are there', (heading, count) => {
  const rows = rowsOf(heading)
  expect(rows.length).toBeGreaterThanOrEqual(count)
  expect(rows.filter((row) => namedIn(row).length === 0)).toEqual([])
  expect(rows.flatMap(namedIn).filter((name) => !existsSync(join(TESTS, name)))).toEqual([])
})
