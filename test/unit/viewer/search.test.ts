import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CallRecord } from '../../../src/record.ts'
import { type Files, loadOlder, makeFiles, pollFiles } from '../../../src/viewer/files.ts'
import { filterRows, parseFilter } from '../../../src/viewer/filter.ts'
import { MAX_MATCHES, makeSearches, searchRows } from '../../../src/viewer/search.ts'
import { idOfRow, makeTable } from '../../../src/viewer/table.ts'
import { makeRecords, writeRecords } from '../../integration/viewer/records.ts'

const dir = mkdtempSync(join(tmpdir(), 'neatlogs-search-'))
const records = makeRecords({ count: MAX_MATCHES + 1500, endMs: 1_760_000_000_000, spanMs: 3600_000 })
let files: Files

beforeAll(async () => {
  writeRecords(dir, records, 3)
  files = makeFiles(dir, makeTable())
  await pollFiles(files)
  while (await loadOlder(files));
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Asks again with every sign of progress, as the page does, until the search is done. */
function search(query: string, filter = '') {
  return new Promise<{ ids: (string | undefined)[]; capped: boolean; of: number }>((resolve) => {
    const look = () => {
      const rows = filterRows(files.table, parseFilter(new URLSearchParams(filter), Date.now()))
      const found = searchRows(searches, { text: query }, rows)
      if (!found.state.done) return
      const { capped, of } = found.state
      resolve({ ids: Array.from(found.rows, (row) => idOfRow(files.table, row)), capped, of })
    }
    const searches = makeSearches(files.table, files, look)
    look()
  })
}

function expected(test: (record: CallRecord) => boolean): string[] {
  return records
    .filter(test)
    .map((record) => record.id)
    .reverse()
}

describe('searchRows', () => {
  test('finds all records that hold the words, newest first', async () => {
    const { ids, capped } = await search('parcel reached lyon')
    const wanted = expected((record) => {
      const text = JSON.stringify(record).toLowerCase()
      return ['parcel', 'reached', 'lyon'].every((word) => text.includes(word))
    })
    expect(wanted.length).toBeGreaterThan(10)
    expect(ids).toEqual(wanted)
    expect(capped).toBe(false)
  })

  test('searches only what the filter lets through', async () => {
    const { ids, of } = await search('rate limit', 'status=error')
    expect(of).toBe(records.filter((record) => record.status === 'error').length)
    expect(ids).toEqual(expected((record) => record.error?.type === 'RateLimitError'))
  })

  test('stops at its limit', async () => {
    const { ids, capped } = await search('openai')
    expect(capped).toBe(true)
    expect(ids).toEqual(expected(() => true).slice(0, MAX_MATCHES))
  })

  test('ends when a file is gone', async () => {
    const lost = mkdtempSync(join(tmpdir(), 'neatlogs-search-lost-'))
    writeRecords(lost, records.slice(0, 5))
    const gone = makeFiles(lost, makeTable())
    await pollFiles(gone)
    while (await loadOlder(gone));
    rmSync(lost, { recursive: true, force: true })
    const rows = filterRows(gone.table, parseFilter(new URLSearchParams(), Date.now()))
    const state = await new Promise((resolve) => {
      const searches = makeSearches(gone.table, gone, () => {
        const found = searchRows(searches, { text: 'anything' }, rows)
        if (found.state.done) resolve(found)
      })
      searchRows(searches, { text: 'anything' }, rows)
    })
    expect(state).toMatchObject({ rows: new Uint32Array(0), state: { done: true } })
  })
})

test('loadPage tells that the page is not built', async () => {
  const { loadPage, findPageFile } = await import('../../../src/viewer/static.ts')
  await expect(loadPage(join(dir, 'nowhere'))).rejects.toMatchObject({ code: 'ERR_NEATLOGS_USAGE' })
  const built = mkdtempSync(join(tmpdir(), 'neatlogs-page-'))
  writeFileSync(join(built, 'index.html'), '<p>')
  const page = await loadPage(built)
  for (const path of ['/', '/overview', '/call/a%20b', '/trace/x', '/index.html'])
    expect(findPageFile(page, path)).toBeDefined()
  for (const path of ['/nothing', '/../package.json', '/call/', '/call/a/b', '/..%2f'])
    expect(findPageFile(page, path)).toBeUndefined()
  rmSync(built, { recursive: true })
})
