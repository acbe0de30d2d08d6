// Deliver, files: the oldest record files go when all together are beyond the limit. In: the folder. Out: how many went. Looked
// at when a file is begun, by one process an hour. Worker thread.
import { lstatSync, readdirSync, statSync, unlinkSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeNew } from '../private-file.ts'

/** Beside the folder. Its age tells when the folder was looked at last: a program that is started every second must not list it each time. */
const STAMP = 'records.limited'
const LOOK_EVERY_MS = 3_600_000
/** A file that was written within this time may be another process's, still open. */
const ACTIVE_MS = 24 * 3_600_000

interface RecordFile {
  readonly path: string
  readonly bytes: number
  readonly mtimeMs: number
}

/** Removes the oldest files until the rest is within `maxBytes`. 0: no limit. */
export function limitFiles(folder: string, maxBytes: number, nowMs: number): number {
  if (maxBytes === 0 || !isDue(join(dirname(folder), STAMP), nowMs)) return 0
  const files = listFiles(folder)
  let total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  let removed = 0
  for (const { path, bytes, mtimeMs } of files) {
    if (total <= maxBytes || nowMs - mtimeMs < ACTIVE_MS) break
    unlinkSync(path)
    total -= bytes
    removed++
  }
  return removed
}

function isDue(stamp: string, nowMs: number): boolean {
  const found = lstatSync(stamp, { throwIfNoEntry: false })
  // A planted link would make, or touch, a file with our rights.
  if (found !== undefined && !found.isFile()) return false
  const last = found?.mtimeMs
  if (last !== undefined && Math.abs(nowMs - last) < LOOK_EVERY_MS) return false
  if (last === undefined) writeNew(stamp, '')
  utimesSync(stamp, nowMs / 1000, nowMs / 1000)
  return true
}

/** Oldest first. */
function listFiles(folder: string): readonly RecordFile[] {
  const files = readdirSync(folder).flatMap((name) => {
    const stat = name.endsWith('.ndjson') ? statSync(join(folder, name), { throwIfNoEntry: false }) : undefined
    return stat?.isFile() ? [{ path: join(folder, name), bytes: stat.size, mtimeMs: stat.mtimeMs }] : []
  })
  return files.sort((a, b) => a.mtimeMs - b.mtimeMs)
}
