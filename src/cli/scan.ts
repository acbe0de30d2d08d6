// The record files, line by line. In: `<dir>/records/*.ndjson`, which other processes append to. Out: whole lines, in the order of the files.
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openReading } from '../private-file.ts'
import { type Line, readForward } from '../viewer/lines.ts'

const BLOCK_BYTES = 512 * 1024

export interface KnownFile {
  readonly inode: number
  /** Where the next look goes on. */
  end: number
}

/** Paths of the record files; none when nothing was recorded yet. */
export async function listFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => name.endsWith('.ndjson'))
    .sort()
    .map((name) => join(folder, name))
}

/** Reads the whole lines that were appended since the last look; a file that was replaced or cut is read anew. */
export async function scanFile(
  path: string,
  known: Map<string, KnownFile>,
  take: (line: Line) => void | Promise<void>,
): Promise<void> {
  const info = await lstat(path).catch(() => null) // removed since the listing
  if (!info?.isFile()) return
  let file = known.get(path)
  if (file === undefined || file.inode !== info.ino || info.size < file.end) file = { inode: info.ino, end: 0 }
  known.set(path, file)
  if (file.end >= info.size) return
  const handle = await openReading(path).catch(() => null) // likewise, or not ours to read
  if (handle === null) return
  try {
    while (file.end < info.size) {
      const { lines, next } = await readForward(handle, file.end, info.size, BLOCK_BYTES)
      for (const line of lines) {
        const waiting = take(line)
        if (waiting !== undefined) await waiting
      }
      if (next === file.end) return // a line that is still being written
      file.end = next
    }
  } finally {
    await handle.close()
  }
}

/** The object of a line, or null: cut by a full disk, or not ours. */
export function parseLine(bytes: Buffer): object | null {
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return typeof value === 'object' && value !== null ? value : null
  } catch {
    return null
  }
}
