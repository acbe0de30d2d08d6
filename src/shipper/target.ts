// A destination with its sender and what it has not been told yet. In: an open destination. Out: what lanes are shipped to. Worker.
import type { Destination } from '../destinations/destination.ts'
import type { Diagnostics } from '../diagnostics.ts'
import { type Losses, openLosses } from './losses.ts'
import { openScope, type Scope } from './scope.ts'
import { openSender, type Sender } from './sender.ts'

/** A destination and what it has not been told yet. */
export interface Target {
  readonly destination: Destination
  readonly losses: Losses
  readonly sender: Sender
}

export function openTarget(destination: Destination, root: string, diagnostics: Diagnostics): Target {
  const losses = openLosses()
  return { destination, losses, sender: openSender({ root, destination, losses, diagnostics }) }
}

/** A scope for each destination, shared by the lanes of one process. */
export function openScopes(targets: readonly Target[], laneCount?: number): readonly Scope[] {
  return targets.map(() => openScope(laneCount))
}
