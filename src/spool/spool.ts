// Step 5, append, whole: this thread's end of the spool. In: frames. Out: bytes in a segment of the process's lane, or, when
// the disk will not have them or must not see them, messages to the shipper. Main thread and the user's worker threads.

import { fstatSync } from 'node:fs'
import type { Append, FrameBody, FrameHead, LaneInfo } from '../frame.ts'
import { monotonicMs, wallMs } from '../originals.ts'
import { type Bell, ring } from './bell.ts'
import { createLane, renewLease, successorLane } from './lane.ts'
import { type Owner, RENEW_S } from './owner.ts'
import { appendFrame, closeSegment, isFileFull, openSegment, SEGMENT_BYTES, type Segment } from './segment.ts'
import { openTorn } from './torn.ts'

export type { Segment } from './segment.ts'

/** Frames that may wait in memory for the shipper; beyond it they are dropped and counted. */
const MAX_MESSAGE_KIB = 64 * 1024
/** How often the open segment is looked at: somebody may have deleted the folder. */
const LOOK_MS = 1000
/** The shipper is late: it may have died, or the whole process have been stopped. */
const DUE_S = RENEW_S + 5
const DISK_RETRY_MS = 5000 // after a refusal

export interface SpoolConfig {
  readonly root: string
  readonly owner: Owner
  readonly laneName: string
  readonly info: LaneInfo
  readonly bell: Bell
  /** 0 in the main thread. */
  readonly thread: number
  /** Frames hold what must not touch the disk before it was redacted: they go to the shipper in memory. */
  readonly memoryOnly: boolean
  /** Who reads the segments later, if anybody does. */
  readonly keeper?: (() => SegmentKeeper | undefined) | undefined
}

/** Who reads segments after they are full, and closes them then. */
export interface SegmentKeeper {
  /** A segment has been begun. */
  add(segment: Segment): void
  /** A segment is full. True when the keeper closes it. */
  release(segment: Segment): boolean
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
      place.close()
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

interface Place {
  (): Segment
  close(): void
  current(): Segment | null
}

/** Gives the segment to append to: the lane's next one when this is full, another lane's when the lane was taken away. */
function openPlace({ bell, root, laneName, info, thread, keeper }: SpoolConfig): Place {
  let lane: string | null = null
  let lostCount = bell.read('laneLost')
  let segment: Segment | null = null
  let number = 0
  let lookedAtMs = monotonicMs()
  const close = (): void => {
    if (segment !== null && keeper?.()?.release(segment) !== true) closeSegment(segment)
    segment = null
  }
  const place = (): Segment => {
    const now = monotonicMs()
    if (lane !== null && now - lookedAtMs > LOOK_MS) {
      lookedAtMs = now
      if (segment !== null && isDeleted(segment)) bell.claim('laneLost', lostCount, lostCount + 1)
      else renewWhenDue(bell, lane, lostCount)
    }
    if (bell.read('laneLost') !== lostCount) {
      lostCount = bell.read('laneLost')
      lane = null
      close()
    }
    if (lane === null) {
      lane = createLane(root, successorLane(laneName, lostCount), info)
      bell.write('lease', epochS())
    }
    if (segment !== null && segment.length >= SEGMENT_BYTES) close()
    if (segment === null) {
      segment = openSegment(lane, `t${thread}`, ++number, info)
      keeper?.()?.add(segment)
    }
    return segment
  }
  return Object.assign(place, { close, current: () => segment })
}

/** The shipper renews the lease every few seconds. When it has not (no shipper, a stopped process), the lane may be another's by now. */
function renewWhenDue(bell: Bell, lane: string, lostCount: number): void {
  if (Math.abs(epochS() - bell.read('lease')) < DUE_S) return
  if (renewLease(lane)) bell.write('lease', epochS())
  else bell.claim('laneLost', lostCount, lostCount + 1)
}

function isDeleted({ fd }: Segment): boolean {
  return fstatSync(fd).nlink === 0
}

function epochS(): number {
  return Math.floor(wallMs() / 1000)
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
