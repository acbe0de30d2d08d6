// The one door to the disk: what it refuses, and that nobody in src goes another way.
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { appendTo, createFile, createLog, openReading, readText, writeNew, writeOver } from '../../src/private-file.ts'

const SRC = fileURLToPath(new URL('../../src/', import.meta.url))
const folder = (): string => mkdtempSync(join(tmpdir(), 'neatlogs-door-'))
const WRITERS: readonly [name: string, write: (path: string) => unknown][] = [
  ['appendTo', (path) => appendTo(path, 'x')],
  ['writeOver', (path) => writeOver(path, 'x')],
  ['writeNew', (path) => writeNew(path, 'x')],
  ['createFile', (path) => closeSync(createFile(path))],
  ['createLog', (path) => closeSync(createLog(path))],
]

describe.each(WRITERS)('%s', (_, write) => {
  test('makes a file for us alone', () => {
    const path = join(folder(), 'new')
    write(path)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('does not write through a link, into a pipe, a folder, or a file with a second name', () => {
    const at = folder()
    writeFileSync(join(at, 'victim'), 'as it was')
    symlinkSync(join(at, 'victim'), join(at, 'link'))
    symlinkSync(join(at, 'unborn'), join(at, 'dangling'))
    linkSync(join(at, 'victim'), join(at, 'second'))
    execFileSync('mkfifo', [join(at, 'pipe')])
    mkdirSync(join(at, 'folder'))
    for (const name of ['link', 'dangling', 'second', 'pipe', 'folder'])
      expect(() => write(join(at, name)), name).toThrow()
    expect(readFileSync(join(at, 'victim'), 'utf8')).toBe('as it was')
    expect(existsSync(join(at, 'unborn'))).toBe(false)
  })
})

test('what was there is kept, or replaced, as asked; rights of others go', () => {
  const path = join(folder(), 'log')
  writeFileSync(path, 'one\n')
  chmodSync(path, 0o666)
  appendTo(path, 'two\n')
  expect([readText(path), statSync(path).mode & 0o777]).toEqual(['one\ntwo\n', 0o600])
  writeOver(path, 'é')
  expect(readText(path)).toBe('é')
})

test('reading: no link, no pipe, no folder', async () => {
  const at = folder()
  writeFileSync(join(at, 'file'), 'text')
  symlinkSync(join(at, 'file'), join(at, 'link'))
  execFileSync('mkfifo', [join(at, 'pipe')])
  mkdirSync(join(at, 'folder'))
  expect(readText(join(at, 'file'))).toBe('text')
  for (const name of ['link', 'pipe', 'folder', 'none']) {
    expect(() => readText(join(at, name)), name).toThrow()
    await expect(openReading(join(at, name)), name).rejects.toThrow()
  }
})

/** Calls of `node:fs` that make, open or write; and those that read where somebody may have planted something. */
const WRITES =
  /\b(?:openSync|writeFileSync|appendFileSync|createWriteStream|copyFileSync|cpSync|linkSync|symlinkSync|renameSync|mkdirSync|mkdtempSync|truncateSync|writeFile|appendFile|copyFile|open|rename|mkdir)\(/g
const READS = /\b(?:readFileSync|readFile|createReadStream)\(/g
/** Folders are made, and checked, by one file. The others read what is no file of ours, or a descriptor. */
const DOORS: { readonly [file: string]: readonly string[] } = {
  'private-file.ts': ['openSync', 'open', 'renameSync', 'readFileSync'],
  'spool/root.ts': ['mkdirSync'],
  'originals.ts': ['readFileSync'],
  'hook/load.ts': ['readFileSync'],
  'hook/bun.ts': ['readFileSync'],
  'recorder/recorder.ts': ['open'], // a function of its own
  'shipper/tail.ts': ['open'], // likewise
  'viewer/open.ts': ['mkdtempSync', 'writeFileSync'], // a folder that is new, with a name nobody knows
  'spool/owner.ts': ['readFileSync'],
  'viewer/alive.ts': ['readFileSync'],
  'viewer/static.ts': ['readFile'],
  'viewer/lanes.ts': ['readFile'],
  'recorder/lane-info.ts': ['readFileSync'],
  'destinations/pem.ts': ['readFileSync'],
  'destinations/price-list.ts': ['openSync', 'readFileSync'], // a file of an installed package
  'destinations/version.ts': ['readFileSync'],
  'cli/doctor/inlined.ts': ['readFileSync'],
  'cli/doctor/entry.ts': ['openSync', 'readFileSync'], // the program that is named, for reading
  'cli/doctor/packages.ts': ['readFileSync'],
  'recorder/watched.ts': ['readFileSync'], // of /proc
  'shipper/held-segments.ts': ['readFileSync'], // of /proc
}

test('every file of src that opens, makes or reads files goes through it', () => {
  const found = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('viewer/page/'))
    .flatMap((name) => {
      const text = readFileSync(join(SRC, name), 'utf8')
      if (!/node:fs/.test(text)) return []
      const calls = [...text.matchAll(WRITES), ...text.matchAll(READS)].map(([call]) => call.slice(0, -1))
      return calls.filter((call) => !DOORS[name]?.includes(call)).map((call) => `${name}: ${call}`)
    })
  expect(found).toEqual([])
})
