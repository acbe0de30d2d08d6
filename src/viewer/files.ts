// The record files. In: `<dir>/records/*.ndjson`, written and rotated by other processes. Out: entries in the table,
// newest first: each file is read backwards from its end in blocks, what is appended later forwards. Opens for reading only.
import { type FileHandle, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { openReading } from '../private-file.ts'
import type { Loading } from './api.ts'
import { entryOf } from './entry.ts'
import { endOfLines, type Line, parseLine, readBackward, readForward } from './lines.ts'
import { putEntry, removeFile, type Table } from './table.ts'

/** Small enough that indexing one block (~10 ms) does not hold up an answer. */
const BLOCK_BYTES = 512 * 1024
const QUIET_MS = 60_000
const TURNS = 12

export interface RecordFile {
  readonly path: string
  readonly number: number
  readonly inode: number
  /** Lines in [head, tail) are in the table; [0, head) is still to be read backwards. */
  head: number
  tail: number
  /** Start of the oldest call read so far: the file with the newest frontier is read next. */
  frontierMs: number
  changedMs: number
}

export interface Files {
  readonly folder: string
  readonly table: Table
  readonly known: Map<string, RecordFile>
  /** Path of each file number. */
  readonly paths: string[]
  /** Names that the file system told of since the last look. */
  readonly touched: Set<string>
  looks: number
}

export function makeFiles(dir: string, table: Table): Files {
  return { folder: join(dir, 'records'), table, known: new Map(), paths: [], touched: new Set(), looks: 0 }
}

/**
 * Looks for new, grown, replaced and removed files, and reads what was appended. Files that have long been quiet are looked
 * at in turns, because every process leaves one; `all` looks at each.
 */
export async function pollFiles(files: Files, all = true): Promise<void> {
  const names = await listNames(files.folder)
  const touched = new Set(files.touched)
  files.touched.clear()
  files.looks++
  for (const name of names) {
    const path = join(files.folder, name)
    const file = files.known.get(path)
    const isQuiet = file !== undefined && !touched.has(name) && Date.now() - file.changedMs > QUIET_MS
    if (all || !isQuiet || (files.looks + file.number) % TURNS === 0) await pollFile(files, path)
  }
  const present = new Set(names.map((name) => join(files.folder, name)))
  for (const [path, file] of files.known) if (!present.has(path)) forgetFile(files, file)
}

async function listNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []) // no folder yet: nothing was recorded
  return names.filter((name) => name.endsWith('.ndjson'))
}

async function pollFile(files: Files, path: string): Promise<void> {
  const info = await stat(path).catch(() => null) // gone since the listing: the next poll forgets it
  if (!info?.isFile()) return
  let file = files.known.get(path)
  if (file && (file.inode !== info.ino || info.size < file.tail)) {
    forgetFile(files, file)
    file = undefined
  }
  if (file) file.changedMs = info.mtimeMs
  if (file && info.size === file.tail) return
  await withFile(path, async (handle) => {
    if (!file) {
      addFile(files, path, info.ino, info.mtimeMs, await endOfLines(handle, info.size, BLOCK_BYTES))
    } else await readAppended(files, file, handle, info.size)
  })
}

function addFile(files: Files, path: string, inode: number, mtimeMs: number, end: number): void {
  const number = files.paths.push(path) - 1
  files.known.set(path, { path, number, inode, head: end, tail: end, frontierMs: mtimeMs, changedMs: mtimeMs })
}

function forgetFile(files: Files, file: RecordFile): void {
  files.known.delete(file.path)
  removeFile(files.table, file.number)
}

async function readAppended(files: Files, file: RecordFile, handle: FileHandle, size: number): Promise<void> {
  while (file.tail < size) {
    const { lines, next } = await readForward(handle, file.tail, size, BLOCK_BYTES)
    if (next === file.tail) return
    for (const line of lines) indexLine(files.table, file, line, false)
    file.tail = next
  }
}

/** Reads one block of the file whose unread part is newest. Gives false when everything has been read. */
export async function loadOlder(files: Files): Promise<boolean> {
  let newest: RecordFile | null = null
  for (const file of files.known.values())
    if (file.head > 0 && (newest === null || file.frontierMs > newest.frontierMs)) newest = file
  if (newest === null) return false
  const file = newest
  const isRead = await withFile(file.path, async (handle) => {
    const { lines, next } = await readBackward(handle, file.head, BLOCK_BYTES)
    if (files.known.get(file.path) !== file) return // replaced while it was read
    for (const line of lines) {
      const started = indexLine(files.table, file, line, true)
      if (started !== null) file.frontierMs = Math.min(file.frontierMs, started)
    }
    file.head = next
  })
  if (!isRead) forgetFile(files, file)
  return true
}

function indexLine(table: Table, file: RecordFile, line: Line, keep: boolean): number | null {
  const entry = entryOf(parseLine(line.bytes))
  if (entry === null) return null
  putEntry(table, entry, { file: file.number, offset: line.offset, bytes: line.bytes.length }, keep)
  return entry.started_ms
}

/** Opens a file for reading, without following a link, runs the step, closes it. False when it cannot be opened. */
export async function withFile(path: string, step: (file: FileHandle) => Promise<void>): Promise<boolean> {
  const handle = await openReading(path).catch(() => null)
  if (handle === null) return false // removed or unreadable: the caller treats it as gone
  try {
    await step(handle)
  } finally {
    await handle.close()
  }
  return true
}

/** How much of the files is in the table. */
export function loadingOf(files: Files): Loading {
  let done = 0
  let total = 0
  for (const file of files.known.values()) {
    done += file.tail - file.head
    total += file.tail
  }
  return { done_bytes: done, total_bytes: total }
}
