// The record files as one sequence. In: `<dir>/records/*.ndjson`, which other processes append to. Out: each record once, in
// order of time. Reads twice: places and times first, then the lines that are printed, so that memory stays small.
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { RECORDS } from '../../spool/root.ts'
import { readForward, readRange } from '../../viewer/lines.ts'

const BLOCK_BYTES = 512 * 1024
/** Ids remembered while following: a record delivered twice comes within minutes. */
const MAX_IDS = 200_000

/** Prints one record: its line as it stands in the file, and parsed. Waits when the reader is slow. */
export type PrintRecord = (line: string, record: unknown) => Promise<void>

export interface Records {
  readonly folder: string
  /** Prints what has come since the last time, the newest `limit` of it. Returns how many. */
  printNew(print: PrintRecord, limit?: number): Promise<number>
}

interface Place {
  readonly time: number
  readonly path: string
  readonly offset: number
  readonly length: number
}

interface KnownFile {
  readonly inode: number
  end: number
}

/** Opens the records of a root; neither need exist yet. */
export function openRecords(root: string, passes: (record: unknown) => boolean): Records {
  const folder = join(root, RECORDS)
  const known = new Map<string, KnownFile>()
  const ids = new Set<string>()
  return {
    folder,
    async printNew(print, limit) {
      const found: Place[] = []
      for (const path of await listFiles(folder))
        await scanFile(path, known, (place, record) => {
          if (isNew(record, ids) && passes(record)) found.push({ ...place, time: timeOf(record) })
        })
      found.sort((a, b) => a.time - b.time)
      const shown = limit === undefined ? found : found.slice(Math.max(0, found.length - limit))
      await printPlaces(shown, print)
      return shown.length
    },
  }
}

async function listFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []) // nothing was recorded yet
  return names
    .filter((name) => name.endsWith('.ndjson'))
    .sort()
    .map((name) => join(folder, name))
}

/** Reads the whole lines that were appended since the last look; a file that was replaced or cut is read anew. */
async function scanFile(
  path: string,
  known: Map<string, KnownFile>,
  take: (place: Omit<Place, 'time'>, record: unknown) => void,
): Promise<void> {
  const info = await stat(path).catch(() => null) // removed since the listing
  if (!info?.isFile()) return
  let file = known.get(path)
  if (file === undefined || file.inode !== info.ino || info.size < file.end) file = { inode: info.ino, end: 0 }
  known.set(path, file)
  if (file.end >= info.size) return
  const handle = await open(path).catch(() => null) // likewise, or not ours to read
  if (handle === null) return
  try {
    while (file.end < info.size) {
      const { lines, next } = await readForward(handle, file.end, info.size, BLOCK_BYTES)
      for (const { offset, bytes } of lines) {
        const record = parse(bytes.toString())
        if (record !== null) take({ path, offset, length: bytes.length }, record)
      }
      if (next === file.end) return // a line that is still being written
      file.end = next
    }
  } finally {
    await handle.close()
  }
}

async function printPlaces(places: readonly Place[], print: PrintRecord): Promise<void> {
  const handles = new Map<string, FileHandle | null>()
  try {
    for (const { path, offset, length } of places) {
      if (!handles.has(path)) handles.set(path, await open(path).catch(() => null)) // removed between the two readings
      const handle = handles.get(path)
      if (!handle) continue
      const line = (await readRange(handle, offset, offset + length)).toString()
      const record = parse(line)
      if (record !== null) await print(line, record)
    }
  } finally {
    for (const handle of handles.values()) await handle?.close()
  }
}

/** Delivery is at least once: the id tells. */
function isNew(record: unknown, ids: Set<string>): boolean {
  const id = (record as { id?: unknown }).id
  if (typeof id !== 'string') return false
  if (ids.has(id)) return false
  ids.add(id)
  for (const oldest of ids) {
    if (ids.size <= MAX_IDS) break
    ids.delete(oldest)
  }
  return true
}

function timeOf(record: unknown): number {
  const { time } = record as { time?: unknown }
  return typeof time === 'number' ? time : 0
}

function parse(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? value : null
  } catch {
    return null // cut by a full disk, or not ours
  }
}
