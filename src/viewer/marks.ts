// How a record file is known again: name, inode, how far it was read, and a hash of its first and last bytes read. In: files. Out: marks,
// and the files that still are what their mark says.
import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Files, type RecordFile, withFile } from './files.ts'
import { readRange } from './lines.ts'

/** Enough to tell files apart: a record begins with its time and id. */
const HASHED_BYTES = 4096

export interface FileMark {
  readonly name: string
  readonly number: number
  readonly inode: number
  readonly head: number
  readonly tail: number
  readonly frontierMs: number
  readonly hash: string
}

/** The marks of all known files, as they are now. */
export async function marksOf(files: Files): Promise<FileMark[]> {
  const now = [...files.known.values()].map((file) => ({ ...file }))
  const marks: FileMark[] = []
  for (const { path, number, inode, head, tail, frontierMs } of now)
    await withFile(path, async (handle) => {
      const hash = await hashOf(handle, tail)
      marks.push({ name: basename(path), number, inode, head, tail, frontierMs, hash })
    })
  return marks
}

async function hashOf(handle: FileHandle, tail: number): Promise<string> {
  const first = await readRange(handle, 0, Math.min(tail, HASHED_BYTES))
  const last = await readRange(handle, Math.max(0, tail - HASHED_BYTES), tail)
  return createHash('sha256').update(first).update(last).digest('base64url')
}

/** Adds the files that still are what their mark says. Gives their new numbers by their old ones. */
export async function placeFiles(files: Files, marks: readonly FileMark[]): Promise<ReadonlyMap<number, number>> {
  const numbers = new Map<number, number>()
  for (const mark of marks) {
    const path = join(files.folder, basename(mark.name))
    await withFile(path, async (handle) => {
      const info = await handle.stat()
      if (!info.isFile() || info.ino !== mark.inode || info.size < mark.tail) return
      if ((await hashOf(handle, mark.tail)) !== mark.hash) return
      const number = files.paths.push(path) - 1
      const { inode, head, tail, frontierMs } = mark
      const file: RecordFile = { path, number, inode, head, tail, frontierMs, changedMs: info.mtimeMs }
      files.known.set(path, file)
      numbers.set(mark.number, number)
    })
  }
  return numbers
}
