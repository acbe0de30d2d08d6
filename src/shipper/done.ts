// Which calls of a lane a destination has taken: one id per line beside the segments, so that the next process, after a kill,
// does not send them again. In: delivered ids. Out: `<destination>.done`. Worker.
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface DoneLog {
  has(id: string): boolean
  add(ids: readonly string[]): void
}

/** Opens the log of one destination. A log that cannot be written costs a repeated delivery at worst: ids make up for it. */
export function openDoneLog(lane: string, destination: string): DoneLog {
  const path = join(lane, `${destination}.done`)
  const before = new Set(readLines(path))
  return {
    has: (id) => before.has(id),
    add(ids) {
      try {
        appendFileSync(path, `${ids.join('\n')}\n`, { mode: 0o600 })
      } catch {
        // disk full, or the lane was taken over: the receiver drops what it has by id
      }
    },
  }
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n')
  } catch {
    return [] // nothing delivered yet
  }
}
