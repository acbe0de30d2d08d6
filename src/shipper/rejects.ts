// What a destination refused for good is kept beside the server's answer, within a limit. In: lines. Out: `rejected.ndjson` and,
// once it is full, the file before it. Worker.
import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { appendTo, moveTo, readBytes } from '../private-file.ts'
import { makePrivate } from '../spool/root.ts'

export const REJECTED = 'rejected.ndjson'
/** The file before, once that is full. */
export const REJECTED_BEFORE = 'rejected.1.ndjson'
/** Each of the two files: a server that refuses everything must not fill the disk with what nobody will look at whole. */
const MAX_BYTES = 64 * 1024 * 1024
const NEWLINE = 10

export interface Kept {
  /** Where the records are now. */
  readonly path: string
  /** Records that had to go for them. */
  readonly removedCount: number
}

/** Appends lines. Throws what the disk throws. */
export function keepRejected(root: string, lines: readonly string[], maxBytes = MAX_BYTES): Kept {
  makePrivate(root)
  const path = join(root, REJECTED)
  const removedCount = sizeOf(path) >= maxBytes ? rotate(path, join(root, REJECTED_BEFORE)) : 0
  appendTo(path, `${lines.join('\n')}\n`)
  return { path, removedCount }
}

/** Returns how many records the file before held. */
function rotate(path: string, before: string): number {
  const removedCount = countLines(before)
  moveTo(path, before)
  return removedCount
}

function countLines(path: string): number {
  try {
    return readBytes(path).reduce((count, byte) => (byte === NEWLINE ? count + 1 : count), 0)
  } catch {
    return 0 // the first time there is none
  }
}

function sizeOf(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.size ?? 0
}
