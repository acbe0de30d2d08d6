// Frames that came by message because the disk refused them: put on disk as soon as it takes them again, and when the process
// ends, so that only a disk that stays full can lose them. In: frames, and what was settled. Out: `m0` segments, which only the
// process that takes the lane over reads. Worker.
import { basename } from 'node:path'
import type { LaneInfo } from '../frame.ts'
import type { DoneLog } from './done.ts'
import type { MemoryFrame } from './join.ts'
import { openOwnSegments } from './own-segments.ts'

/** The name of the writer, told from those of threads by the tail. */
export const SPILL_WRITER = 'm0'
/** Frames that wait here for a server beside a disk that is full; beyond it they are dropped and counted. */
export const MAX_SPILL_BYTES = 64 * 1024 * 1024
/** A disk that refused is tried again after this long. */
const DISK_RETRY_MS = 5000

export interface Spill {
  /** Keeps a frame until its call is settled. Returns false when there is no room: then it is not kept. */
  hold(frame: MemoryFrame): boolean
  /** A destination needs the frames of a call no more. */
  letGo(id: string, done: DoneLog): void
  /** Writes what is held and not written. `isLast`: now or never. Never throws. */
  write(isLast: boolean): void
}

interface HeldCall {
  readonly unwritten: MemoryFrame[]
  readonly segments: Set<string>
  bytes: number
  /** Destinations that have not settled it. */
  left: number
}

/**
 * Opens the spill of a lane. `makeLane` makes its folder, which may not exist yet, and gives its path, `info` are its facts; `remove` takes a segment that
 * is needed no more out of it.
 */
export function openSpill(
  makeLane: () => string,
  destinationCount: number,
  remove: (name: string) => void,
  info: LaneInfo,
): Spill {
  const calls = new Map<string, HeldCall>()
  const segments = openOwnSegments(makeLane, SPILL_WRITER, info)
  const names = new Set<string>()
  let heldBytes = 0
  let retryAtMs = 0

  const writeCall = (call: HeldCall): void => {
    for (let frame = call.unwritten[0]; frame !== undefined; frame = call.unwritten[0]) {
      const name = basename(segments.append(frame.head, frame.bytes).path)
      names.add(name)
      call.segments.add(name)
      call.unwritten.shift()
    }
  }
  /** All of it has arrived: what was written is needed no more. */
  const clear = (): void => {
    segments.close()
    for (const name of names) remove(name)
    names.clear()
  }
  const letGo = (id: string, done: DoneLog): void => {
    const call = calls.get(id)
    if (call === undefined) return
    if (call.segments.size > 0) {
      done.add([{ id, segments: [...call.segments].map((name) => ({ name })) }])
    }
    if (--call.left > 0) return
    calls.delete(id)
    heldBytes -= call.bytes
    if (calls.size === 0) clear()
  }

  return {
    hold(frame) {
      if (heldBytes + frame.bytes.length > MAX_SPILL_BYTES) return false
      heldBytes += frame.bytes.length
      const call = calls.get(frame.head.id) ?? {
        unwritten: [],
        segments: new Set(),
        bytes: 0,
        left: destinationCount,
      }
      call.unwritten.push(frame)
      call.bytes += frame.bytes.length
      calls.set(frame.head.id, call)
      return true
    },
    letGo,
    write(isLast) {
      if (calls.size === 0 || (!isLast && performance.now() < retryAtMs)) return
      try {
        for (const call of calls.values()) writeCall(call)
      } catch {
        retryAtMs = performance.now() + DISK_RETRY_MS
      }
    },
  }
}
