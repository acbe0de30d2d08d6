// Symptom: a root that the spool refused (a link, one that others can write to and that is not ours to mend) took record files all the same,
// and a planted `records.limited` link made a file with the victim's rights.
import { existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openFile } from '../../../src/destinations/file.ts'
import { limitFiles } from '../../../src/destinations/file-cap.ts'
import { compileFilter } from '../../../src/filter/filter.ts'
import { parseOptions } from '../../../src/options/options.ts'
import { makeRecord } from '../../unit/destinations/records.ts'
import { makeTemp } from '../run.ts'

const send = (dir: string) => {
  const destination = openFile({ ...parseOptions({}).options, dir })
  return destination.send([makeRecord({})], { droppedCount: 0 }).finally(() => destination.close())
}

test('a root that is a link is not written through', async () => {
  const temp = makeTemp('link')
  mkdirSync(join(temp, 'theirs'), { mode: 0o700 })
  symlinkSync(join(temp, 'theirs'), join(temp, 'root'))
  expect(await send(join(temp, 'root'))).toMatchObject({ kind: 'retry' })
  expect(readdirSync(join(temp, 'theirs'))).toEqual([])
  mkdirSync(join(temp, 'own'), { mode: 0o700 })
  symlinkSync(join(temp, 'theirs'), join(temp, 'own', 'records'))
  expect(await send(join(temp, 'own'))).toMatchObject({ kind: 'retry' })
  expect(readdirSync(join(temp, 'theirs'))).toEqual([])
  expect(await send(join(temp, 'new'))).toMatchObject({ kind: 'delivered' })
})

test('a planted stamp makes no file', () => {
  const temp = makeTemp('stamp')
  mkdirSync(join(temp, 'records'), { mode: 0o700 })
  symlinkSync(join(temp, 'victim'), join(temp, 'records.limited'))
  expect(limitFiles(join(temp, 'records'), 1, Date.now())).toBe(0)
  expect([existsSync(join(temp, 'victim')), lstatSync(join(temp, 'records.limited')).isSymbolicLink()]).toEqual([
    false,
    true,
  ])
})

test('a glob of many stars is matched in one pass', () => {
  const record = (model: string) => ({ request: { model } })
  const hostile = compileFilter({ model: ['*a'.repeat(200)] })
  expect(hostile(record(`${'a'.repeat(5000)}b`))).toBe(false)
  const passes = compileFilter({ model: ['GPT-*o*mini'] })
  expect(
    ['gpt-4o-mini', 'gpt-o-x-mini', 'gpt-mini', 'xgpt-4o-mini', 'gpt-4o-minis'].map((model) => passes(record(model))),
  ).toEqual([true, true, false, false, false])
})
