// Frames that came by message: because the disk refused them, or because nothing may touch the disk before it was redacted.
// In: frames. Out: with redaction, `record` frames on disk; otherwise the frames themselves, to the pipelines. Worker.
import type { MessagePort } from 'node:worker_threads'
import type { LaneInfo } from '../frame.ts'
import type { CallRecord } from '../record.ts'
import type { Bell } from '../spool/bell.ts'
import { takePosted } from '../spool/posted.ts'
import type { FrameMessage } from '../spool/relay.ts'
import { channelName } from '../spool/relay.ts'
import { messageKib } from '../spool/spool.ts'
import { type MemoryFrame, openJoin } from './join.ts'
import type { JoinedCall, JoinedLoss } from './joined.ts'
import { openOwnSegments } from './own-segments.ts'

const WRITER = 'w0'

export interface MemoryIntake {
  /** Takes what has come since the last time. */
  takeAll(): void
  /** At the end of the process: calls without an end become records too. */
  finish(): void
  /** The lane is another one now. */
  leave(): void
}

export interface MemoryIntakeConfig {
  /** From the thread that started the shipper. */
  readonly port: MessagePort
  readonly bell: Bell
  readonly laneName: string
  /** Folder of the lane, made when first needed. */
  lane(): string
  readonly info: LaneInfo
  /** A segment of the shipper's own was begun. */
  onBegun(writer: string, number: number): void
  /** True when frames must be decoded and redacted before they touch the disk. */
  readonly redacts: boolean
  decode(call: JoinedCall): CallRecord | null
  /** Passes a frame on to the pipelines without the disk. Returns false when there is no room for it. */
  forward(frame: MemoryFrame): boolean
}

export function openMemoryIntake(config: MemoryIntakeConfig): MemoryIntake {
  const { bell, port } = config
  const join = openJoin()
  const writer = openWriter({ ...config, pass: (frame) => pass(frame) })
  // From all other threads of the process.
  const channel = new BroadcastChannel(channelName(config.laneName))
  // Also while a request hangs: nobody looks then.
  channel.onmessage = (event: unknown) => take((event as { data: FrameMessage }).data)
  port.on('message', (message: FrameMessage) => take(message))

  const pass = (frame: MemoryFrame): void => {
    const isEnd = frame.head.t === 'close' || frame.head.t === 'record'
    if (!config.forward(frame) && isEnd) bell.add('dropped', 1)
  }
  const put = (joined: JoinedCall | JoinedLoss): void => {
    if (joined.kind === 'call') writer.write(joined)
    else bell.add('dropped', joined.count)
  }
  const take = ({ head, body }: FrameMessage): void => {
    const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(body as Uint8Array)
    const frame: MemoryFrame = { head, segment: null, at: 0, bytes }
    const joined = config.redacts ? join.add(frame) : null
    if (!config.redacts) pass(frame)
    else if (joined?.kind === 'call' || (joined?.kind === 'lost' && joined.error !== undefined)) put(joined)
    bell.add('received', messageKib(body))
    bell.wake('received')
  }
  bell.write('listening', 1)
  bell.wake('listening')
  return {
    takeAll() {
      for (const source of [port, channel as unknown as MessagePort]) {
        takePosted(source, (message) => take(message as FrameMessage))
      }
      if (config.redacts) for (const { count } of join.endRound(false)) bell.add('dropped', count)
    },
    finish() {
      for (const call of join.takeUnfinished()) put(call)
    },
    leave: writer.leave,
  }
}

interface Writer {
  write(call: JoinedCall): void
  leave(): void
}

/** Writes decoded calls to segments of the shipper's own; without a disk they go on in memory. */
function openWriter({
  decode,
  lane,
  info,
  pass,
  bell,
  onBegun,
}: MemoryIntakeConfig & { pass(frame: MemoryFrame): void }): Writer {
  const segments = openOwnSegments(lane, WRITER, info, (number) => onBegun(WRITER, number))
  const write = (call: JoinedCall): void => {
    let record: CallRecord | null
    try {
      record = decode(call)
    } catch {
      bell.add('dropped', 1) // never raw
      return
    }
    if (record === null) {
      bell.add('skipped', 1)
      return
    }
    const head = { t: 'record', id: record.id } as const
    const text = JSON.stringify(record)
    try {
      segments.append(head, text)
    } catch {
      pass({ head, segment: null, at: 0, bytes: Buffer.from(text) })
    }
  }
  return { write, leave: segments.close }
}
