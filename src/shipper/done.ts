// Which calls of a lane a destination has taken: one id per line beside each segment that holds frames of the call, so that the
// next process, after a kill, does not send them again. It goes with its segment. In: delivered calls. Out: files. Worker.
import { readdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { appendTo, readText } from '../private-file.ts'

export interface DoneLog {
  has(id: string): boolean
  add(calls: readonly DoneCall[]): void
  /** Removes the log of a segment that is gone. `lane`: its folder, when it is another lane's. */
  forget(segment: string, lane?: string): void
}

export interface DoneCall {
  readonly id: string
  readonly segments: readonly DoneSegment[]
}

/** `lane`: folder of the segment, when it is another lane's. */
interface DoneSegment {
  readonly name: string
  readonly lane?: string
  readonly backup?: Place | null
}

interface Place {
  readonly lane: string
  readonly name: string
}

/** Opens the log of one destination. A log that cannot be written costs a repeated delivery at worst: ids make up for it. */
export function openDoneLog(lane: string, destination: string): DoneLog {
  const before = readDone(lane, (name) => name.endsWith(`.${destination}.done`))
  const pathOf = (segment: string, of = lane): string => join(of, `${segment}.${destination}.done`)
  return {
    has: (id) => before.has(id),
    add(calls) {
      const lines = new Map<DoneSegment, string>()
      for (const { id, segments } of calls) {
        for (let index = 0; index < segments.length; index++) {
          const segment = segments[index] as DoneSegment
          // Several frames of a call lie in one.
          if (segments.indexOf(segment) === index) lines.set(segment, `${lines.get(segment) ?? ''}${id}\n`)
        }
      }
      for (const [{ name, lane: of, backup }, text] of lines) {
        try {
          appendTo(pathOf(backup?.name ?? name, backup?.lane ?? of), text)
        } catch {
          // disk full, or the lane was taken over: the receiver drops what it has by id
        }
      }
    },
    forget(segment, lane) {
      try {
        unlinkSync(pathOf(segment, lane))
      } catch {
        // nothing of it was ever delivered
      }
    },
  }
}

/** Ids in the done logs of a lane whose names `accept` wants. */
export function readDone(lane: string, accept: (name: string) => boolean): ReadonlySet<string> {
  try {
    const names = readdirSync(lane).filter((name) => name.endsWith('.done') && accept(name))
    return new Set(names.flatMap((name) => readText(join(lane, name)).split('\n')))
  } catch {
    return new Set() // nothing delivered yet
  }
}
