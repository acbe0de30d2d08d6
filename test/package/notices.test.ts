// Licences: THIRD-PARTY-NOTICES.md is what the lock file and the bundler say, and all of it is permissive. Written anew by
// `npm run notices`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundledPackages, isPermissive, notices } from '../../scripts/notices.mjs'
import { runTimePackages } from '../../scripts/run-time-packages.mjs'
import { ROOT } from '../integration/place.ts'

test('THIRD-PARTY-NOTICES.md is up to date', async () => {
  expect(readFileSync(join(ROOT, 'THIRD-PARTY-NOTICES.md'), 'utf8')).toBe(await notices())
})

test('the page contains diff, preact and uplot, whose licences ask to be shipped with it', async () => {
  const bundled = await bundledPackages()
  expect(bundled.map(({ name }) => name)).toEqual(['diff', 'preact', 'uplot'])
  for (const { text } of bundled)
    expect(text).toMatch(/Permission is hereby granted|Redistribution and use in source and binary forms/)
})

test('every package that users get has a permissive licence', () => {
  expect(runTimePackages().filter(({ licence }) => !isPermissive(licence))).toEqual([])
  for (const licence of ['GPL-3.0', 'SSPL-1.0', 'UNLICENSED', undefined]) expect(isPermissive(licence)).toBe(false)
})
