// The index on disk, so that a second start reads 150 MB of numbers and not gigabytes of records. In: the table. Out:
// `<dir>/view/index`, a head in JSON and the columns as they lie in memory, and back. No content: ids, names and figures alone.
// It is a cache: whatever is odd about it, it is not taken, and the records are read.
import { randomBytes } from 'node:crypto'
import { type FileHandle, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { moveTo, openNew } from '../private-file.ts'
import { makePrivate } from '../spool/root.ts'
import { COLUMN_NAMES, LAYOUT } from './columns.ts'
import { type Files, withFile } from './files.ts'
import { addOdd, takeWords } from './ids.ts'
import { type FileMark, marksOf, placeFiles } from './marks.ts'
import { takeTexts, textsOf } from './names.ts'
import { NO_FILE, REMOVED, removeRow, rowsByStart, type Table } from './table.ts'

/** Grows when columns or their meaning change: an older index is made anew. */
const FORMAT = 1
/** Fewer are read from the records in the time that this takes. */
const MIN_ROWS = 5000
const HEAD_BYTES = 16
const MAX_HEAD_BYTES = 512 * 1024 * 1024
const WORDS_A_ROW = 4
const CHUNK_ROWS = 65_536

interface Head {
  readonly format: number
  readonly rows: number
  readonly files: readonly FileMark[]
  readonly texts: { readonly [name: string]: readonly string[] }
  readonly odd: readonly (readonly [row: number, id: string])[]
  readonly columns: readonly string[]
}

/** Writes what the table knows. False: nothing was written, because it is not worth it, or the table changed meanwhile. */
export async function keepIndex(dir: string, table: Table, files: Files): Promise<boolean> {
  const rows = rowsByStart(table).filter((row) => table.columns.file[row] !== NO_FILE)
  if (rows.length < MIN_ROWS) return false
  const { moves } = table
  const folder = join(dir, 'view')
  for (const one of [dir, folder]) makePrivate(one)
  const path = join(folder, `index.${randomBytes(6).toString('hex')}`)
  const file = await openNew(path)
  try {
    await writeIndex(file, table, rows, await marksOf(files))
    await file.close()
    if (table.moves !== moves) return false
    moveTo(path, join(folder, 'index'))
    return true
  } finally {
    await file.close().catch(() => {}) // closed already
    await rm(path, { force: true })
  }
}

async function writeIndex(file: FileHandle, table: Table, rows: Uint32Array, marks: FileMark[]): Promise<void> {
  const odd: [number, string][] = []
  if (table.ids.oddOfRow.size > 0)
    for (const [at, row] of rows.entries()) {
      const id = table.ids.oddOfRow.get(row)
      if (id !== undefined) odd.push([at, id])
    }
  const head: Head = {
    format: FORMAT,
    rows: rows.length,
    files: marks,
    texts: textsOf(table),
    odd,
    columns: COLUMN_NAMES.map((name) => `${name} ${LAYOUT[name].name}`),
  }
  const json = Buffer.from(JSON.stringify(head))
  await file.write(Buffer.from(String(json.length).padEnd(HEAD_BYTES)))
  await writeWhole(file, json)
  const words = new Uint32Array(CHUNK_ROWS * WORDS_A_ROW)
  await inChunks(rows, async (chunk) => {
    for (const [at, row] of chunk.entries())
      words.set(table.ids.words.subarray(row * WORDS_A_ROW, (row + 1) * WORDS_A_ROW), at * WORDS_A_ROW)
    await writeWhole(file, words.subarray(0, chunk.length * WORDS_A_ROW))
  })
  for (const name of COLUMN_NAMES) {
    const column = table.columns[name]
    const values = new LAYOUT[name](CHUNK_ROWS)
    await inChunks(rows, async (chunk) => {
      for (const [at, row] of chunk.entries()) values[at] = column[row] as number
      await writeWhole(file, values.subarray(0, chunk.length))
    })
  }
}

/** Whole columns would be 8 MB each, which nobody frees at once. */
async function inChunks(rows: Uint32Array, write: (chunk: Uint32Array) => Promise<void>): Promise<void> {
  for (let at = 0; at < rows.length; at += CHUNK_ROWS) await write(rows.subarray(at, at + CHUNK_ROWS))
}

async function writeWhole(file: FileHandle, array: Uint8Array | Columnar): Promise<void> {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done, bytes.length - done)).bytesWritten
}

type Columnar = InstanceType<(typeof LAYOUT)[keyof typeof LAYOUT]>

/** Fills an empty table from the index, as far as its record files are still those. False: there is none that can be used. */
export async function takeIndex(dir: string, table: Table, files: Files): Promise<boolean> {
  let isTaken = false
  await withFile(join(dir, 'view', 'index'), async (file) => {
    const reader = { file, at: 0 }
    const head = await readHead(reader)
    if (head === null) return
    takeTexts(table, head.texts)
    const words = new Uint32Array(head.rows * WORDS_A_ROW)
    await readWhole(reader, words)
    for (const name of COLUMN_NAMES) {
      const column = new LAYOUT[name](head.rows)
      await readWhole(reader, column)
      Object.assign(table.columns, { [name]: column })
    }
    takeWords(table.ids, words, head.rows)
    for (const [row, id] of head.odd) addOdd(table.ids, row, id)
    table.order = new Uint32Array(head.rows)
    for (let row = 0; row < head.rows; row++) table.order[row] = row
    await placeRows(table, files, head.files)
    isTaken = true
  })
  return isTaken
}

interface Reader {
  readonly file: FileHandle
  at: number
}

async function readHead(reader: Reader): Promise<Head | null> {
  const info = await reader.file.stat()
  if (process.getuid !== undefined && info.uid !== process.getuid()) return null // planted
  const length = new Uint8Array(HEAD_BYTES)
  await readWhole(reader, length)
  const bytes = Number(Buffer.from(length).toString())
  if (!(bytes > 0 && bytes < MAX_HEAD_BYTES && bytes < info.size)) return null
  const json = new Uint8Array(bytes)
  await readWhole(reader, json)
  const head = JSON.parse(Buffer.from(json.buffer).toString()) as Head
  const names = COLUMN_NAMES.map((name) => `${name} ${LAYOUT[name].name}`)
  const isKnown = head.format === FORMAT && String(head.columns) === String(names)
  const rowBytes = COLUMN_NAMES.reduce((sum, name) => sum + LAYOUT[name].BYTES_PER_ELEMENT, 4 * WORDS_A_ROW)
  return isKnown && info.size === HEAD_BYTES + bytes + head.rows * rowBytes ? head : null
}

async function readWhole(reader: Reader, array: Uint8Array | Columnar): Promise<void> {
  const bytes = new Uint8Array(array.buffer)
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await reader.file.read(bytes, done, bytes.length - done, reader.at)
    if (bytesRead === 0) throw new Error('the index is cut')
    done += bytesRead
    reader.at += bytesRead
  }
}

/** Gives rows their files; those whose file went, or is another one now, go. */
async function placeRows(table: Table, files: Files, marks: readonly FileMark[]): Promise<void> {
  const numbers: number[] = []
  for (const [old, number] of await placeFiles(files, marks)) numbers[old] = number
  const { file, status } = table.columns
  for (let row = 0; row < table.ids.rows; row++) {
    const number = numbers[file[row] as number] ?? NO_FILE
    if (status[row] === REMOVED) continue
    if (number === NO_FILE) removeRow(table, row)
    else file[row] = number
  }
  table.version++
}
