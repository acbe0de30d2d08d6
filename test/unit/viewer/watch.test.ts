// A call's row while its lane goes and its record comes, in a file that the viewer has not seen before.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeFiles } from '../../../src/viewer/files.ts'
import { readFrames } from '../../../src/viewer/frames.ts'
import { makeLanes } from '../../../src/viewer/lanes.ts'
import { readRow } from '../../../src/viewer/rows.ts'
import { findRow, makeTable } from '../../../src/viewer/table.ts'
import { closeWatch, look, makeWatch, type Watch } from '../../../src/viewer/watch.ts'
import { makeLane, openHead } from '../../integration/viewer/lanes.ts'
import { makeRecords, writeRecords } from '../../integration/viewer/records.ts'

let dir = ''
let watch: Watch
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'neatlogs-watch-'))
  mkdirSync(join(dir, 'records'))
  const table = makeTable()
  const files = makeFiles(dir, table)
  const lanes = makeLanes(dir, table, readFrames)
  watch = makeWatch({ files, lanes, onChange: () => {}, onLoaded: () => {}, isWatched: () => false })
})
afterEach(async () => {
  await closeWatch(watch)
  rmSync(dir, { recursive: true, force: true })
})

function statusOf(id: string): string | null {
  const row = findRow(watch.files.table, id)
  return row === undefined ? null : readRow(watch.files.table, row).status
}

test('a call is there all the time', async () => {
  const [record] = makeRecords({ count: 1, endMs: Date.now(), spanMs: 1000 })
  if (record === undefined) throw new Error('no record')
  const lane = makeLane(dir)
  lane.append(openHead(record.id, Date.now()), '{"model":"gpt-4o","messages":[]}')
  await look(watch)
  expect(statusOf(record.id)).toBe('in_flight')
  lane.remove()
  writeRecords(dir, [record])
  await look(watch)
  expect(statusOf(record.id)).not.toBeNull()
  await watch.loading
  expect(statusOf(record.id)).toBe(record.status)
})

test('a call whose lane went and that left no record goes, too', async () => {
  const lane = makeLane(dir)
  lane.append(openHead('gone-1', Date.now()), '{"model":"gpt-4o","messages":[]}')
  await look(watch)
  lane.remove()
  await look(watch)
  await watch.loading
  expect(statusOf('gone-1')).toBeNull()
})
