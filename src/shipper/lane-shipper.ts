// One lane shipped to all destinations: a pipeline for each, segments removed when the last one needs them no more. Worker.

import { unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { isLocal } from '../destinations/destination.ts'
import type { Diagnostics } from '../diagnostics.ts'
import type { LaneInfo } from '../frame.ts'
import { faultOf } from '../safe-text.ts'
import { batchSizeOf } from './batch.ts'
import { type Carrier, openCarrier } from './carrier.ts'
import { type DoneLog, openDoneLog } from './done.ts'
import type { MemoryFrame } from './join.ts'
import type { Losses } from './losses.ts'
import { openPeril } from './peril.ts'
import { type PipelineContext, runPipeline, type SettledKind } from './pipeline.ts'
import { newPipelineState, type PipelineState } from './pipeline-state.ts'
import { rulesOf } from './rules.ts'
import { openScope, type Scope } from './scope.ts'
import { isUnread, pathOf, type TailSegment } from './segment-files.ts'
import { openSpill, type Spill } from './spill.ts'
import { Tail } from './tail.ts'
import { openScopes, type Target } from './target.ts'

/** What a lane's pipelines share with the rest of the shipper. */
export type Surroundings = Pick<
  PipelineContext,
  'decode' | 'countOnce' | 'nap' | 'look' | 'isEnding' | 'onDrainServed'
> & {
  readonly root: string
  readonly diagnostics: Diagnostics
}

export interface LaneToShip {
  /** Its folder. */
  readonly path: string
  readonly info: LaneInfo
  /** Its owner has ended: it is shipped to its end. */
  readonly isDead: boolean
  /** Makes its folder unless it is there, and gives its path. */
  make(): string
  isStopped(): boolean
  onSettled(count: number, kind: SettledKind): void
  /** So many places of its segments were no frames. */
  onDamaged?(count: number): void
}

export interface LaneShipper {
  readonly states: readonly PipelineState[]
  /** Hands over a frame that came by message. Returns false when it is dropped: too many wait already. */
  push(frame: MemoryFrame): boolean
  /** Puts what came by message on disk, if the disk takes it. `isLast`: the process ends. */
  spill(isLast: boolean): void
  /** Paths of the files that are being read. */
  inUse(): readonly string[]
  /** Moves long-open calls out of sealed segments. */
  carry(): void
  /** Moves the calls in flight of the lane before this one, which was taken away, into this one. */
  takeOver(before: LaneShipper): void
  /** What reads it, for each destination. */
  tails(): readonly Tail[]
  /** Ends when a dead owner's lane is shipped (true), or the shipper stops (false). */
  readonly ended: Promise<boolean>
  /** True when all that was read is settled, and told. */
  isSettled(): boolean
}

interface Part {
  readonly messages: MemoryFrame[]
  readonly tail: Tail
  readonly state: PipelineState
  readonly carrier: Carrier
  readonly done: DoneLog
  readonly losses: Losses
  readonly ended: Promise<boolean>
}

/** Ships one lane. */
export function shipLane(
  lane: LaneToShip,
  targets: readonly Target[],
  around: Surroundings,
  scopes: readonly Scope[] = openScopes(targets),
): LaneShipper {
  const released = new Map<string, number>()
  const remove = (name: string, folder = lane.path): void => {
    tryUnlink(join(folder, name))
    for (const { done } of parts) done.forget(name, folder)
  }
  const onFinished = (segments: readonly TailSegment[]): void => {
    for (const { name, backup } of segments) {
      const count = (released.get(name) ?? 0) + 1
      released.set(name, count)
      if (count < targets.length && !name.startsWith('c')) continue
      released.delete(name)
      remove(name)
      if (backup !== null) remove(backup.name, backup.lane)
    }
  }
  const parts: Part[] = []
  const spill = openSpill(lane.make, targets.length, remove, lane.info)
  targets.forEach((target, index) => {
    const scope = scopes[index] ?? openScope()
    parts.push(shipTo(target, scope, lane, around, spill, index === 0, onFinished))
  })
  return {
    states: parts.map(({ state }) => state),
    push(frame) {
      if (!spill.hold(frame)) return false
      for (const part of parts) part.messages.push(frame)
      return true
    },
    spill: spill.write,
    inUse: () =>
      parts.flatMap(({ tail }) =>
        [...tail.segments].filter((segment) => segment.fd >= 0 && !isUnread(segment)).map(pathOf),
      ),
    carry: () => {
      for (const part of parts) part.carrier.carry()
    },
    takeOver(before) {
      before.tails().forEach((tail, index) => {
        parts[index]?.carrier.takeOver(tail.segments)
      })
    },
    tails: () => parts.map(({ tail }) => tail),
    ended: Promise.all(parts.map((part) => part.ended)).then((whole) => {
      for (const part of parts) part.tail.close()
      return whole.every((isWhole) => isWhole)
    }),
    isSettled: () => parts.every(isPartSettled),
  }
}

function shipTo(
  { destination, losses, sender, measured }: Target,
  scope: Scope,
  lane: LaneToShip,
  around: Surroundings,
  spill: Spill,
  isFirst: boolean,
  onFinished: (segments: readonly TailSegment[]) => void,
): Part {
  const messages: MemoryFrame[] = []
  const tail = new Tail(lane.path, destination.name, lane.isDead)
  const state = newPipelineState()
  const carrier = openCarrier(lane.make, destination.name, tail, lane.info)
  carrier.watch(scope.join)
  const done = openDoneLog(lane.path, destination.name)
  const ended = runPipeline(
    {
      ...around,
      lane: lane.info,
      tail,
      done,
      losses,
      sender,
      scope,
      takesWire: destination.takesWire,
      limits: { ...batchSizeOf(destination), isLocal: isLocal(destination) },
      letGo: (id) => spill.letGo(id, done),
      pieces: destination.pieces,
      note: (items) => measured?.note(items, rulesOf(lane.info).resource),
      flush: async () => measured?.flush(),
      peril: openPeril(lane.path, destination.name),
      takeMessage: () => messages.shift(),
      onFinished,
      // The first destination stands for all in the counts.
      onSettled: isFirst ? lane.onSettled : () => {},
      onUnreadable: (id, error) =>
        around.diagnostics.once('unreadable', 'error', 'a recorded call cannot be read and is dropped', {
          id,
          error: faultOf(error),
        }),
      onDamaged(count) {
        const message = 'a segment is damaged; the frames around were read'
        around.diagnostics.once('damaged', 'warn', message, { lane: lane.path, places: count })
        lane.onDamaged?.(count)
      },
      isStopped: lane.isStopped,
    },
    state,
  )
  return { messages, tail, state, carrier, done, losses, ended }
}

function isPartSettled({ state, tail, messages, losses }: Part): boolean {
  const isRead = state.isIdle && messages.length === 0 && !tail.isHeld && !tail.isBlocked
  return isRead && state.pendingCount === 0 && losses.isEmpty
}

function tryUnlink(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // taken by the cap or with a claimed lane
  }
}
