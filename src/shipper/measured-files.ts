// Metrics: the files of counts that are not sent yet, one line for each batch behind a head line. In: the folder. Out: those of processes
// that have ended, claimed by one rename each, and what they hold. Worker.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Noted } from '../destinations/meter.ts'
import { appendTo, moveTo, readText } from '../private-file.ts'
import { parseLaneName } from '../spool/lane.ts'
import { isAlive, type Owner } from '../spool/owner.ts'

interface Claimant {
  readonly self: Owner
  readonly laneName: string
  readonly fingerprint: string
  /** Every file that this shipper has made or taken: what else bears its lane's name is its predecessor's. */
  readonly mine: ReadonlySet<string>
  nextFile(): string
}

/** Files of processes that have ended, taken by one rename each; also those that this process left before its shipper began anew. */
export function claimed(folder: string, { self, fingerprint, laneName, mine, nextFile }: Claimant): string[] {
  const taken: string[] = []
  for (const name of listFiles(folder)) {
    const lane = name.slice(0, name.lastIndexOf('~'))
    const owner = parseLaneName(lane)
    const path = join(folder, name)
    try {
      if (owner === null || mine.has(path)) continue
      if (lane !== laneName && isAlive(owner, self, statSync(path).mtimeMs, Date.now())) continue
      if (!readText(path).startsWith(JSON.stringify({ fingerprint }))) continue
      const own = nextFile()
      moveTo(path, own)
      taken.push(own)
    } catch {
      // another was faster
    }
  }
  return taken
}

function listFiles(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.ndjson'))
  } catch {
    return [] // nothing was ever counted here
  }
}

/** What the file holds; a line that was cut by a kill is left out: its records were not noted as done, and come again. */
export function readNoted(path: string): Noted[] {
  const noted: Noted[] = []
  for (const line of readText(path).split('\n').slice(1)) {
    try {
      const one = JSON.parse(line) as Noted
      if (Array.isArray(one.resource) && Array.isArray(one.facts)) noted.push(one)
    } catch {
      // half a line, or the empty one at the end
    }
  }
  return noted
}

/** Adds one line. Throws what the disk throws. */
export function append(path: string, value: object): void {
  appendTo(path, `${JSON.stringify(value)}\n`)
}

/** What fails here has been done by another already. */
export function quietly(work: () => void): void {
  try {
    work()
  } catch {
    // gone already
  }
}
