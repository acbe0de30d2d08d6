import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { openFile } from '../../../src/destinations/file.ts'
import { parseOptions } from '../../../src/options.ts'
import { makeRecord } from './records.ts'

const NONE = { droppedCount: 0 }
const options = (dir: string | null) => ({ ...parseOptions({}).options, dir })

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'neatlogs-file-'))
  return () => rmSync(dir, { recursive: true, force: true })
})

const files = () => readdirSync(join(dir, 'records')).sort()
const ids = () =>
  files().flatMap((name) =>
    readFileSync(join(dir, 'records', name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id),
  )

test('one file a process and day, private, whole lines', async () => {
  const file = openFile(options(dir), { now: () => Date.parse('2026-11-22T12:00:00Z') })
  expect(await file.send([makeRecord({ id: 'a' }), makeRecord({ id: 'b' })], NONE)).toEqual({ kind: 'delivered' })
  expect(await file.send([makeRecord({ id: 'c' })], NONE)).toEqual({ kind: 'delivered' })
  file.close()
  const [name, ...more] = files()
  expect(more).toEqual([])
  const host = hostname().replace(/[^\w.-]/g, '_')
  expect(name).toMatch(new RegExp(`^2026-11-22-${host}-${process.pid}-[0-9a-f]{8}\\.ndjson$`))
  expect(ids()).toEqual(['a', 'b', 'c'])
  expect(statSync(join(dir, 'records')).mode & 0o777).toBe(0o700)
  expect(statSync(join(dir, 'records', name as string)).mode & 0o777).toBe(0o600)
})

test('nothing is made before there is a record', () => {
  openFile(options(dir)).close()
  expect(readdirSync(dir)).toEqual([])
})

test('a new file after the limit, and for a new day', async () => {
  let now = Date.parse('2026-11-22T23:59:59Z')
  const file = openFile(options(dir), { rotateBytes: 10, now: () => now })
  await file.send([makeRecord({ id: 'a' })], NONE)
  await file.send([makeRecord({ id: 'b' })], NONE)
  now += 2000
  const other = openFile(options(dir), { now: () => now })
  await other.send([makeRecord({ id: 'c' })], NONE)
  now += 24 * 3600 * 1000
  await other.send([makeRecord({ id: 'd' })], NONE)
  file.close()
  other.close()
  expect(files().map((name) => name.slice(0, 10))).toEqual(['2026-11-22', '2026-11-22', '2026-11-23', '2026-11-24'])
  expect(ids().sort()).toEqual(['a', 'b', 'c', 'd'])
})

test('a file that was removed is not written to any more', async () => {
  const file = openFile(options(dir))
  await file.send([makeRecord({ id: 'a' })], NONE)
  rmSync(join(dir, 'records'), { recursive: true })
  await file.send([makeRecord({ id: 'b' })], NONE)
  file.close()
  expect(ids()).toEqual(['b'])
})

describe('what cannot be written is kept by the spool', () => {
  test('a folder that is a file, or a link', async () => {
    writeFileSync(join(dir, 'records'), '')
    expect(await openFile(options(dir)).send([makeRecord()], NONE)).toMatchObject({ kind: 'retry' })
    rmSync(join(dir, 'records'))
    mkdirSync(join(dir, 'elsewhere'))
    symlinkSync(join(dir, 'elsewhere'), join(dir, 'records'))
    expect(await openFile(options(dir)).send([makeRecord()], NONE)).toMatchObject({ kind: 'retry' })
    expect(readdirSync(join(dir, 'elsewhere'))).toEqual([])
  })

  test.skipIf(process.getuid?.() === 0)('a folder without permission, and it goes on when that is given', async () => {
    chmodSync(dir, 0o500)
    const file = openFile(options(dir))
    expect(await file.send([makeRecord({ id: 'a' })], NONE)).toMatchObject({ kind: 'retry' })
    chmodSync(dir, 0o700)
    expect(await file.send([makeRecord({ id: 'a' })], NONE)).toEqual({ kind: 'delivered' })
    file.close()
    expect(ids()).toEqual(['a'])
  })
})

test('without a folder it says so at once', () => {
  expect(() => openFile(options(null))).toThrow(expect.objectContaining({ code: 'ERR_NEATLOGS_OPTION' }))
})
