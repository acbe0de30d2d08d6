// Frames that came by message: because the disk refused them, or because nothing may touch the disk before it was redacted.
// In: frames. Out: with redaction, `record` frames on disk; otherwise the frames themselves, to the pipelines. Worker.
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { LaneInfo } from '../frame.ts'
import type { CallRecord } from '../record.ts'
import type { Bell } from '../spool/bell.ts'
import { appendFrame, nextNumber, openSegment, SEGMENT_BYTES, type Segment } from '../spool/segment.ts'
import type { FrameMessage } from '../spool/shipper-thread.ts'
import { type JoinedCall, type MemoryFrame, openJoin } from './join.ts'

export interface MemoryIntake {
  /** Takes what has come since the last time. */
  takeAll(): void
  /** At the end of the process: calls without an end become records too. */
  finish(): void
}

export interface MemoryIntakeConfig {
  readonly port: MessagePort
  readonly bell: Bell
  readonly info: LaneInfo
  /** Folder of the lane, made when first needed. */
  lane(): string
  /** True when frames must be decoded and redacted before they touch the disk. */
  readonly redacts: boolean
  decode(call: JoinedCall, lane: LaneInfo): CallRecord | null
  /** Passes a frame on to the pipelines without the disk. */
  forward(frame: MemoryFrame): void
}

export function openMemoryIntake(config: MemoryIntakeConfig): MemoryIntake {
  const join = openJoin()
  let segment: Segment | null = null

  const write = (call: JoinedCall): void => {
    const record = config.decode(call, config.info)
    if (record === null) return
    const head = { t: 'record', id: record.id } as const
    const text = JSON.stringify(record)
    try {
      if (segment === null || segment.length >= SEGMENT_BYTES) segment = openNext(config.lane())
      appendFrame(segment, head, text)
    } catch {
      // no disk: the redacted record goes on in memory
      config.forward({ head, segment: null, at: 0, bytes: Buffer.from(text) })
    }
  }
  const take = ({ head, body }: FrameMessage): void => {
    const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(body as Uint8Array)
    config.bell.add('received', Math.ceil(((typeof body === 'string' ? body.length * 2 : bytes.length) + 512) / 1024))
    const frame: MemoryFrame = { head, segment: null, at: 0, bytes }
    if (!config.redacts) {
      config.forward(frame)
      return
    }
    const joined = join.add(frame)
    if (joined?.kind === 'call') write(joined)
    else if (joined !== null) config.forward(frame)
  }
  return {
    takeAll() {
      for (let got = receiveMessageOnPort(config.port); got; got = receiveMessageOnPort(config.port)) {
        take(got.message as FrameMessage)
      }
    },
    finish() {
      for (const call of join.takeUnfinished()) write(call)
    },
  }
}

function openNext(lane: string): Segment {
  return openSegment(lane, 'w0', nextNumber(lane, 'w0'))
}
