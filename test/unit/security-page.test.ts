// docs/security.md names for each threat a test that is there.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(join(ROOT, 'docs/security.md'), 'utf8')
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|') && !/^\| (?:threat|-+) /.test(line) && !line.startsWith('|--'))

test('every threat has a test', () => {
  expect(rows.length).toBeGreaterThan(25)
  expect(rows.filter((row) => !/`test\/[\w./-]+\.test\.ts`[^|]*\|$/.test(row))).toEqual([])
})

test('every test that is named is there', () => {
  const named = [...page.matchAll(/`(test\/[\w./-]+)`/g)].map(([, name = '']) => name)
  expect(named.length).toBeGreaterThan(30)
  expect(named.filter((name) => !existsSync(join(ROOT, name)))).toEqual([])
})

test('what is not promised is said', () => {
  expect(page).toMatch(/^## Not covered$/m)
})
