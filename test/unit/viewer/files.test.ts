import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Files, loadingOf, loadOlder, makeFiles, pollFiles } from '../../../src/viewer/files.ts'
import { endOfLines, readBackward, readForward } from '../../../src/viewer/lines.ts'
import { idOfRow, makeTable, rowsByStart } from '../../../src/viewer/table.ts'
import { lineOf, makeRecords, writeRecords } from '../../integration/viewer/records.ts'

let dir = ''
let path = ''

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'neatlogs-files-'))
  mkdirSync(join(dir, 'records'))
  path = join(dir, 'records', 'a.ndjson')
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

async function withHandle<T>(step: (handle: Awaited<ReturnType<typeof open>>) => Promise<T>): Promise<T> {
  const handle = await open(path)
  try {
    return await step(handle)
  } finally {
    await handle.close()
  }
}

describe('lines', () => {
  const text = ['a', 'bb', '', 'x'.repeat(50), 'é', 'half'].join('\n')
  const whole = ['a', 'bb', 'x'.repeat(50), 'é']

  test.each([1, 3, 7, 64, 1000])('backwards and forwards give the same lines in blocks of %i bytes', async (block) => {
    writeFileSync(path, text)
    await withHandle(async (handle) => {
      const size = Buffer.byteLength(text)
      const end = await endOfLines(handle, size, block)
      expect(end).toBe(size - 'half'.length)
      const backward: string[] = []
      for (let at = end; at > 0; ) {
        const { lines, next } = await readBackward(handle, at, block)
        backward.unshift(...lines.map(({ bytes }) => bytes.toString()))
        expect(next).toBeLessThan(at)
        at = next
      }
      const forward: { offset: number; text: string }[] = []
      for (let at = 0; ; ) {
        const { lines, next } = await readForward(handle, at, size, block)
        forward.push(...lines.map(({ offset, bytes }) => ({ offset, text: bytes.toString() })))
        if (next === at) break
        at = next
      }
      expect(backward).toEqual(whole)
      expect(forward.map((line) => line.text)).toEqual(whole)
      for (const line of forward)
        expect(Buffer.from(text).subarray(line.offset).toString()).toMatch(new RegExp(`^${line.text}\n`))
    })
  })

  test('a file without a whole line has none', async () => {
    writeFileSync(path, 'never ended')
    expect(await withHandle((handle) => endOfLines(handle, 11, 4))).toBe(0)
  })
})

async function loadAll(files: Files): Promise<void> {
  await pollFiles(files)
  while (await loadOlder(files));
}

describe('files', () => {
  const records = makeRecords({ count: 900, endMs: 1_760_000_000_000, spanMs: 3600_000 })
  const idsOf = (files: Files) => Array.from(rowsByStart(files.table), (row) => idOfRow(files.table, row))

  test('indexes every record of all files by start time', async () => {
    writeRecords(dir, records, 3)
    const files = makeFiles(dir, makeTable())
    await loadAll(files)
    expect(idsOf(files)).toEqual(records.map((record) => record.id))
    expect(loadingOf(files).done_bytes).toBe(loadingOf(files).total_bytes)
  })

  test('has the newest calls of all files after the first blocks', async () => {
    writeRecords(dir, records, 2)
    const files = makeFiles(dir, makeTable())
    await pollFiles(files)
    await loadOlder(files)
    await loadOlder(files)
    const newest = records.slice(-20).map((record) => record.id)
    expect(idsOf(files).slice(-20)).toEqual(newest)
    expect(idsOf(files).length).toBeLessThan(records.length)
  })

  test('sees what is appended, also in pieces, and not twice', async () => {
    const [first, second, third] = records.map(lineOf)
    writeFileSync(path, first ?? '')
    const files = makeFiles(dir, makeTable())
    await loadAll(files)
    appendFileSync(path, `${second}${(third ?? '').slice(0, 40)}`)
    await loadAll(files)
    expect(idsOf(files)).toHaveLength(2)
    appendFileSync(path, `${(third ?? '').slice(40)}${first}`)
    await loadAll(files)
    expect(idsOf(files)).toHaveLength(3)
  })

  test('looks at files that were long quiet in turns, and at once when told of', async () => {
    const names = Array.from({ length: 24 }, (_, n) => `${n}.ndjson`)
    const long = new Date(Date.now() - 3600_000)
    for (const [n, name] of names.entries()) {
      writeFileSync(join(dir, 'records', name), lineOf(records[n] as never))
      utimesSync(join(dir, 'records', name), long, long)
    }
    const files = makeFiles(dir, makeTable())
    await loadAll(files)
    for (const [n, name] of names.entries())
      appendFileSync(join(dir, 'records', name), lineOf(records[100 + n] as never))
    files.touched.add('7.ndjson')
    await pollFiles(files, false)
    expect(idsOf(files)).toContain(records[107]?.id)
    expect(idsOf(files).length).toBeLessThan(48)
    for (let turn = 0; turn < 12; turn++) await pollFiles(files, false)
    expect(idsOf(files)).toHaveLength(48)
  })

  test('passes over lines that are no records', async () => {
    writeFileSync(path, `not json\n{"level":30}\n${lineOf(records[0] as never)}\u0000\u0000\n[]\n`)
    const files = makeFiles(dir, makeTable())
    await loadAll(files)
    expect(idsOf(files)).toEqual([records[0]?.id])
  })

  test('follows a renamed, a truncated and a removed file', async () => {
    writeFileSync(path, records.slice(0, 10).map(lineOf).join(''))
    const files = makeFiles(dir, makeTable())
    await loadAll(files)
    renameSync(path, join(dir, 'records', 'b.ndjson'))
    await loadAll(files)
    expect(idsOf(files)).toHaveLength(10)
    writeFileSync(join(dir, 'records', 'b.ndjson'), records.slice(20, 23).map(lineOf).join(''))
    await loadAll(files)
    expect(idsOf(files)).toEqual(records.slice(20, 23).map((record) => record.id))
    rmSync(join(dir, 'records', 'b.ndjson'))
    await loadAll(files)
    expect(idsOf(files)).toEqual([])
  })

  test('does not follow a link out of the folder', async () => {
    const outside = join(dir, 'outside.ndjson')
    writeFileSync(outside, lineOf(records[0] as never))
    symlinkSync(outside, path)
    const files = makeFiles(dir, makeTable())
    await loadAll(files)
    expect(idsOf(files)).toEqual([])
  })

  test('needs no folder', async () => {
    const files = makeFiles(join(dir, 'nowhere'), makeTable())
    await loadAll(files)
    expect(idsOf(files)).toEqual([])
  })
})
