import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { answerFacets } from '../../../src/viewer/facets.ts'
import { type Files, loadOlder, makeFiles, pollFiles } from '../../../src/viewer/files.ts'
import { keepIndex, takeIndex } from '../../../src/viewer/kept-index.ts'
import { readRow } from '../../../src/viewer/rows.ts'
import { findRow, makeTable, rowsByStart, type Table } from '../../../src/viewer/table.ts'
import { lineOf, makeRecords, writeRecords } from '../../integration/viewer/records.ts'

const records = makeRecords({ count: 6000, endMs: 1_760_000_000_000, spanMs: 3600_000 })
const odd = { ...(records[17] as (typeof records)[number]), id: 'an id of another kind' }
let dir = ''

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'neatlogs-index-'))
  writeRecords(dir, [...records, odd], 3)
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function open(): { table: Table; files: Files } {
  const table = makeTable()
  return { table, files: makeFiles(dir, table) }
}

/** Reads all there is to read; gives how many blocks that took. */
async function load(files: Files): Promise<number> {
  await pollFiles(files)
  let blocks = 0
  while (await loadOlder(files)) blocks++
  return blocks
}

function rowsOf(table: Table) {
  // Text is in no index.
  return Array.from(rowsByStart(table), (row) => ({ ...readRow(table, row), prompt: '', answer: '' }))
}

async function keep(): Promise<Table> {
  const { table, files } = open()
  await load(files)
  expect(await keepIndex(dir, table, files)).toBe(true)
  return table
}

describe('the index on disk', () => {
  test('gives the same table, without reading a record, for this user alone', async () => {
    const before = await keep()
    const { table, files } = open()
    expect(await takeIndex(dir, table, files)).toBe(true)
    expect(await load(files)).toBe(0)
    expect(rowsOf(table)).toEqual(rowsOf(before))
    expect(answerFacets(table)).toEqual(answerFacets(before))
    for (const { id } of [...records, odd]) expect(findRow(table, id)).toBeDefined()
    expect(statSync(join(dir, 'view')).mode & 0o777).toBe(0o700)
    expect(statSync(join(dir, 'view', 'index')).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(dir, 'view'))).toEqual(['index'])
  })

  test('holds no content', async () => {
    await keep()
    const bytes = readFileSync(join(dir, 'view', 'index')).toString('latin1')
    for (const words of ['Where is my order', 'reached Porto', 'You are']) expect(bytes).not.toContain(words)
  })

  test('what was appended, added, removed or replaced since is seen', async () => {
    await keep()
    const folder = join(dir, 'records')
    const [first = '', second = '', third = ''] = readdirSync(folder).sort()
    const more = makeRecords({ count: 3, endMs: 1_760_000_900_000, spanMs: 1000, seed: 9 })
    appendFileSync(join(folder, first), lineOf(more[0] as never))
    writeFileSync(join(folder, 'z-new.ndjson'), lineOf(more[1] as never))
    rmSync(join(folder, second))
    // In place: the same inode, another content of more bytes.
    const size = statSync(join(folder, third)).size
    writeFileSync(join(folder, third), lineOf(more[2] as never).padEnd(size + 10, '\n'))
    const { table, files } = open()
    await takeIndex(dir, table, files)
    await load(files)
    const fresh = open()
    await load(fresh.files)
    expect(rowsOf(table)).toEqual(rowsOf(fresh.table))
    expect(rowsOf(table)).toHaveLength(2001 + 3)
  })

  test('an index that was cut, or of another form, is not taken', async () => {
    await keep()
    const path = join(dir, 'view', 'index')
    const whole = readFileSync(path)
    for (const bytes of [
      whole.subarray(0, whole.length - 1),
      whole.subarray(0, 5),
      Buffer.from('9 {"a":1}'),
      Buffer.alloc(0),
    ]) {
      writeFileSync(path, bytes)
      const { table, files } = open()
      expect(await takeIndex(dir, table, files).catch(() => false)).toBe(false)
    }
    renameSync(path, join(dir, 'gone'))
    const { table, files } = open()
    expect(await takeIndex(dir, table, files)).toBe(false)
  })

  test('a small folder gets none', async () => {
    rmSync(join(dir, 'records'), { recursive: true })
    writeRecords(dir, records.slice(0, 50), 1)
    const { table, files } = open()
    await load(files)
    expect(await keepIndex(dir, table, files)).toBe(false)
    expect(readdirSync(dir)).toEqual(['records'])
  })
})
