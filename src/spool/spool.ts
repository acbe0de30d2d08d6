// Step 5, append, whole: this thread's end of the spool. In: frames. Out: bytes in a segment of the process's lane, or, when
// the disk will not have them or must not see them, messages to the shipper. Main thread and the user's worker threads.

import type { Append, FrameBody, FrameHead } from '../frame.ts'
import { monotonicMs } from '../originals.ts'
import { ring } from './bell.ts'
import type { Owner } from './owner.ts'
import { openPlace, type PlaceConfig } from './place.ts'
import { appendFrame, isFileFull, type Segment } from './segment.ts'
import { openTorn } from './torn.ts'

export type { SegmentKeeper } from './place.ts'
export type { Segment } from './segment.ts'

/** Frames that may wait in memory for the shipper; beyond it they are dropped and counted. */
const MAX_MESSAGE_KIB = 64 * 1024
const DISK_RETRY_MS = 5000 // after a refusal

export interface SpoolConfig extends PlaceConfig {
  readonly owner: Owner
  /** Frames hold what must not touch the disk before it was redacted: they go to the shipper in memory. */
  readonly memoryOnly: boolean
}

/** The shipper as the spool sees it. */
export interface ShipperPort {
  /** Starts the shipper unless another thread's runs. */
  ensure(): void
  /** Sends a frame in memory; starts a shipper of this thread when another thread's cannot be reached. */
  post(head: FrameHead, body: Uint8Array | string | undefined): void
}

export interface Spool {
  readonly append: Append
  /** Why the disk is not used, or null when it is. */
  diskProblem(): string | null
  /** The segment that frames go to now, or null before the first, and where they go by message. */
  segment(): Segment | null
  close(): void
}

/** Opens this thread's end of the spool. Nothing is made on disk before the first frame. */
export function openSpool(config: SpoolConfig, shipper: ShipperPort, onProblem: (error: unknown) => void): Spool {
  const { bell } = config
  const torn = openTorn()
  const place = openPlace(config)
  let retryAtMs = 0
  let problem: string | null = null
  let hasWritten = false

  const toShipper = (head: FrameHead, body: FrameBody | undefined): boolean => {
    torn.note(head)
    const bytes = copyOf(body)
    const kib = messageKib(bytes)
    if (bell.read('posted') - bell.read('received') + kib > MAX_MESSAGE_KIB) {
      bell.add('dropped', head.t === 'close' ? 1 : 0)
      return false
    }
    bell.add('posted', kib)
    shipper.post(head, bytes)
    ring(bell)
    return true
  }

  const write = (head: FrameHead, body: FrameBody | undefined): void => {
    const segment = place()
    try {
      appendFrame(segment, head, body)
    } catch (error) {
      if (!isFileFull(error, segment)) throw error
      place.leave()
      appendFrame(place(), head, body)
    }
  }
  const append: Append = (head, body) => {
    if (!hasWritten) {
      hasWritten = true
      bell.add('writers', 1)
      bell.wake('writers')
    }
    if (head.t === 'close' || head.t === 'record') bell.add('appended', 1)
    if (!config.memoryOnly && (retryAtMs === 0 || (monotonicMs() >= retryAtMs && !torn.has(head)))) {
      try {
        write(head, body)
        problem = null
        if (head.t !== 'open') ring(bell)
        shipper.ensure()
        return true
      } catch (error) {
        retryAtMs = monotonicMs() + DISK_RETRY_MS
        if (problem === null) onProblem(error)
        problem = (error as Error).message
      }
    }
    try {
      return toShipper(head, body)
    } catch (error) {
      bell.add('dropped', head.t === 'close' ? 1 : 0)
      onProblem(error)
      return false
    }
  }

  return {
    append,
    diskProblem: () => problem,
    segment: () => (problem === null ? place.current() : null),
    close: () => place.close(),
  }
}

/** What a frame counts against the limit of frames in memory. */
export function messageKib(body: Uint8Array | string | undefined): number {
  const bytes = typeof body === 'string' ? body.length * 2 : (body?.byteLength ?? 0)
  return Math.ceil((bytes + 512) / 1024)
}

/** The bytes outlive this turn, the caller's buffer does not. */
function copyOf(body: FrameBody | undefined): Uint8Array | string | undefined {
  if (body === undefined || typeof body === 'string') return body
  return body instanceof Uint8Array ? new Uint8Array(body) : new Uint8Array(Buffer.concat(body))
}
