// One lane shipped to all destinations: a pipeline for each, segments removed when the last one needs them no more. Worker.
import { rmSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Destination } from '../destinations/destination.ts'
import type { LaneInfo } from '../frame.ts'
import { appendFrame, nextNumber, openSegment } from '../spool/segment.ts'
import { openDoneLog } from './done.ts'
import type { MemoryFrame } from './join.ts'
import {
  newPipelineState,
  type PipelineContext,
  type PipelineState,
  runPipeline,
  type SettledKind,
} from './pipeline.ts'
import { Tail, type TailSegment } from './tail.ts'

/** What a lane's pipelines share with the rest of the shipper. */
export type Surroundings = Pick<
  PipelineContext,
  'root' | 'diagnostics' | 'decode' | 'nap' | 'bellCount' | 'drainAsked' | 'onDrainServed' | 'isStopped'
>

export interface LaneShipper {
  readonly states: readonly PipelineState[]
  /** Hands over frames that came by message. */
  push(frame: MemoryFrame): void
  /** Names of the files that are open. */
  inUse(): readonly string[]
  /** Moves long-open calls out of sealed segments. */
  carry(nowMs: number): void
  /** Ends when a dead owner's lane is shipped, or the shipper stops. */
  readonly ended: Promise<void>
  /** True when all that was read is settled. */
  isSettled(): boolean
  /** Removes the folder with all that is in it. */
  remove(): void
}

/** A sealed segment that calls in flight have kept for this long is given up: their frames move to a small one. */
const PINNED_MS = 60_000

/** Ships the lane in folder `lane`. */
export function shipLane(
  lane: string,
  info: LaneInfo,
  isDead: boolean,
  destinations: readonly Destination[],
  around: Surroundings,
  onSettled: (count: number, kind: SettledKind) => void,
): LaneShipper {
  const released = new Map<string, number>()
  const remove = (segments: readonly TailSegment[]): void => {
    for (const { name } of segments) {
      const count = (released.get(name) ?? 0) + 1
      released.set(name, count)
      if (count === destinations.length || name.startsWith('c')) tryUnlink(join(lane, name))
    }
  }
  const parts = destinations.map((destination, index) => {
    const messages: MemoryFrame[] = []
    const tail = new Tail(lane, destination.name, isDead)
    const state = newPipelineState()
    const carrier = openCarrier(lane, destination.name, tail)
    const context: PipelineContext = {
      ...around,
      lane: info,
      tail,
      destination,
      done: openDoneLog(lane, destination.name),
      takeMessages: () => messages.splice(0),
      onFinished: remove,
      // The first destination stands for all in the counts.
      onSettled: index === 0 ? onSettled : () => {},
      onJoin: carrier.watch,
    }
    return { messages, tail, state, carrier, ended: runPipeline(context, state) }
  })
  return {
    states: parts.map((part) => part.state),
    push: (frame) => {
      for (const part of parts) part.messages.push(frame)
    },
    inUse: () =>
      parts.flatMap(({ tail }) => [...tail.segments].filter(({ fd }) => fd >= 0).map(({ name }) => join(lane, name))),
    carry: (nowMs) => {
      for (const part of parts) part.carrier.carry(nowMs)
    },
    ended: Promise.all(parts.map((part) => part.ended)).then(() => {
      for (const part of parts) part.tail.close()
    }),
    isSettled: () =>
      parts.every(
        ({ state, tail }) =>
          state.isIdle && state.pendingCount === 0 && [...tail.segments].every(({ refs }) => refs === 0),
      ),
    remove: () => rmSync(lane, { recursive: true, force: true }),
  }
}

type Carry = (
  from: TailSegment,
  write: (head: TailFrameHead, bytes: Buffer) => { segment: TailSegment; at: number },
) => void
type TailFrameHead = MemoryFrame['head']

/** Writes the frames of calls that outlive their segment into small segments of the destination's own. */
function openCarrier(lane: string, destination: string, tail: Tail) {
  let move: Carry = () => {}
  return {
    watch(join: { readonly carry: Carry }): void {
      move = (from, write) => join.carry(from, write)
    },
    carry(nowMs: number): void {
      for (const from of [...tail.segments]) {
        if (!from.exhausted || from.refs === 0 || nowMs - from.sealedAtMs < PINNED_MS || from.writer.startsWith('c'))
          continue
        const number = nextNumber(lane, `c${destination}`)
        const file = openSegment(lane, `c${destination}`, number)
        const to = tail.adopt(`c${destination}`, number, file.fd)
        move(from, (head, bytes) => {
          appendFrame(file, head, bytes)
          return { segment: to, at: file.length - bytes.length - 1 }
        })
      }
    },
  }
}

function tryUnlink(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // taken by the cap or with a claimed lane
  }
}
