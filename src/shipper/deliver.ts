// Step 9, deliver: one batch to one destination until it is taken, refused for good, or the shipper stops. In: a batch. Out:
// whether it is settled. One bad record never blocks its neighbours: what is too large or refused is halved. Worker.
import { join } from 'node:path'
import type { Destination, Outcome, SpanRules } from '../destinations/destination.ts'
import { toJson } from '../destinations/json.ts'
import type { Diagnostics } from '../diagnostics.ts'
import type { BatchItem } from './batch.ts'
import { keepRejected, REJECTED } from './rejects.ts'
import { PAUSE_MS, retryDelayMs } from './retry.ts'

export interface DeliveryContext {
  readonly root: string
  readonly destination: Destination
  readonly rules: SpanRules
  readonly diagnostics: Diagnostics
  /** Records lost since the last report; taken by a successful delivery. */
  takeDropped(): number
  settleDropped(wasTold: boolean): void
  /** A flush or an exit waits for us. */
  isDraining(): boolean
  /** Waits; comes back early when a drain is asked for or the shipper stops. */
  pause(ms: number): Promise<void>
  isStopped(): boolean
  onSettled(items: readonly BatchItem[], kind: 'delivered' | 'rejected'): void
}

/** Tries that a waiting exit is worth, and the pause between them: a server that is down may not hold every exit for long. */
const DRAIN_TRIES = 2
const DRAIN_DELAY_MS = 150

/** True when all items are settled; false when somebody waits and the destination does not take them now. */
export async function deliver(items: readonly BatchItem[], context: DeliveryContext): Promise<boolean> {
  let failures = 0
  let drainFailures = 0
  for (;;) {
    const wasDraining = context.isDraining()
    const outcome = await sendOnce(items, context)
    if (outcome.kind === 'delivered') {
      settleDelivered(items, outcome, context)
      return true
    }
    if (outcome.kind === 'too_large' || (outcome.kind === 'rejected' && outcome.mayPassSplit !== false)) {
      if (items.length > 1) return deliverHalves(items, context)
      reject(items, outcome, context)
      return true
    }
    if (outcome.kind === 'rejected') {
      reject(items, outcome, context)
      return true
    }
    const delayMs = outcome.kind === 'pause' ? PAUSE_MS : retryDelayMs(failures, outcome.afterMs, Math.random())
    sayWaiting(outcome, items.length, delayMs, context)
    failures++
    if (wasDraining && ++drainFailures >= DRAIN_TRIES) return false
    // Asked for while the request was under way: the next try is soon, too.
    await context.pause(context.isDraining() ? Math.min(delayMs, DRAIN_DELAY_MS) : delayMs)
    if (context.isStopped()) return false
  }
}

async function sendOnce(items: readonly BatchItem[], context: DeliveryContext): Promise<Outcome> {
  const droppedCount = context.takeDropped()
  let outcome: Outcome
  try {
    outcome = await context.destination.send(
      items.map((item) => item.record),
      { droppedCount, rules: context.rules },
    )
  } catch (error) {
    // An encoder's bug with one record: it must not stop the others.
    outcome = { kind: 'rejected', status: null, answer: String(error), mayPassSplit: true }
  }
  context.settleDropped(outcome.kind === 'delivered')
  return outcome
}

async function deliverHalves(items: readonly BatchItem[], context: DeliveryContext): Promise<boolean> {
  const middle = items.length >> 1
  const first = await deliver(items.slice(0, middle), context)
  return first && (await deliver(items.slice(middle), context))
}

function settleDelivered(
  items: readonly BatchItem[],
  outcome: Extract<Outcome, { kind: 'delivered' }>,
  { diagnostics, destination, onSettled }: DeliveryContext,
): void {
  for (const code of ['retry', 'pause']) diagnostics.forget(`${destination.name}_${code}`)
  diagnostics.log('debug', `delivered ${items.length} records to ${destination.name}`)
  if (outcome.rejectedCount || outcome.message) {
    diagnostics.once(
      `${destination.name}_partial`,
      'warn',
      `${destination.name} took a batch but said: ${outcome.message}`,
      {
        rejected: outcome.rejectedCount ?? 0,
      },
    )
  }
  onSettled(items, 'delivered')
}

/** Keeps refused records beside the server's answer, so that nothing vanishes unseen. */
function reject(
  items: readonly BatchItem[],
  outcome: Outcome,
  { root, destination, diagnostics, onSettled }: DeliveryContext,
): void {
  const status = outcome.kind === 'rejected' ? outcome.status : 413
  const answer = outcome.kind === 'rejected' ? outcome.answer : (outcome as { reason: string }).reason
  try {
    const lines = items.map(({ record }) => toJson({ destination: destination.name, status, answer, record }))
    const { removedCount } = keepRejected(root, lines)
    if (removedCount > 0) {
      const message = `${REJECTED} is full: the oldest refused records are removed`
      diagnostics.log('warn', message, { removed: removedCount })
    }
  } catch {
    // the disk is full or read-only: the warning below is all that can be done
  }
  diagnostics.once(
    `${destination.name}_rejected_${status}`,
    'warn',
    `${destination.name} refused records (${status}): kept in ${join(root, REJECTED)}`,
    {
      count: items.length,
      answer: answer.slice(0, 300),
    },
  )
  onSettled(items, 'rejected')
}

function sayWaiting(
  outcome: Outcome,
  count: number,
  delayMs: number,
  { destination, diagnostics }: DeliveryContext,
): void {
  if (outcome.kind !== 'retry' && outcome.kind !== 'pause') return
  const what =
    outcome.kind === 'pause' ? 'refused our key or address; records are kept' : 'cannot be reached; records are kept'
  diagnostics.once(
    `${destination.name}_${outcome.kind}`,
    'warn',
    `${destination.name} ${what} and sent again: ${outcome.reason}`,
    {
      waiting: count,
      nextTryMs: Math.round(delayMs),
    },
  )
}
