// Which answers made in the background have been counted: their tokens are those of the first record that tells them, whichever process
// of this machine made it. In: a record. Out: the same, its usage taken away when another has it. Files that only one can make. Worker.
import { createHash } from 'node:crypto'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { backgroundId, hasUsage } from '../decode/own-usage.ts'
import { NO_USAGE } from '../decode/usage.ts'
import type { LaneInfo } from '../frame.ts'
import { readText, writeNew } from '../private-file.ts'
import type { CallRecord } from '../record.ts'
import { makePrivate } from '../spool/root.ts'

const FOLDER = 'counted'
/** OpenAI keeps a Response for 30 days: nobody looks at an older one. */
const KEPT_MS = 31 * 24 * 60 * 60_000
const NAME_CHARS = 32

export type CountOnce = (record: CallRecord, lane: LaneInfo) => CallRecord

/** Opens the list of a folder. Where it cannot be written, one process at least counts once. */
export function openCounted(root: string): CountOnce {
  const known = new Map<string, string>()
  let isPruned = false

  const owner = (name: string, id: string): string => {
    const path = join(root, FOLDER, name)
    try {
      for (const folder of [root, join(root, FOLDER)]) makePrivate(folder)
      if (!isPruned) prune(join(root, FOLDER))
      isPruned = true
      writeNew(path, id)
      return id
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readOr(path, id)
      const first = known.get(name) ?? id
      known.set(name, first)
      return first
    }
  }
  return (record, lane) => {
    const background = hasUsage(record.usage) ? backgroundId(record.response.body) : null
    if (background === null) return record
    const key = `${lane.fingerprint} ${record.server_address} ${background}`
    const name = createHash('sha256').update(key).digest('hex').slice(0, NAME_CHARS)
    // Delivered again, or to another destination, a record is the same: the file says whose the tokens are.
    return owner(name, record.id) === record.id
      ? record
      : { ...record, usage: NO_USAGE, cost_usd: null, cost_source: null }
  }
}

/** What is no file of ours says nothing. */
function readOr(path: string, id: string): string {
  try {
    return readText(path)
  } catch {
    return id
  }
}

function prune(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (Date.now() - statSync(path).mtimeMs > KEPT_MS) rmSync(path, { force: true })
  }
}
