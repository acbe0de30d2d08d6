// Step 9, deliver: what is said and kept of what a destination answered. In: records and outcome. Out: a line of diagnostics, once
// per state of the destination; refused records in `rejected.ndjson`, so that nothing vanishes unseen. Worker.
import { join } from 'node:path'
import type { Destination, Outcome } from '../destinations/destination.ts'
import { toJson } from '../destinations/json.ts'
import type { Diagnostics } from '../diagnostics.ts'
import { scrubText } from '../secrets/text.ts'
import { readable } from '../wire-text.ts'
import type { Sent } from './parcels.ts'
import { keepRejected, REJECTED } from './rejects.ts'

export interface Told {
  readonly root: string
  readonly destination: Destination
  readonly diagnostics: Diagnostics
}

/** Says that the destination takes records. Returns how many of them it has refused although it took the request. */
export function sayTaken(items: readonly Sent[], outcome: Extract<Outcome, { kind: 'delivered' }>, told: Told): number {
  const { diagnostics, destination } = told
  for (const code of ['retry', 'pause']) diagnostics.forget(`${destination.name}_${code}`)
  diagnostics.log('debug', `delivered ${items.length} records to ${destination.name}`)
  const { rejectedCount = 0, message = '' } = outcome
  if (rejectedCount > 0 || message !== '') {
    const text = `${destination.name} took a batch but said: ${message}`
    diagnostics.once(`${destination.name}_partial`, 'warn', text, { rejected: rejectedCount })
  }
  const count = Math.min(rejectedCount, items.length)
  // Which of them it was the server does not say: all are kept.
  if (count > 0) keep(items, { status: 200, answer: message, rejectedOfThese: count }, told)
  return count
}

/** Keeps refused records beside the server's answer. */
export function reject(
  items: readonly Sent[],
  outcome: Extract<Outcome, { kind: 'rejected' | 'too_large' }>,
  told: Told,
): void {
  const { root, destination, diagnostics } = told
  const status = outcome.kind === 'rejected' ? outcome.status : 413
  const answer = outcome.kind === 'rejected' ? outcome.answer : outcome.reason
  keep(items, { status, answer }, told)
  const { code, words } = refusalWords(destination.name, status)
  const text = `${words}: kept in ${join(root, REJECTED)}; send them again by neatlogs ship --rejected`
  diagnostics.once(code, 'warn', text, { count: items.length, answer: answer.slice(0, 300) })
}

/** Code and words of a refusal; without a status nobody was asked: the records make no request. */
export function refusalWords(name: string, status: number | null): { readonly code: string; readonly words: string } {
  return status === null
    ? { code: `${name}_rejected_unencodable`, words: `${name} cannot be given records: they cannot be encoded` }
    : { code: `${name}_rejected_${status}`, words: `${name} refused records (${status})` }
}

function keep(
  items: readonly Sent[],
  what: { readonly status: number | null; readonly answer: string; readonly rejectedOfThese?: number },
  { root, destination, diagnostics }: Told,
): void {
  const { name, fingerprint } = destination
  const answer = scrubText(what.answer, true)
  try {
    const lines = items.map(({ item, owner: { rules } }) =>
      toJson({ destination: name, ...what, answer, fingerprint, rules, record: readable(item.record()) }),
    )
    const { removedCount } = keepRejected(root, lines)
    if (removedCount === 0) return
    diagnostics.log('warn', `${REJECTED} is full: the oldest refused records are removed`, { removed: removedCount })
  } catch (error) {
    // The disk is full or read-only, or the record is nothing that can be written.
    diagnostics.once('rejected_kept', 'warn', `refused records cannot be kept: ${String(error)}`)
  }
}

/** Says once that the destination does not take records now. */
export function sayFailure(
  outcome: Extract<Outcome, { kind: 'retry' | 'pause' }>,
  count: number,
  delayMs: number,
  { destination, diagnostics }: Told,
): void {
  diagnostics.once(
    `${destination.name}_${outcome.kind}`,
    'warn',
    `${destination.name} ${failureWords(outcome)}; records are kept and sent again: ${outcome.reason}`,
    { waiting: count, nextTryMs: Math.round(delayMs) },
  )
}

/** What it is that fails, without its reason: that says whose turn it is (key, quota, path, a page in the answer's place). */
export function failureWords({ kind, reason }: Extract<Outcome, { kind: 'retry' | 'pause' }>): string {
  if (kind === 'pause') return 'does not take our records until somebody mends it'
  return reason.startsWith('HTTP ') ? 'takes no records now' : 'cannot be reached'
}
