// Step 5, append, whole: this thread's end of the spool. In: frames. Out: bytes in a segment of the process's lane, or, when
// the disk will not have them or must not see them, messages to the shipper. Main thread and the user's worker threads.
import { randomBytes } from 'node:crypto'
import type { Append, FrameBody, FrameHead, LaneInfo } from '../frame.ts'
import { type Bell, ring } from './bell.ts'
import { createLane, laneName } from './lane.ts'
import type { Owner } from './owner.ts'
import { appendFrame, closeSegment, openSegment, SEGMENT_BYTES, type Segment } from './segment.ts'

/** Frames that may wait in memory for the shipper; beyond it they are dropped and counted. */
const MAX_MESSAGE_KIB = 64 * 1024
/** A disk that refused is tried again after this long. */
const DISK_RETRY_MS = 5000

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
  close(): void
}

/** A name for the lane of this process: random, because pids come back. */
export function newLaneName(owner: Owner): string {
  return laneName(owner, randomBytes(4).toString('hex'))
}

/** Opens this thread's end of the spool. Nothing is made on disk before the first frame. */
export function openSpool(config: SpoolConfig, shipper: ShipperPort, onProblem: (error: unknown) => void): Spool {
  const { bell } = config
  let segment: Segment | null = null
  let number = 0
  let lane: string | null = null
  let retryAtMs = 0
  let problem: string | null = null
  let posted = 0
  let laneLost = bell.read('laneLost')

  const toDisk = (head: FrameHead, body: FrameBody | undefined): void => {
    if (bell.read('laneLost') !== laneLost) {
      laneLost = bell.read('laneLost')
      lane = null
      if (segment !== null) closeSegment(segment)
      segment = null
    }
    lane ??= createLane(config.root, `${config.laneName.slice(0, -5)}${laneLost || ''}.lane`, config.info)
    if (segment !== null && segment.length >= SEGMENT_BYTES) {
      closeSegment(segment)
      segment = null
    }
    segment ??= openSegment(lane, `t${config.thread}`, ++number)
    appendFrame(segment, head, body)
  }

  const toShipper = (head: FrameHead, body: FrameBody | undefined): boolean => {
    const bytes = copyOf(body)
    const kib = Math.ceil(((typeof bytes === 'string' ? bytes.length * 2 : (bytes?.byteLength ?? 0)) + 512) / 1024)
    if (posted - bell.read('received') + kib > MAX_MESSAGE_KIB) {
      bell.add('dropped', head.t === 'close' ? 1 : 0)
      return false
    }
    posted += kib
    shipper.post(head, bytes)
    ring(bell)
    return true
  }

  const append: Append = (head, body) => {
    const now = Date.now()
    if (head.t === 'close') bell.add('appended', 1)
    if (!config.memoryOnly && now >= retryAtMs) {
      try {
        toDisk(head, body)
        if (problem !== null) problem = null
        if (head.t !== 'open') ring(bell)
        shipper.ensure()
        return true
      } catch (error) {
        retryAtMs = now + DISK_RETRY_MS
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
    close() {
      if (segment !== null) closeSegment(segment)
      segment = null
    },
  }
}

/** The bytes outlive this turn, the caller's buffer does not. */
function copyOf(body: FrameBody | undefined): Uint8Array | string | undefined {
  if (body === undefined || typeof body === 'string') return body
  return body instanceof Uint8Array ? Uint8Array.from(body) : Uint8Array.from(Buffer.concat(body))
}
