// Where a call's time went. In: a record's times and attempts. Out: spans on its time line, in order, without gaps. Pure.
import { bag, finite, list, msOfNs } from '../../../narrow.ts'

export interface Span {
  readonly kind: 'queue' | 'retry' | 'first' | 'stream' | 'answer'
  readonly fromMs: number
  readonly toMs: number
}

export const SPAN_WORDS: { readonly [K in Span['kind']]: string } = {
  queue: 'Before the request',
  retry: 'Failed attempts and pauses',
  first: 'To first token',
  stream: 'Stream',
  answer: 'Waiting for the answer',
}

/** Splits a call's duration; empty while it is not known. */
export function spansOf(value: unknown): readonly Span[] {
  const record = bag(value)
  const total = finite(record.duration_ms)
  const started = msOfNs(record.started_at)
  if (total === null || started === null || total <= 0) return []
  const begins = list(record.attempts).flatMap((attempt) => msOfNs(bag(attempt).started_at) ?? [])
  const within = (ms: number) => Math.min(Math.max(ms, 0), total)
  const sentFirst = within((begins[0] ?? started) - started)
  const sentLast = Math.max(sentFirst, within((begins.at(-1) ?? started) - started))
  const first = finite(record.time_to_first_token_ms)
  const isStream = record.stream === true && first !== null && first >= sentLast
  const spans: Span[] = [
    { kind: 'queue', fromMs: 0, toMs: sentFirst },
    { kind: 'retry', fromMs: sentFirst, toMs: sentLast },
  ]
  if (isStream) {
    spans.push({ kind: 'first', fromMs: sentLast, toMs: within(first) })
    spans.push({ kind: 'stream', fromMs: within(first), toMs: total })
  } else spans.push({ kind: 'answer', fromMs: sentLast, toMs: total })
  return spans.filter((span) => span.toMs > span.fromMs)
}
