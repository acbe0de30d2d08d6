// Metrics: what a destination that counts calls offers to the shipper, beside its records. Worker thread.
import type { LaneRules } from '../frame.ts'
import type { CallRecord } from '../record.ts'
import type { Facts } from './metric-facts.ts'
import type { Attribute } from './otlp-model.ts'

/** Counts that are not sent yet, as JSON: the facts of calls of one program. */
export interface Noted {
  readonly resource: readonly Attribute[]
  readonly facts: readonly Facts[]
}

export interface MeterOutcome {
  /** `off`: nobody takes metrics there, and nobody is to be asked again. */
  readonly kind: 'taken' | 'kept' | 'off'
  readonly reason: string
}

export interface Meter {
  readonly intervalMs: number
  /** Sent at each interval, also when nothing was added (cumulative). */
  readonly isRepeated: boolean
  /** The address was named for metrics, not implied. */
  readonly isAsked: boolean
  readonly address: string
  readonly warnings: readonly string[]
  /** Something was added since it was sent last. */
  readonly hasNews: boolean
  /** What is counted of the records of one lane. Pure. */
  note(records: readonly CallRecord[], resource: LaneRules['resource']): Noted[]
  add(noted: Noted): void
  /** Sends what has been added. Never rejects. */
  send(): Promise<MeterOutcome>
  close(): void
}
