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

/** Remembers, from one `send` to the retry of the same batch, which records are done with. */
export interface Sequence {
  /** True when the record needs no sending: it was delivered or refused before the batch had to be repeated. */
  isSettled(record: CallRecord): boolean
  send(units: readonly Unit[], records: readonly CallRecord[]): Promise<Outcome>
}

/** Starts a sequence with nothing settled. */
export function createSequence(): Sequence {
  const settled = new Map<string, Settled>()
  return {
    isSettled: (record) => settled.has(record.id),
    send: async (units, records) => {
      const waiting = await sendAll(units, settled)
      if (waiting !== null) return waiting
      const outcome = summarise(records, settled)
      for (const { id } of records) settled.delete(id)
      return outcome
    },
  }
}

/** Sends until all is settled or one unit has to wait; what is already under way is awaited. Returns why to wait, or null. */
async function sendAll(units: readonly Unit[], settled: Map<string, Settled>): Promise<Outcome | null> {
  const queue = [...units]
  let waiting: Outcome | null = null
  const run = async (): Promise<void> => {
    for (let unit = queue.shift(); unit !== undefined && waiting === null; unit = queue.shift()) {
      const outcome = await unit.send()
      if (outcome.kind === 'delivered' || outcome.kind === 'rejected') {
        for (const { id } of unit.records) settled.set(id, outcome)
      } else waiting = moreUrgent(waiting, outcome)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, run))
  return waiting
}

/** `pause` and `retry` win over `too_large`, which asks for other batches of records that may just as well have to wait. */
function moreUrgent(known: Outcome | null, found: Outcome): Outcome {
  return known === null || known.kind === 'too_large' ? found : known
}

function summarise(records: readonly CallRecord[], settled: ReadonlyMap<string, Settled>): Outcome {
  const rejected = records.flatMap(({ id }) => {
    const outcome = settled.get(id)
    return outcome?.kind === 'rejected' ? [{ id, outcome }] : []
  })
  const [first] = rejected
  if (first === undefined) return { kind: 'delivered' }
  const { status, answer } = first.outcome
  return { kind: 'rejected', status, answer, ids: new Set(rejected.map(({ id }) => id)) }
}
