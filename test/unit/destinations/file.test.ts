import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { openFile } from '../../../src/destinations/file.ts'
import { parseOptions } from '../../../src/options/options.ts'
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

describe('NEATLOGS_FILE_MAX_BYTES', () => {
  const DAY_S = 24 * 3600
  const nowS = Date.parse('2026-11-22T12:00:00Z') / 1000
  const old = (name: string, daysAgo: number, bytes = 1000): void => {
    mkdirSync(join(dir, 'records'), { recursive: true })
    writeFileSync(join(dir, 'records', name), 'x'.repeat(bytes))
    utimesSync(join(dir, 'records', name), nowS - daysAgo * DAY_S, nowS - daysAgo * DAY_S)
  }
  const open = (fileMaxBytes: number, atS = nowS) =>
    openFile({ ...options(dir), fileMaxBytes }, { now: () => atS * 1000 })
  const kept = () => files().filter((name) => name.startsWith('old'))

  test('the oldest files go, and it is told once; those of the last day stay', async () => {
    for (const [name, daysAgo] of [
      ['old-3', 3],
      ['old-9', 9],
      ['old-2', 2],
      ['old-0', 0.5],
    ] as const)
      old(`${name}.ndjson`, daysAgo)
    old('old-8.txt', 8)
    const file = open(500)
    expect(await file.send([makeRecord()], NONE)).toEqual({
      kind: 'delivered',
      message: 'the oldest record files were removed (3): NEATLOGS_FILE_MAX_BYTES=500',
    })
    expect(await file.send([makeRecord()], NONE)).toEqual({ kind: 'delivered' })
    file.close()
    expect(kept()).toEqual(['old-0.ndjson', 'old-8.txt'])
  })

  test('no more than needed', async () => {
    for (const daysAgo of [2, 3, 4, 5]) old(`old-${daysAgo}.ndjson`, daysAgo, 100_000)
    const file = open(250_000)
    await file.send([makeRecord()], NONE)
    file.close()
    expect(kept()).toEqual(['old-2.ndjson', 'old-3.ndjson'])
  })

  test('looked at once an hour, whichever process begins a file', async () => {
    const send = async (atS: number) => {
      const file = open(500, atS)
      await file.send([makeRecord()], NONE)
      file.close()
    }
    await send(nowS)
    old('old-5.ndjson', 5)
    await send(nowS + 3000)
    expect(kept()).toEqual(['old-5.ndjson'])
    await send(nowS + 3700)
    expect(kept()).toEqual([])
  })

  test('0: no limit', async () => {
    old('old-900.ndjson', 900)
    const file = open(0)
    expect(await file.send([makeRecord()], NONE)).toEqual({ kind: 'delivered' })
    file.close()
    expect(kept()).toEqual(['old-900.ndjson'])
  })
})
