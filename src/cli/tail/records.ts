// The record files as one sequence. In: `<dir>/records/*.ndjson`, which other processes append to. Out: each record once, in
// order of time. Reads twice: places and times first, then the lines that are printed, so that memory stays small.
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { openReading } from '../../private-file.ts'
import { RECORDS } from '../../spool/root.ts'
import { readRange } from '../../viewer/lines.ts'
import { type KnownFile, listFiles, parseLine, scanFile } from '../scan.ts'

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
        await scanFile(path, known, ({ offset, bytes }) => {
          const record = parseLine(bytes)
          if (record === null || !isNew(record, ids) || !passes(record)) return
          found.push({ path, offset, length: bytes.length, time: timeOf(record) })
        })
      found.sort((a, b) => a.time - b.time)
      const shown = limit === undefined ? found : found.slice(Math.max(0, found.length - limit))
      await printPlaces(shown, print)
      return shown.length
    },
  }
}

async function printPlaces(places: readonly Place[], print: PrintRecord): Promise<void> {
  const handles = new Map<string, FileHandle | null>()
  try {
    for (const { path, offset, length } of places) {
      if (!handles.has(path)) handles.set(path, await openReading(path).catch(() => null)) // removed between the two readings
      const handle = handles.get(path)
      if (!handle) continue
      const bytes = await readRange(handle, offset, offset + length)
      const record = parseLine(bytes)
      if (record !== null) await print(bytes.toString(), record)
    }
  } finally {
    for (const handle of handles.values()) await handle?.close()
  }
}

/** Delivery is at least once: the id tells. */
function isNew(record: object, ids: Set<string>): boolean {
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

function timeOf(record: object): number {
  const { time } = record as { time?: unknown }
  return typeof time === 'number' ? time : 0
}
