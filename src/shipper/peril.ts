// Large calls are noted on disk while they are decoded: should one end the shipper, or with it the process, the next shipper
// knows which, and takes a call that did so twice by the safe way. In: ids. Out: a file beside the segments. Worker.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readText, writeOver } from '../private-file.ts'

/** Decoding a smaller call takes no memory worth speaking of. */
export const LARGE_BYTES = 1024 * 1024
/** Once may have been anything: a kill at that moment. */
const DEADLY_COUNT = 2

export interface Peril {
  /** Notes that a call is being decoded. Returns true when that has ended a shipper twice. */
  enter(id: string): boolean
  leave(id: string): void
}

/** Opens the notes of one destination in one lane. A disk that refuses them costs this safety, nothing else. */
export function openPeril(lane: string, destination: string): Peril {
  const path = join(lane, `${destination}.peril`)
  const counts = readCounts(path)
  /** Should one be decoded again. */
  const deadly = new Set<string>()
  const write = (): void => {
    try {
      if (counts.size === 0) rmSync(path, { force: true })
      else writeOver(path, JSON.stringify([...counts]))
    } catch {
      // full, read-only, or the lane was taken over
    }
  }
  return {
    enter(id) {
      const count = counts.get(id) ?? 0
      counts.set(id, count + 1)
      write()
      if (count >= DEADLY_COUNT) deadly.add(id)
      return deadly.has(id)
    },
    leave(id) {
      counts.delete(id)
      write()
    },
  }
}

function readCounts(path: string): Map<string, number> {
  try {
    const entries = JSON.parse(readText(path)) as [string, number][]
    return new Map(entries.filter(([id, count]) => typeof id === 'string' && typeof count === 'number'))
  } catch {
    return new Map() // nothing was being decoded, or the note is half written
  }
}
