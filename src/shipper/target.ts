// A destination with its sender and what it has not been told yet. In: an open destination. Out: what lanes are shipped to. Worker.
import type { Destination } from '../destinations/destination.ts'
import { type Losses, openLosses } from './losses.ts'
import { type Measured, measure, type OwnFacts } from './measured.ts'
import { openScope, type Scope } from './scope.ts'
import { openSender, type Sender } from './sender.ts'

/** A destination, what it has not been told yet, and its counts. */
export interface Target {
  readonly destination: Destination
  readonly losses: Losses
  readonly sender: Sender
  /** Counts its calls, where it wants them counted. */
  readonly measured: Measured | null
}

export function openTarget(destination: Destination, own: OwnFacts): Target {
  const losses = openLosses()
  const sender = openSender({ ...own, destination, losses })
  return { destination, losses, sender, measured: measure(destination, own) }
}

/** A scope for each destination, shared by the lanes of one process. */
export function openScopes(targets: readonly Target[], laneCount?: number): readonly Scope[] {
  return targets.map(() => openScope(laneCount))
}
