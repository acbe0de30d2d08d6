// Deliver: a batch as several requests, for APIs that take one call or one trace at a time. Worker thread.
// In: units of records and a way to send one. Out: one outcome for the batch; what was settled is not sent again on a retry.
import type { CallRecord } from '../record.ts'
import type { Outcome } from './destination.ts'

/** Requests under way at once. */
const CONCURRENCY = 4

/** Records that travel together. */
export interface Unit {
  readonly records: readonly CallRecord[]
  send(): Promise<Outcome>
}

type Settled = Extract<Outcome, { kind: 'delivered' | 'rejected' }>

/** Remembers, from one `send` to the next of the same records, which of them are done with. */
export interface Sequence {
  /** True when the record needs no sending: it was delivered or refused before the batch had to be repeated or split. */
  isSettled(record: CallRecord): boolean
  send(units: readonly Unit[], records: readonly CallRecord[]): Promise<Outcome>
}

/** Starts a sequence with nothing settled. */
export function createSequence(): Sequence {
  const settled = new Map<string, Settled>()
  return {
    isSettled: (record) => settled.has(record.id),
    send: async (units, records) => {
      const unsettled = await sendAll(units, settled)
      if (unsettled !== null) return unsettled
      const outcome = summarise(records, settled)
      // Before a split all is remembered: the halves then need no sending.
      if (outcome.kind === 'delivered' || !outcome.mayPassSplit) for (const { id } of records) settled.delete(id)
      return outcome
    },
  }
}

/** Sends until all is settled or one unit is not; what is already under way is awaited. Returns why not, or null. */
async function sendAll(units: readonly Unit[], settled: Map<string, Settled>): Promise<Outcome | null> {
  const queue = [...units]
  let unsettled: Outcome | null = null
  const run = async (): Promise<void> => {
    for (let unit = queue.shift(); unit !== undefined && unsettled === null; unit = queue.shift()) {
      const outcome = await unit.send()
      const isSplit = outcome.kind === 'rejected' && outcome.mayPassSplit && unit.records.length > 1
      if (outcome.kind === 'delivered' || (outcome.kind === 'rejected' && !isSplit)) {
        for (const { id } of unit.records) settled.set(id, outcome)
      } else unsettled = moreUrgent(unsettled, outcome)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, run))
  return unsettled
}

/** `pause` and `retry` win over a wish for smaller batches, whose records may just as well have to wait. */
function moreUrgent(known: Outcome | null, found: Outcome): Outcome {
  return known?.kind === 'pause' || known?.kind === 'retry' ? known : found
}

/** Some delivered and some refused: the batch has to be split until each outcome stands for all of its records. */
function summarise(records: readonly CallRecord[], settled: ReadonlyMap<string, Settled>): Settled {
  const outcomes = records.flatMap(({ id }) => settled.get(id) ?? [])
  const rejected = outcomes.find((outcome) => outcome.kind === 'rejected')
  if (rejected === undefined) return { kind: 'delivered' }
  const isMixed = outcomes.some((outcome) => outcome.kind === 'delivered')
  return { ...rejected, mayPassSplit: records.length > 1 && isMixed }
}
